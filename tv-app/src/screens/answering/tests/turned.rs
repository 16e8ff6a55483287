//! What is asked changes while somebody answers, or before their ballot has come.

use super::*;
use crate::screens::answering::Turned;

fn changed() -> Evaluation {
    Evaluation {
        form_hash: "another".to_owned(),
        ..evaluation()
    }
}

fn in_state(state: EvaluationState) -> Evaluation {
    Evaluation {
        state,
        ..evaluation()
    }
}

#[test]
fn what_is_cancelled_or_changed_while_somebody_answers_is_said_and_not_kept() {
    for (now, block) in [
        (in_state(EvaluationState::Cancelled), Block::Cancelled),
        (changed(), Block::Changed),
    ] {
        let mut bench = Bench::new(alone());
        bench.prove();
        bench.press(&[Digit(1)]);
        assert!(bench.has_draft());
        show(&bench.world, now);
        bench.tell(&Input::Changed);
        assert_eq!(bench.screen.blocked(), Some(&block));
        assert!(!bench.has_draft());
        assert!(bench.screen.sheet().answers().is_empty());
        assert_eq!(bench.world.cache.pending(), []);
    }
}

#[test]
fn answers_to_other_questions_are_not_gone_on_with_and_that_is_said() {
    let mut bench = Bench::new(alone());
    bench.prove();
    bench.press(&[Digit(1), Back]);
    assert!(bench.left && bench.has_draft());
    show(&bench.world, changed());
    let mut bench = Bench::new(bench.world);
    bench.prove();
    assert_eq!(bench.screen.blocked(), Some(&Block::Changed));
    assert!(!bench.has_draft());
    let mut bench = Bench::new(bench.world);
    bench.prove();
    assert_eq!(bench.place().question, 0, "now from the beginning");
}

#[test]
fn why_a_ballot_was_not_taken_follows_what_is_known_of_it() {
    let mut bench = Bench::new(alone());
    bench.prove();
    bench.press(&[Digit(1), Digit(1), Digit(1)]);
    let ballot = bench.hand_in();
    assert_eq!(ballot.form_hash, "hash", "what was on the screen");
    bench.told(&ballot.key, refused(ErrorCode::Conflict));
    let handed = bench.screen.handing().map(|one| one.outcome.clone());
    assert_eq!(handed, Some(Outcome::Refused(ErrorCode::Conflict)));
    // Nothing is known yet but that something has changed.
    assert_eq!(bench.screen.turned(), Turned::Soon);
    for (now, turned) in [
        (changed(), Turned::Changed),
        (in_state(EvaluationState::Closed), Turned::Over),
        (in_state(EvaluationState::Cancelled), Turned::Cancelled),
    ] {
        show(&bench.world, now);
        bench.tell(&Input::Changed);
        assert_eq!(bench.screen.turned(), turned);
    }
    let gone = contract::feed::FeedPage {
        cursor: "gone".to_owned(),
        changes: vec![contract::feed::Change::Delete {
            id: EVALUATION.to_owned(),
        }],
        ..contract::feed::FeedPage::default()
    };
    bench.world.cache.apply(&gone).unwrap();
    bench.tell(&Input::Changed);
    assert_eq!(bench.screen.turned(), Turned::Gone);
}
