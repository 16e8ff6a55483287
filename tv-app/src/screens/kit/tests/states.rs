//! What screens say where they have nothing to show: found out when they read, and drawn as it is.

use contract::feed::Document;
use contract::terminal::TerminalKind;
use contract::township::{Listing, ListingKind, Section as SectionOf, Township};

use crate::cache::tests::{bulletin, page};
use crate::remote::RemoteKey;
use crate::screens::duty::DutyScreen;
use crate::screens::kit::{Page, State};
use crate::screens::meetings::Meetings;
use crate::screens::search::Search;
use crate::screens::section::Section;
use crate::screens::tests::World;
use crate::screens::{BACK, Controller, Effect, Input};

fn listing(id: &str, kind: ListingKind) -> Listing {
    Listing {
        id: id.to_owned(),
        title: format!("名单{id}"),
        kind,
        ..Listing::default()
    }
}

/// A township with one section, which has these lists.
fn township(section: &str, listings: Vec<Listing>) -> Document {
    Document::Township(Township {
        sections: vec![SectionOf {
            id: section.to_owned(),
            digit: 1,
            title: "党务公开".to_owned(),
            listings,
            ..SectionOf::default()
        }],
        ..Township::default()
    })
}

fn state(of: impl Into<Page>) -> State {
    of.into().state
}

#[test]
fn a_section_that_is_gone_says_so_and_has_the_way_back() {
    let world = World::new(TerminalKind::Household);
    let feed = |cursor: &str, document| {
        world.cache.apply(&page(cursor, vec![document])).unwrap();
    };
    let mut screen = Section::new("affairs", "");
    world.tell(&mut screen, &Input::Shown);
    assert_eq!(screen.state(), State::Waiting);
    world.cache.set_online(true);
    let lists = vec![listing("l", ListingKind::Bulletins)];
    feed("1", township("affairs", lists.clone()));
    world.tell(&mut screen, &Input::Changed);
    assert_eq!(screen.state(), State::Filled);

    feed("2", township("another", lists.clone()));
    world.tell(&mut screen, &Input::Changed);
    assert_eq!((screen.state(), screen.rail().2), (State::Withdrawn, 0));
    assert_eq!(screen.title(), "党务公开", "one knows where one was");
    assert_eq!(screen.focus().zone(), BACK);
    let effects = world.press(&mut screen, &[RemoteKey::Ok]);
    assert_eq!(effects, [Effect::Back]);

    feed("3", township("affairs", Vec::new()));
    world.tell(&mut screen, &Input::Changed);
    assert_eq!(screen.state(), State::Empty);
    feed("4", township("affairs", lists));
    world.tell(&mut screen, &Input::Changed);
    assert_eq!(screen.state(), State::Filled);
}

#[test]
fn the_calendar_and_the_duty_rooms_know_whether_their_list_is_there() {
    let world = World::new(TerminalKind::Station);
    world.cache.set_online(true);
    let lists = vec![
        listing("live", ListingKind::Meetings),
        listing("rooms", ListingKind::Duty),
    ];
    let first = page("1", vec![township("education", lists)]);
    world.cache.apply(&first).unwrap();
    let (mut calendar, mut rooms) = (Meetings::new("live"), DutyScreen::new("rooms"));
    // Opened from Home, it is no list of the township's.
    let mut all = Meetings::new("");
    let look = |calendar: &mut Meetings, rooms: &mut DutyScreen, all: &mut Meetings| {
        world.tell(calendar, &Input::Changed);
        world.tell(rooms, &Input::Changed);
        world.tell(all, &Input::Changed);
        [
            state(calendar.lines()),
            state(rooms.lines()),
            state(all.lines()),
        ]
    };
    let said = look(&mut calendar, &mut rooms, &mut all);
    assert_eq!(said, [State::Empty; 3]);
    let second = page("2", vec![township("education", Vec::new())]);
    world.cache.apply(&second).unwrap();
    let said = look(&mut calendar, &mut rooms, &mut all);
    assert_eq!(said, [State::Withdrawn, State::Withdrawn, State::Empty]);
    assert_eq!((calendar.title(), rooms.title()), ("名单live", "名单rooms"));
}

#[test]
fn the_search_says_why_there_is_nothing() {
    let world = World::new(TerminalKind::Household);
    let mut search = Search::new();
    let look = |search: &mut Search| {
        world.tell(search, &Input::Changed);
        search.state()
    };
    let said = look(&mut search);
    assert_eq!(said, State::Waiting);
    world.cache.set_online(true);
    world.cache.apply(&page("1", Vec::new())).unwrap();
    let said = look(&mut search);
    assert_eq!(said, State::Empty);
    world.cache.set_online(false);
    let said = look(&mut search);
    assert_eq!(said, State::Offline);
    let notice = Document::Bulletin(bulletin("b", "l", "财务", 1));
    world.cache.apply(&page("3", vec![notice])).unwrap();
    look(&mut search);
    // 财务 is CW.
    world.press(&mut search, &[2, 9].map(RemoteKey::Digit));
    assert_eq!(search.state(), State::Filled);
    world.press(&mut search, &[RemoteKey::Digit(9)]);
    assert_eq!(search.state(), State::Offline);
}
