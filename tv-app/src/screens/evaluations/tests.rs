//! What is listed, in which order, and where it leads.

use contract::evaluation::{Evaluation, EvaluationResult, EvaluationState};
use contract::feed::Document;
use contract::township::{Listing, ListingKind, Section, Township};

use super::*;
use crate::cache::tests::page;
use crate::remote::RemoteKey::{Back, Down, Ok as Enter};
use crate::screens::kit::list::ListScreen as _;
use crate::screens::tests::{MINUTE, NOW, World};
use crate::screens::voting::tests::{EVALUATION, evaluation, household, show};
use crate::screens::{Effect, Input, Route};

fn township() -> Document {
    Document::Township(Township {
        sections: vec![Section {
            listings: vec![Listing {
                id: "voice".to_owned(),
                title: "测评".to_owned(),
                kind: ListingKind::Evaluations,
                ..Listing::default()
            }],
            ..Section::default()
        }],
        ..Township::default()
    })
}

fn world() -> World {
    let world = household();
    world.cache.apply(&page("t", vec![township()])).unwrap();
    let closed = Evaluation {
        id: "closed".to_owned(),
        state: EvaluationState::Closed,
        result: Some(EvaluationResult::default()),
        closes_at_ms: NOW - MINUTE,
        ..evaluation()
    };
    show(&world, closed);
    world
}

fn opens(screen: &mut Evaluations, world: &World) -> Vec<Effect> {
    world.press(screen, &[Enter])
}

#[test]
fn each_says_who_is_missing_and_leads_where_something_can_be_done() {
    let world = world();
    let mut screen = Evaluations::new("voice");
    world.tell(&mut screen, &Input::Shown);
    let rows: Vec<_> = screen.list().visible().to_vec();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].missing, ["张建国", "李秀英"]);
    assert!(!rows[0].done && rows[1].missing.is_empty());
    let id = EVALUATION.to_owned();
    assert_eq!(
        opens(&mut screen, &world),
        [Effect::Open(Route::Evaluation { id })]
    );
    world.press(&mut screen, &[Down]);
    let id = "closed".to_owned();
    assert_eq!(
        opens(&mut screen, &world),
        [Effect::Open(Route::Result { id })]
    );
    assert_eq!(world.press(&mut screen, &[Back]), [Effect::Back]);
}

#[test]
fn one_that_closes_is_read_again_then() {
    let world = world();
    let mut screen = Evaluations::new("voice");
    world.tell(&mut screen, &Input::Shown);
    assert!(screen.wake_at().is_some());
    world.wait(&mut screen, 61 * 60_000);
    let stages: Vec<_> = screen
        .list()
        .visible()
        .iter()
        .map(|row| row.stage)
        .collect();
    assert!(!stages.contains(&crate::screens::voting::Stage::Open));
    assert_eq!(screen.list().visible()[0].missing, Vec::<String>::new());
}

#[test]
fn a_list_that_is_withdrawn_is_empty() {
    let world = world();
    let mut screen = Evaluations::new("elsewhere");
    world.tell(&mut screen, &Input::Shown);
    assert!(screen.list().visible().is_empty());
}

#[test]
fn who_is_asked_nothing_can_say_something_unasked() {
    let world = World::new(contract::terminal::TerminalKind::Household);
    let list = |id: &str, kind| Listing {
        id: id.to_owned(),
        kind,
        ..Listing::default()
    };
    let voice = |listings| {
        Document::Township(Township {
            sections: vec![Section {
                listings,
                ..Section::default()
            }],
            ..Township::default()
        })
    };
    let asked = list("voice", ListingKind::Evaluations);
    let both = vec![asked.clone(), list("suggestions", ListingKind::Suggestions)];
    world.cache.apply(&page("t", vec![voice(both)])).unwrap();
    let mut screen = Evaluations::new("voice");
    world.tell(&mut screen, &Input::Shown);
    assert!(screen.can_say() && !screen.on_say());
    world.press(&mut screen, &[Down]);
    assert!(screen.on_say());
    let list = "suggestions".to_owned();
    assert_eq!(
        opens(&mut screen, &world),
        [Effect::Open(Route::Suggestions { list })]
    );
    // Where suggestions are not taken there is nothing to choose.
    let alone = page("u", vec![voice(vec![asked])]);
    world.cache.apply(&alone).unwrap();
    world.tell(&mut screen, &Input::Changed);
    assert!(!screen.can_say() && !screen.on_say());
    assert_eq!(opens(&mut screen, &world), [Effect::Back]);
}
