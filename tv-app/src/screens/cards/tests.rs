//! What is large, what follows, and what a key plays.

use contract::feed::Document;
use contract::terminal::TerminalKind;
use contract::township::{Listing, ListingKind, Section, Township};

use super::controller::MORE;
use super::*;
use crate::cache::tests::{bulletin, page, programme};
use crate::remote::RemoteKey::{Down, Ok as Enter, Play, Right, Up};
use crate::screens::kit::list::ListScreen as _;
use crate::screens::tests::{NOW, World};
use crate::screens::{BACK, Controller, Effect, Input, Plays, Route};

fn township(list: &str, kind: ListingKind) -> Document {
    Document::Township(Township {
        sections: vec![Section {
            id: "s".to_owned(),
            listings: vec![Listing {
                id: list.to_owned(),
                kind,
                ..Listing::default()
            }],
            ..Section::default()
        }],
        ..Township::default()
    })
}

/// Three films, the newest first.
fn films(world: &World) -> Cards {
    let film = |id: &str, age: i64| {
        let mut film = programme(id, b"poster", b"video");
        film.published_at_ms = NOW - age;
        film.description = format!("说的是{id}");
        film
    };
    let list = film("a", 1).category;
    let mut documents = vec![township(&list, ListingKind::Programmes)];
    documents
        .extend([("a", 1), ("b", 2), ("c", 3)].map(|(id, age)| Document::Programme(film(id, age))));
    world.cache.apply(&page("1", documents)).unwrap();
    let mut screen = Cards::new(&list);
    world.tell(&mut screen, &Input::Shown);
    screen
}

fn ids(screen: &Cards, count: usize) -> Vec<&str> {
    screen
        .following(count)
        .map(|card| card.id.as_str())
        .collect()
}

fn large(screen: &Cards) -> &str {
    &screen.large().unwrap().1.id
}

fn plays(id: &str, position_ms: i64) -> [Effect; 1] {
    [Effect::Open(Route::Player {
        id: id.to_owned(),
        position_ms,
    })]
}

#[test]
fn the_focused_one_tells_all_and_the_others_follow_round_and_round() {
    let world = World::new(TerminalKind::Household);
    let mut screen = films(&world);
    assert_eq!(screen.large().unwrap().1.about, "说的是a");
    assert_eq!((large(&screen), ids(&screen, 5)), ("a", vec!["b", "c"]));
    world.press(&mut screen, &[Down]);
    assert_eq!((large(&screen), ids(&screen, 5)), ("b", vec!["c", "a"]));
    assert_eq!(ids(&screen, 1), ["c"]);
    world.press(&mut screen, &[Down, Down]);
    assert_eq!(large(&screen), "a", "after the last comes the first");
    world.press(&mut screen, &[Up]);
    assert_eq!(screen.focus().zone(), BACK);
    assert_eq!((large(&screen), screen.page().focused), ("a", None));
    assert_eq!(Controller::nature(&screen).plays, Plays::Near);
}

#[test]
fn a_programme_goes_on_where_it_was_left() {
    let world = World::new(TerminalKind::Household);
    let mut screen = films(&world);
    assert_eq!(world.press(&mut screen, &[Enter]), plays("a", 0));
    world
        .cache
        .record_progress("a", 105_000, 180_000, 105_000, NOW)
        .unwrap();
    world.tell(&mut screen, &Input::Changed);
    assert_eq!(world.press(&mut screen, &[Enter]), plays("a", 105_000));
    assert_eq!(world.press(&mut screen, &[Play]), plays("a", 105_000));
    assert_eq!(world.press(&mut screen, &[Right]), []);
    assert_eq!(screen.focus().zone(), MORE);
    assert_eq!(world.press(&mut screen, &[Play]), plays("a", 105_000));
    let detail = Route::Programme { id: "a".to_owned() };
    assert_eq!(world.press(&mut screen, &[Enter]), [Effect::Open(detail)]);
}

#[test]
fn a_person_has_a_sentence_and_nothing_else_to_be_done() {
    let world = World::new(TerminalKind::Household);
    let mut honoured = bulletin("p", "l", "苏桂芳", NOW);
    honoured.summary = "果树技术员。".to_owned();
    let documents = vec![
        township("l", ListingKind::Honours),
        Document::Bulletin(honoured),
    ];
    world.cache.apply(&page("1", documents)).unwrap();
    let mut screen = Cards::new("l");
    world.tell(&mut screen, &Input::Shown);
    assert!(screen.are_portraits());
    assert_eq!(screen.large().unwrap().1.about, "果树技术员。");
    world.press(&mut screen, &[Right]);
    assert_ne!(screen.focus().zone(), MORE);
    let opens = Effect::Open(Route::Bulletin { id: "p".to_owned() });
    assert_eq!(world.press(&mut screen, &[Enter]), [opens]);
    assert_eq!(screen.list().items().len(), 1);
}
