//! What came out is listed, the newest first.

use contract::evaluation::{Evaluation, EvaluationResult, EvaluationState};
use contract::feed::Document;
use contract::terminal::TerminalKind;
use contract::township::{Listing, ListingKind, Section, Township};

use super::*;
use crate::cache::tests::page;
use crate::remote::RemoteKey::Ok as Enter;
use crate::screens::kit::list::ListScreen as _;
use crate::screens::tests::{MINUTE, NOW, World};
use crate::screens::voting::tests::{evaluation, show};
use crate::screens::{Effect, Input, Route};

#[test]
fn the_newest_comes_first_and_nothing_that_is_open() {
    let world = World::new(TerminalKind::Household);
    let township = Document::Township(Township {
        sections: vec![Section {
            listings: vec![Listing {
                id: "out".to_owned(),
                kind: ListingKind::Results,
                ..Listing::default()
            }],
            ..Section::default()
        }],
        ..Township::default()
    });
    world.cache.apply(&page("t", vec![township])).unwrap();
    let closed = |id: &str, minutes: i64| Evaluation {
        id: id.to_owned(),
        state: EvaluationState::Closed,
        result: Some(EvaluationResult::default()),
        closes_at_ms: NOW - minutes * MINUTE,
        ..evaluation()
    };
    for one in [closed("old", 900), evaluation(), closed("new", 5)] {
        show(&world, one);
    }
    let mut screen = Results::new("out");
    world.tell(&mut screen, &Input::Shown);
    let visible = screen.list().visible().iter();
    let ids: Vec<&str> = visible.map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["new", "old"]);
    let id = "new".to_owned();
    assert_eq!(
        world.press(&mut screen, &[Enter]),
        [Effect::Open(Route::Result { id })]
    );
}
