//! Where light falls, and whose ground is shown.

use contract::feed::Document;
use contract::kinds::ListingKind;
use contract::terminal::TerminalKind;
use contract::township::{Listing, Section, Township};
use tv_ui::Place;

use super::*;
use crate::cache::tests::page;
use crate::screens::tests::World;

#[test]
fn light_falls_from_the_top_left_and_every_size_shows_the_same() {
    let large = Shades::new(1920, 1080);
    let at = |shades: &Shades, x: f32, y: f32| {
        let (x, y) = (x * small(shades.width), y * small(shades.height));
        shades.of[whole(y) * shades.width as usize + whole(x)]
    };
    assert!(at(&large, 0.1, 0.02) < 10, "at the lamp");
    assert!(at(&large, 0.98, 0.6) > 50, "far away from it");
    let small = Shades::new(1280, 720);
    for (x, y) in [(0.1, 0.1), (0.5, 0.5), (0.9, 0.3), (0.3, 0.95)] {
        let (one, other) = (at(&large, x, y), at(&small, x, y));
        assert!(one.abs_diff(other) <= 2, "at {x}, {y}: {one} and {other}");
    }
}

#[test]
fn crests_of_hills_are_lighter_than_what_is_above_them() {
    let shades = Shades::new(960, 540);
    let column = |x: usize| (300..540).map(move |y| y * 960 + x);
    let lighter = column(480).map(|at| shades.of[at]).collect::<Vec<_>>();
    let steps = lighter
        .windows(9)
        .filter(|rows| rows[8] + 2 < rows[0])
        .count();
    assert!(steps > 0, "{lighter:?}");
}

#[test]
fn a_dithered_step_uses_every_threshold_once() {
    let mut seen: Vec<u16> = (0..64)
        .map(|at| whole(dither(at % 8, at / 8) * 64.0) as u16)
        .collect();
    seen.sort_unstable();
    assert_eq!(seen, (0..64).collect::<Vec<_>>());
}

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
    assert_eq!(shown(Route::Section { id: "b".into() }), Place::Second);
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
