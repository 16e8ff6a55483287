//! What Home says first, and where it leads.

use std::collections::BTreeSet;

use contract::evaluation::EvaluationState;
use contract::feed::Document;
use contract::meeting::{Meeting, MeetingState};
use contract::terminal::TerminalKind;
use contract::township::{Listing, ListingKind, Section, Township};

use super::{Hero, Home, More, News, Note, Shelf, Stored};
use crate::cache::KeepState;
use crate::cache::tests::{bulletin, page, programme};
use crate::focus::{Direction, Zone};
use crate::remote::Press;
use crate::remote::RemoteKey::{self, Back, Digit, Down, Left, Ok as Enter, Right};
use crate::screens::overlay::Toast;
use crate::screens::settings::name;
use crate::screens::tests::{MINUTE, NOW, World, call, person};
use crate::screens::voting::tests::{EVALUATION, entitled, evaluation, household, show, told};
use crate::screens::{Controller, Effect, Input, Route};

const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

fn shown(world: &World) -> Home {
    let mut home = Home::new();
    world.tell(&mut home, &Input::Shown);
    home
}

fn feed(world: &World, documents: Vec<Document>) {
    let cursor = world.cache.generation().to_string();
    world.cache.apply(&page(&cursor, documents)).unwrap();
}

fn meeting(state: MeetingState, starts_at_ms: i64) -> Meeting {
    Meeting {
        id: "m".to_owned(),
        state,
        starts_at_ms,
        started_at_ms: (state == MeetingState::Live).then_some(starts_at_ms),
        ..Meeting::default()
    }
}

fn urgent(id: &str, at_ms: i64) -> Document {
    Document::Bulletin(contract::bulletin::Bulletin {
        urgent: true,
        ..bulletin(id, "notice", "大风", at_ms)
    })
}

fn film(id: &str, at_ms: i64) -> Document {
    Document::Programme(contract::programme::Programme {
        id: id.to_owned(),
        published_at_ms: at_ms,
        ..programme(id, b"poster", id.as_bytes())
    })
}

/// Two sections: one with bulletins and programmes, one with meetings.
fn township(lists: &[(&str, ListingKind)]) -> Document {
    let section = |(digit, (id, kind)): (u8, &(&str, ListingKind))| Section {
        digit,
        id: (*id).to_owned(),
        title: "党务公开".to_owned(),
        listings: vec![Listing {
            id: (*id).to_owned(),
            kind: *kind,
            ..Listing::default()
        }],
        ..Section::default()
    };
    Document::Township(Township {
        title: "清河镇智慧党建".to_owned(),
        sections: (1..).zip(lists).map(section).collect(),
        ..Township::default()
    })
}

fn waiting(home: &Home) -> Option<(&str, Vec<&str>, usize)> {
    match home.hero().0 {
        Hero::Answer(one) => Some((
            one.evaluation.id.as_str(),
            one.names.iter().map(String::as_str).collect(),
            one.more,
        )),
        _ => None,
    }
}

#[test]
fn what_is_to_be_answered_is_said_and_ok_leads_to_it_until_its_time_is_over() {
    let world = household();
    let mut home = shown(&world);
    assert_eq!(
        waiting(&home),
        Some((EVALUATION, vec!["张建国", "李秀英"], 0))
    );
    let leads = Effect::Open(Route::Evaluation {
        id: EVALUATION.to_owned(),
    });
    assert_eq!(world.press(&mut home, &[Enter]), [leads]);
    // It is woken when the time is over, and says it no more.
    world.wait(&mut home, 60 * 60_000 + 1_000);
    assert_eq!(waiting(&home), None);
    assert_eq!(home.focus().zone(), "hero");
}

#[test]
fn what_nobody_here_may_answer_is_not_said_and_that_which_closes_first_comes_first() {
    let world = household();
    let other = |id: &str, minutes: i64| contract::evaluation::Evaluation {
        id: id.to_owned(),
        closes_at_ms: NOW + minutes * MINUTE,
        ..evaluation()
    };
    show(&world, other("of others", 5));
    let mut told = told(vec![entitled("a", "张建国")]);
    let mut soon = told.evaluations[0].clone();
    soon.id = "soon".to_owned();
    told.evaluations.push(soon);
    show(&world, other("soon", 20));
    world.cache.set_terminal_evaluations(told, "").unwrap();
    let mut home = shown(&world);
    assert_eq!(waiting(&home), Some(("soon", vec!["张建国"], 1)));
    for id in ["soon", EVALUATION] {
        let cancelled = contract::evaluation::Evaluation {
            state: EvaluationState::Cancelled,
            ..other(id, 20)
        };
        show(&world, cancelled);
    }
    world.tell(&mut home, &Input::Changed);
    assert_eq!(waiting(&home), None);
}

/// Whichever of its bands there are, from anywhere the arrows reach all.
#[test]
fn the_arrows_reach_everything_whatever_else_is_shown() {
    let zones: Vec<&str> = Home::new().focus().zones().iter().map(Zone::name).collect();
    for shown in 1_u32..1 << zones.len() {
        let mut home = Home::new();
        for (at, zone) in zones.iter().enumerate() {
            let items = if shown & 1 << at == 0 { 0 } else { 2 };
            let items = (0..items).map(|item| format!("{zone}{item}"));
            home.focus_mut().set_items(zone, items);
        }
        let mut seen = BTreeSet::new();
        let mut todo = vec![home.focus().clone()];
        while let Some(at) = todo.pop() {
            let key = at.key().expect("something has the focus").to_owned();
            if !seen.insert(key) {
                continue;
            }
            for direction in Direction::ALL {
                let mut next = at.clone();
                if next.go(direction) {
                    todo.push(next);
                }
            }
        }
        let all: BTreeSet<String> = home
            .focus()
            .reachable()
            .into_iter()
            .map(|it| it.1)
            .collect();
        assert_eq!(seen, all, "{shown:b}");
    }
}

#[test]
fn at_a_station_whatever_is_open_is_said() {
    let world = World::new(TerminalKind::Station);
    world.people(vec![person("a", "张建国")]);
    show(&world, evaluation());
    let home = shown(&world);
    assert_eq!(waiting(&home), Some((EVALUATION, Vec::new(), 0)));
}

/// A call, a live meeting, the next one, an urgent notice, something to answer, the newest programme: what comes
/// before the others is taken away, and the next is what OK leads to.
#[test]
fn the_most_pressing_thing_is_said_and_has_the_focus() {
    let world = household();
    world.cache.set_online(true);
    world.calls(vec![call(&["a", "b"])]);
    let documents = vec![
        meeting(MeetingState::Live, NOW - MINUTE).into(),
        urgent("u", NOW - HOUR),
        film("f", NOW - HOUR),
    ];
    feed(&world, documents);
    let mut home = shown(&world);
    let ok = |home: &mut Home| {
        world.tell(home, &Input::Changed);
        assert_eq!(home.focus().zone(), "hero");
        world.press(home, &[Enter])
    };
    let open = |route| vec![Effect::Open(route)];
    let id = || "m".to_owned();
    let Hero::Call(called) = home.hero().0 else {
        panic!("{:?}", home.hero().0);
    };
    assert_eq!(called.missing_names(), "张建国、李秀英");
    assert_eq!(
        ok(&mut home),
        open(Route::RollCall {
            id: "call".to_owned()
        })
    );
    world.calls(Vec::new());
    assert_eq!(ok(&mut home), open(Route::Meeting { id: id() }));
    // Today one goes in and waits; tomorrow's is not to be forgotten.
    feed(
        &world,
        vec![meeting(MeetingState::Scheduled, NOW + HOUR).into()],
    );
    assert_eq!(ok(&mut home), open(Route::Meeting { id: id() }));
    feed(
        &world,
        vec![meeting(MeetingState::Scheduled, NOW + DAY).into()],
    );
    assert_eq!(ok(&mut home), [Effect::Remind(id(), true)]);
    // One of next week is in the calendar.
    feed(
        &world,
        vec![meeting(MeetingState::Scheduled, NOW + 4 * DAY).into()],
    );
    let notice = Route::Bulletin { id: "u".to_owned() };
    assert_eq!(ok(&mut home), open(notice));
    world.cache.mark_read("u").unwrap();
    let answers = Route::Evaluation {
        id: EVALUATION.to_owned(),
    };
    assert_eq!(ok(&mut home), open(answers));
    world.clock.advance(u64::try_from(2 * HOUR).unwrap());
    let film = Route::Player {
        id: "f".to_owned(),
        position_ms: 0,
    };
    assert_eq!(ok(&mut home), open(film));
}

#[test]
fn an_old_notice_is_no_alarm_any_more() {
    let world = World::new(TerminalKind::Household);
    world.cache.set_online(true);
    feed(&world, vec![urgent("u", NOW - 8 * DAY)]);
    let home = shown(&world);
    assert!(
        matches!(home.hero().0, Hero::Bulletin(_)),
        "{:?}",
        home.hero().0
    );
}

#[test]
fn a_call_that_everybody_here_has_answered_presses_nobody() {
    let world = World::home();
    world.calls(vec![call(&[])]);
    let home = shown(&world);
    assert!(!matches!(home.hero().0, Hero::Call(_)));
}

#[test]
fn without_a_network_it_says_what_is_here_and_ok_shows_it() {
    let world = World::new(TerminalKind::Household);
    let documents = vec![
        township(&[
            ("notice", ListingKind::Bulletins),
            ("meet", ListingKind::Meetings),
        ]),
        meeting(MeetingState::Live, NOW - MINUTE).into(),
        bulletin("b", "notice", "公告", NOW - HOUR).into(),
        film("f", NOW - 2 * HOUR),
        film("away", NOW - HOUR),
    ];
    feed(&world, documents);
    world
        .cache
        .record_progress("f", 65_000, 300_000, 65_000, NOW)
        .unwrap();
    world.cache.set_kept("f", true).unwrap();
    world.cache.set_keep_state("f", &KeepState::Kept).unwrap();
    world.cache.set_online(false);
    let mut home = shown(&world);
    assert!(matches!(
        home.hero().0,
        Hero::Stored(Some(Stored::Programme(_)))
    ));
    let film = Route::Player {
        id: "f".to_owned(),
        position_ms: 65_000,
    };
    assert_eq!(world.press(&mut home, &[Enter]), [Effect::Open(film)]);
    let tiles: Vec<News> = home.sections().map(|(_, news)| news).collect();
    assert_eq!(tiles, [News::Stored(1), News::NeedsNetwork]);
    assert_eq!(home.shelf().1, Shelf::Kept);
    // In place of what is new stands what to do, and OK does it.
    assert_eq!(home.note(), Some(Note::Offline));
    assert_eq!(
        world.press(&mut home, &[Right, Enter]),
        [Effect::Retry, Effect::Toast(Toast::Retrying)]
    );
    // Before the server was tried nobody says that it is away.
    let world = World::new(TerminalKind::Household);
    feed(&world, vec![bulletin("b", "notice", "公告", NOW).into()]);
    assert!(matches!(shown(&world).hero().0, Hero::Bulletin(_)));
}

#[test]
fn a_tile_says_what_came_in_seven_days_and_was_not_opened() {
    let world = World::new(TerminalKind::Household);
    world.cache.set_online(true);
    let kinds = [
        ("notice", ListingKind::Bulletins),
        ("meet", ListingKind::Meetings),
        ("people", ListingKind::Honours),
        ("empty", ListingKind::Bulletins),
    ];
    let documents = vec![
        township(&kinds),
        bulletin("new", "notice", "公告", NOW - HOUR).into(),
        bulletin("read", "notice", "公告", NOW - HOUR).into(),
        bulletin("old", "notice", "公告", NOW - 8 * DAY).into(),
        bulletin("p", "people", "榜样", NOW - 30 * DAY).into(),
        meeting(MeetingState::Scheduled, NOW + HOUR).into(),
    ];
    feed(&world, documents);
    world.cache.mark_read("read").unwrap();
    let mut home = shown(&world);
    let tiles = |home: &Home| home.sections().map(|(_, news)| news).collect::<Vec<_>>();
    assert_eq!(
        tiles(&home),
        [
            News::Bulletins(1),
            News::Meeting(NOW + HOUR),
            News::Honours(1),
            News::Nothing
        ]
    );
    // Once everything was opened it says how much there is.
    world.cache.mark_read("new").unwrap();
    feed(&world, vec![meeting(MeetingState::Live, NOW).into()]);
    world.tell(&mut home, &Input::Changed);
    assert_eq!(tiles(&home)[..2], [News::Documents(3), News::Live]);
    // While nobody knows what time it is nothing is new.
    let later = bulletin("later", "notice", "公告", NOW - HOUR);
    feed(&world, vec![later.into()]);
    world.clock.reboot();
    world.clock.set_now(0);
    let world = world.reopened();
    assert_eq!(tiles(&shown(&world))[0], News::Documents(4));
}

#[test]
fn the_newest_notice_is_two_presses_away_and_what_was_begun_three() {
    let world = World::new(TerminalKind::Household);
    world.cache.set_online(true);
    let documents = vec![
        township(&[("notice", ListingKind::Bulletins)]),
        bulletin("first", "notice", "公告", NOW - HOUR).into(),
        bulletin("second", "notice", "公告", NOW - 2 * HOUR).into(),
        film("new", NOW - HOUR),
        film("begun", NOW - 30 * DAY),
    ];
    feed(&world, documents);
    world
        .cache
        .record_progress("begun", 65_000, 300_000, 65_000, NOW)
        .unwrap();
    let open = |id: &str| Effect::Open(Route::Bulletin { id: id.to_owned() });
    let mut home = shown(&world);
    assert_eq!(world.press(&mut home, &[Right, Enter]), [open("first")]);
    let mut home = shown(&world);
    assert_eq!(
        world.press(&mut home, &[Right, Down, Enter]),
        [open("second")]
    );
    let mut home = shown(&world);
    assert_eq!(home.shelf().1, Shelf::Begun);
    let film = Route::Player {
        id: "begun".to_owned(),
        position_ms: 65_000,
    };
    assert_eq!(
        world.press(&mut home, &[Down, Down, Enter]),
        [Effect::Open(film)]
    );
}

#[test]
fn the_last_card_shows_the_rest_in_its_place_and_back_puts_it_away() {
    let world = World::new(TerminalKind::Household);
    world.cache.set_online(true);
    let mut home = shown(&world);
    // Nothing but the last card is there.
    let opened = world.press(&mut home, &[Down, Enter]);
    assert_eq!((opened, home.is_open()), (Vec::new(), true));
    assert_eq!(
        world.press(&mut home, &[Enter]),
        [Effect::Open(Route::Help)]
    );
    let size = [
        Effect::Setting(name::TEXT_SIZE, "125".to_owned()),
        Effect::Toast(Toast::SizeChanged),
    ];
    assert_eq!(world.press(&mut home, &[Right, Enter]), size);
    for route in [Route::Me, Route::Search, Route::Settings] {
        assert_eq!(
            world.press(&mut home, &[Right, Enter]),
            [Effect::Open(route)]
        );
    }
    let simple = world.press(&mut home, &[Right, Enter]);
    let on = Effect::Setting(name::SIMPLE, "on".to_owned());
    assert!(simple.contains(&on), "{simple:?}");
    assert_eq!(home.focus().index(), More::ALL.len() - 1);
    assert_eq!(world.press(&mut home, &[Back]), []);
    assert!(!home.is_open());
    assert_eq!(home.focus().zone(), "shelf");
    assert_eq!(world.press(&mut home, &[Back]), [Effect::Back]);
    // The key Home begins anew.
    world.press(&mut home, &[Enter]);
    home.begin();
    assert_eq!((home.is_open(), home.focus().zone()), (false, "hero"));
}

#[test]
fn the_tiles_go_round_and_not_with_a_held_key() {
    let world = World::new(TerminalKind::Household);
    let lists = [("a", ListingKind::Bulletins), ("b", ListingKind::Bulletins)];
    feed(&world, vec![township(&lists)]);
    let mut home = shown(&world);
    world.press(&mut home, &[Down]);
    assert_eq!(home.focus().zone(), "sections");
    let first = home.focus().key().map(str::to_owned);
    world.press(&mut home, &[Left]);
    let last = home.focus().key().map(str::to_owned);
    assert_ne!(first, last);
    world.tell(&mut home, &Input::Key(Right, Press::Repeat));
    assert_eq!(home.focus().key(), last.as_deref());
    world.press(&mut home, &[Right]);
    assert_eq!(home.focus().key(), first.as_deref());
}

#[test]
fn every_key_answers() {
    let world = World::new(TerminalKind::Household);
    let mut home = shown(&world);
    let moves = [
        RemoteKey::Up,
        Down,
        Left,
        Right,
        // What they are for is the router's.
        RemoteKey::Home,
    ];
    for key in RemoteKey::all().filter(|key| !moves.contains(key)) {
        let mut home = Home::new();
        world.tell(&mut home, &Input::Shown);
        let effects = world.press(&mut home, &[key]);
        assert!(!effects.is_empty(), "{key:?} does nothing");
    }
    assert_eq!(
        world.press(&mut home, &[Digit(7)]),
        [Effect::Toast(Toast::KeyUnknown)]
    );
}
