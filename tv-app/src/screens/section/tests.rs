//! The rail, what stands beside it, and how the focus goes from one to the other and back.

use contract::feed::{Change, Document};
use contract::terminal::TerminalKind;
use contract::township::{Listing, ListingKind, Section as SectionOf, Township};

use super::*;
use crate::cache::tests::{bulletin, page, programme};
use crate::focus::Remembered;
use crate::remote::RemoteKey::{Back, Digit, Down, Left, Ok as Enter, PageDown, Play, Right, Up};
use crate::screens::kit::{ENTRIES, RAIL, State};
use crate::screens::tests::{NOW, World};
use crate::screens::{BACK, Controller, Effect, Input, Route};

fn listing(id: &str, kind: ListingKind) -> Listing {
    Listing {
        id: id.to_owned(),
        title: format!("名单{id}"),
        about: format!("关于{id}"),
        kind,
    }
}

fn township(digit: u8, listings: Vec<Listing>) -> Document {
    Document::Township(Township {
        sections: vec![SectionOf {
            id: "s".to_owned(),
            digit,
            title: "党务公开".to_owned(),
            listings,
            ..SectionOf::default()
        }],
        ..Township::default()
    })
}

fn lists() -> Vec<Listing> {
    vec![
        listing("a", ListingKind::Bulletins),
        listing("b", ListingKind::Bulletins),
        listing("empty", ListingKind::Bulletins),
    ]
}

/// Two lists with three bulletins each, and one with none.
fn world() -> World {
    let world = World::new(TerminalKind::Household);
    world.cache.set_online(true);
    let mut documents = vec![township(1, lists())];
    for (list, ids) in [("a", ["a1", "a2", "a3"]), ("b", ["b1", "b2", "b3"])] {
        for (age, id) in (1..).zip(ids) {
            documents.push(Document::Bulletin(bulletin(id, list, "公告", NOW - age)));
        }
    }
    world.cache.apply(&page("1", documents)).unwrap();
    world
}

fn shown(world: &World, list: &str) -> Section {
    let mut screen = Section::new("s", list);
    world.tell(&mut screen, &Input::Shown);
    screen
}

fn at(screen: &Section) -> (&'static str, Option<&str>) {
    (screen.focus().zone(), screen.focus().key())
}

fn bulletin_route(id: &str) -> Vec<Effect> {
    vec![Effect::Open(Route::Bulletin { id: id.to_owned() })]
}

#[test]
fn the_first_list_is_there_at_once_and_its_first_entry_has_the_focus() {
    let world = world();
    let mut screen = shown(&world, "");
    assert_eq!((screen.shown(), screen.about()), ("a", "关于a"));
    assert_eq!(at(&screen), (ENTRIES, Some("a1")));
    let (lists, first, total) = screen.rail();
    assert_eq!((lists.len(), first, total), (3, 0, 3));
    let fresh: Vec<bool> = lists.iter().map(|list| list.is_fresh).collect();
    assert_eq!(fresh, [true, true, false]);
    assert_eq!(world.press(&mut screen, &[Enter]), bulletin_route("a1"));
    assert_eq!(world.press(&mut screen, &[Back]), [Effect::Back]);
}

#[test]
fn moving_along_the_rail_fills_the_list_after_a_moment_and_not_on_the_way() {
    let world = world();
    let mut screen = shown(&world, "");
    world.press(&mut screen, &[Left]);
    assert_eq!(at(&screen), (RAIL, Some("a")));
    world.press(&mut screen, &[Down]);
    world.wait(&mut screen, 100);
    assert_eq!((at(&screen), screen.shown()), ((RAIL, Some("b")), "a"));
    world.press(&mut screen, &[Down]);
    world.wait(&mut screen, 100);
    assert_eq!(screen.shown(), "a", "b was only passed");
    world.press(&mut screen, &[Up]);
    let effects = world.wait(&mut screen, 200);
    assert_eq!((screen.shown(), effects), ("b", vec![Effect::Remember]));
    assert_eq!(at(&screen), (RAIL, Some("b")), "the rail keeps the focus");
    assert_eq!(world.press(&mut screen, &[Right]), []);
    assert_eq!(at(&screen), (ENTRIES, Some("b1")));
}

#[test]
fn who_is_in_a_hurry_is_not_kept_waiting() {
    for into in [Right, Enter] {
        let world = world();
        let mut screen = shown(&world, "");
        world.press(&mut screen, &[Left, Down, into]);
        assert_eq!(at(&screen), (ENTRIES, Some("b1")), "{into:?}");
    }
    // What plays or chooses in a list, leaves nothing here.
    let world = world();
    let mut screen = shown(&world, "");
    assert_eq!(world.press(&mut screen, &[Left, Play]), []);
    assert_eq!(world.press(&mut screen, &[PageDown]), []);
    assert_eq!(at(&screen), (RAIL, Some("empty")));
    assert_eq!(world.press(&mut screen, &[Back]), [Effect::Back]);
}

#[test]
fn every_list_is_where_it_was_left() {
    let world = world();
    let mut screen = shown(&world, "");
    world.press(&mut screen, &[Down, Down, Left, Down, Right, Down]);
    assert_eq!(at(&screen), (ENTRIES, Some("b2")));
    world.press(&mut screen, &[Left]);
    assert_eq!(at(&screen), (RAIL, Some("b")));
    world.press(&mut screen, &[Up, Right]);
    assert_eq!(at(&screen), (ENTRIES, Some("a3")));
    // Something was opened, and one comes back.
    world.tell(&mut screen, &Input::Shown);
    assert_eq!((at(&screen), screen.shown()), ((ENTRIES, Some("a3")), "a"));
}

#[test]
fn the_key_of_the_section_leads_from_list_to_list() {
    let world = world();
    let mut screen = shown(&world, "");
    world.press(&mut screen, &[Down, Digit(1)]);
    assert_eq!(at(&screen), (ENTRIES, Some("b1")));
    // Where nothing is, the rail has the focus.
    world.press(&mut screen, &[Digit(1)]);
    assert_eq!(at(&screen), (RAIL, Some("empty")));
    world.press(&mut screen, &[Digit(1)]);
    assert_eq!(
        at(&screen),
        (ENTRIES, Some("a2")),
        "round and round, as it was left"
    );
    assert_eq!(world.press(&mut screen, &[Digit(2)]), []);
    assert_eq!(screen.shown(), "a");
}

#[test]
fn from_the_way_back_one_returns_to_where_one_came_from() {
    let world = world();
    let mut screen = shown(&world, "");
    world.press(&mut screen, &[Up]);
    assert_eq!(screen.focus().zone(), BACK);
    world.press(&mut screen, &[Down]);
    assert_eq!(at(&screen), (ENTRIES, Some("a1")));
    world.press(&mut screen, &[Left, Up]);
    assert_eq!(screen.focus().zone(), BACK);
    world.press(&mut screen, &[Down]);
    assert_eq!(at(&screen), (RAIL, Some("a")));
    assert_eq!(world.press(&mut screen, &[Up, Enter]), [Effect::Back]);
}

#[test]
fn what_is_empty_says_so_and_leaves_the_focus_to_the_rail() {
    let world = world();
    let mut screen = shown(&world, "empty");
    assert_eq!((screen.shown(), screen.about()), ("empty", "关于empty"));
    assert_eq!(at(&screen), (RAIL, Some("empty")));
    world.press(&mut screen, &[Right, Enter]);
    assert_eq!(at(&screen), (RAIL, Some("empty")), "there is nothing in it");
    // Something is published there meanwhile: it takes the focus from nobody.
    let new = Document::Bulletin(bulletin("e1", "empty", "公告", NOW));
    world.cache.apply(&page("2", vec![new])).unwrap();
    world.tell(&mut screen, &Input::Changed);
    assert_eq!(at(&screen), (RAIL, Some("empty")));
    world.press(&mut screen, &[Right]);
    assert_eq!(at(&screen), (ENTRIES, Some("e1")));
}

#[test]
fn a_refresh_moves_nobody() {
    let world = world();
    let mut screen = shown(&world, "");
    world.press(&mut screen, &[Down]);
    let mut more = lists();
    more.insert(0, listing("new", ListingKind::Bulletins));
    let documents = vec![
        township(1, more),
        Document::Bulletin(bulletin("a0", "a", "公告", NOW)),
    ];
    world.cache.apply(&page("2", documents)).unwrap();
    world.tell(&mut screen, &Input::Changed);
    assert_eq!((at(&screen), screen.shown()), ((ENTRIES, Some("a2")), "a"));
    world.press(&mut screen, &[Left]);
    assert_eq!(at(&screen), (RAIL, Some("a")));
}

#[test]
fn a_list_that_is_withdrawn_says_so_to_whoever_is_in_it() {
    let world = world();
    let mut screen = shown(&world, "b");
    assert_eq!(at(&screen), (ENTRIES, Some("b1")));
    let mut left = lists();
    left.remove(1);
    let gone = ["b1", "b2", "b3"].map(|id| Change::Delete { id: id.to_owned() });
    let mut feed = page("2", vec![township(1, left)]);
    feed.changes.extend(gone);
    world.cache.apply(&feed).unwrap();
    world.tell(&mut screen, &Input::Changed);
    assert_eq!(screen.shown(), "b", "it is said there");
    let (zone, key) = at(&screen);
    assert_eq!(zone, RAIL);
    assert!(key.is_some_and(|key| key != "b"));
    world.press(&mut screen, &[Right]);
    world.press(&mut screen, &[Up, Right]);
    assert_eq!(at(&screen), (ENTRIES, Some("a1")));
    // Who comes later sees what there is.
    assert_eq!(shown(&world, "b").shown(), "a");
}

#[test]
fn after_a_power_cut_the_same_list_has_the_same_focus() {
    let world = world();
    let mut screen = shown(&world, "");
    world.press(&mut screen, &[Left, Down, Right, Down]);
    let (route, focus): (Route, Remembered) = (screen.route(), screen.focus().remember());
    let Route::Section { id, list } = &route else {
        panic!("{route:?}")
    };
    let mut again = Section::new(id, list);
    world.tell(&mut again, &Input::Shown);
    again.focus_mut().restore(&focus);
    assert_eq!(at(&again), (ENTRIES, Some("b2")));
    assert!(again.is_at(&Route::Section {
        id: "s".to_owned(),
        list: String::new()
    }));
    // What an older version wrote down has no list.
    let old: Route = serde_json::from_str(r#"{"screen":"section","id":"s"}"#).unwrap();
    assert!(again.is_at(&old));
}

#[test]
fn every_kind_of_list_stands_beside_the_rail() {
    for kind in ListingKind::ALL {
        let world = World::new(TerminalKind::Household);
        world.cache.set_online(true);
        let feed = page("1", vec![township(1, vec![listing("l", *kind)])]);
        world.cache.apply(&feed).unwrap();
        let screen = shown(&world, "");
        let own = crate::screens::listing_route(*kind, "l");
        assert_eq!(screen.pane_route(), own, "{kind:?}");
        assert_eq!(screen.state(), State::Filled);
        assert!(screen.focus().key().is_some(), "{kind:?}");
    }
}

#[test]
fn the_third_section_has_the_roll_calls_first() {
    let world = World::new(TerminalKind::Household);
    world
        .cache
        .apply(&page("1", vec![township(3, lists())]))
        .unwrap();
    let screen = shown(&world, "");
    assert_eq!(screen.shown(), ROLL_CALLS);
    assert_eq!(screen.pane_route(), Route::RollCalls);
    assert_eq!(screen.rail().2, 4);
}

#[test]
fn a_programme_plays_with_two_keys_and_what_else_can_be_done_is_beside_it() {
    let world = World::new(TerminalKind::Household);
    let film = programme("p", b"poster", b"video");
    let list = listing(&film.category, ListingKind::Programmes);
    let documents = vec![township(4, vec![list]), Document::Programme(film.clone())];
    world.cache.apply(&page("1", documents)).unwrap();
    let mut screen = shown(&world, "");
    let id = || film.id.clone();
    assert_eq!(
        world.press(&mut screen, &[Enter]),
        [Effect::Open(Route::Player {
            id: id(),
            position_ms: 0
        })]
    );
    assert_eq!(
        world.press(&mut screen, &[Right, Enter]),
        [Effect::Open(Route::Programme { id: id() })]
    );
    world.press(&mut screen, &[Left]);
    assert_eq!(at(&screen), (ENTRIES, Some(film.id.as_str())));
    world.press(&mut screen, &[Left]);
    assert_eq!(screen.focus().zone(), RAIL);
}
