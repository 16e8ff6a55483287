//! Whose ground is shown.

use contract::feed::Document;
use contract::kinds::ListingKind;
use contract::terminal::TerminalKind;
use contract::township::{Listing, Section, Township};
use tv_ui::Place;

use super::*;
use crate::cache::tests::page;
use crate::screens::tests::World;

#[test]
fn it_is_painted_once_for_a_place_and_a_size() {
    let mut ground = Ground::default();
    assert!(ground.paint(Place::Home, 64, 36).is_some());
    assert!(ground.paint(Place::Home, 64, 36).is_none(), "it is there");
    assert!(ground.paint(Place::First, 64, 36).is_some());
    assert!(
        ground.paint(Place::First, 128, 72).is_some(),
        "the window grew"
    );
}

#[test]
fn a_screen_stands_on_the_ground_of_the_section_where_one_finds_it() {
    let world = World::new(TerminalKind::Household);
    let section = |digit: u8, id: &str, kinds: &[ListingKind]| Section {
        digit,
        id: id.into(),
        listings: kinds
            .iter()
            .map(|kind| Listing {
                id: format!("{id}-{}", kind.name()),
                kind: *kind,
                ..Listing::default()
            })
            .collect(),
        ..Section::default()
    };
    let township = Township {
        sections: vec![
            section(1, "a", &[ListingKind::Bulletins]),
            section(2, "b", &[ListingKind::Meetings, ListingKind::Programmes]),
            section(6, "c", &[ListingKind::Services]),
        ],
        ..Township::default()
    };
    world
        .cache
        .apply(&page("1", vec![Document::Township(township)]))
        .unwrap();
    let shown = |route: Route| place(&route, &world.cache);
    assert_eq!(shown(Route::Home), Place::Home);
    assert_eq!(
        shown(crate::screens::routes::section_route("b")),
        Place::Second
    );
    assert_eq!(
        shown(Route::Bulletins {
            list: "a-bulletins".into()
        }),
        Place::First
    );
    assert_eq!(
        shown(Route::Bulletins {
            list: "gone".into()
        }),
        Place::Home
    );
    assert_eq!(
        shown(Route::Meetings {
            list: String::new()
        }),
        Place::Second
    );
    assert_eq!(
        shown(Route::Services {
            list: String::new()
        }),
        Place::Third
    );
    assert_eq!(shown(Route::RollCalls), Place::Second);
    assert_eq!(shown(Route::Bulletin { id: "gone".into() }), Place::Home);
    assert_eq!(shown(Route::Settings), Place::Home);
}
