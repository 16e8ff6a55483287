//! What Home says first, and where it leads.

use std::collections::BTreeSet;

use contract::evaluation::EvaluationState;
use contract::meeting::{Meeting, MeetingState};
use contract::terminal::TerminalKind;

use super::Home;
use crate::cache::tests::page;
use crate::focus::{Direction, Zone};
use crate::remote::RemoteKey::Ok as Enter;
use crate::screens::tests::{MINUTE, NOW, World, call, person};
use crate::screens::voting::tests::{EVALUATION, entitled, evaluation, household, show, told};
use crate::screens::{Controller, Effect, Input, Route};

fn shown(world: &World) -> Home {
    let mut home = Home::new();
    world.tell(&mut home, &Input::Shown);
    home
}

fn waiting(home: &Home) -> Option<(&str, Vec<&str>, usize)> {
    home.answer().map(|(one, _)| {
        let names = one.names.iter().map(String::as_str).collect();
        (one.evaluation.id.as_str(), names, one.more)
    })
}

#[test]
fn what_is_to_be_answered_is_said_and_ok_leads_to_it_until_its_time_is_over() {
    let world = household();
    let mut home = shown(&world);
    assert_eq!(
        waiting(&home),
        Some((EVALUATION, vec!["张建国", "李秀英"], 0))
    );
    home.focus_mut().focus_zone("answer");
    let leads = Effect::Open(Route::Evaluation {
        id: EVALUATION.to_owned(),
    });
    assert_eq!(world.press(&mut home, &[Enter]), [leads]);
    // It is woken when the time is over, and says it no more.
    world.wait(&mut home, 60 * 60_000 + 1_000);
    assert_eq!(waiting(&home), None);
    assert_ne!(home.focus().zone(), "answer");
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

/// Whichever of its lines and rows there are, from anywhere the arrows reach all.
#[test]
fn the_arrows_reach_every_line_whatever_else_is_shown() {
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
        assert_eq!(seen, all);
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

#[test]
fn a_call_and_a_meeting_go_before_it() {
    let world = household();
    world.calls(vec![call(&["a"])]);
    let meeting = Meeting {
        id: "m".to_owned(),
        state: MeetingState::Scheduled,
        starts_at_ms: NOW + MINUTE,
        ..Meeting::default()
    };
    let cursor = world.cache.generation().to_string();
    let meeting = page(&cursor, vec![meeting.into()]);
    world.cache.apply(&meeting).unwrap();
    let home = shown(&world);
    assert!(home.call().is_some() && home.meeting().is_some());
    assert_eq!(waiting(&home).map(|(id, ..)| id), Some(EVALUATION));
    // In large text there is no room for three.
    let mut home = Home::new();
    world.with(|context| {
        let metrics = crate::screens::Metrics {
            newest_rows: 2,
            ..*context.metrics
        };
        let large = crate::screens::Context {
            metrics: &metrics,
            ..*context
        };
        home.handle(&Input::Shown, &large)
    });
    assert!(home.call().is_some() && home.meeting().is_some());
    assert_eq!(waiting(&home), None);
}
