use contract::evaluation::{
    Entitlement, EvaluationResult, TerminalEvaluation, TerminalEvaluations,
};
use contract::feed::Document;
use contract::form::{Form, Question, QuestionKind};
use contract::proof::Proof;
use contract::terminal::TerminalKind;

use super::*;
use crate::cache::command::Ballot;
use crate::cache::tests::page;
use crate::screens::tests::{MINUTE, NOW, World, person};

/// The id of [`evaluation`].
pub(crate) const EVALUATION: &str = "e";

/// Three grades to choose from.
pub(crate) fn question(id: &str) -> Question {
    Question {
        id: id.to_owned(),
        text: format!("{id} 办得怎么样？"),
        required: true,
        kind: QuestionKind::Grade {
            grades: vec!["好".to_owned(), "一般".to_owned(), "不好".to_owned()],
            unknown_last: false,
        },
        ..Question::default()
    }
}

/// Open for another hour: three questions.
pub(crate) fn evaluation() -> Evaluation {
    Evaluation {
        id: EVALUATION.to_owned(),
        title: "镇水利站测评".to_owned(),
        list: "voice".to_owned(),
        state: EvaluationState::Open,
        opens_at_ms: NOW - MINUTE,
        closes_at_ms: NOW + 60 * MINUTE,
        form: Form {
            questions: vec![question("q1"), question("q2"), question("q3")],
        },
        form_hash: "hash".to_owned(),
        entitled: 100,
        ..Evaluation::default()
    }
}

pub(crate) fn entitled(id: &str, name: &str) -> Entitlement {
    Entitlement {
        member: MemberRef {
            id: id.to_owned(),
            name: name.to_owned(),
        },
        entitled: true,
        because: "您是本村党员".to_owned(),
        ..Entitlement::default()
    }
}

pub(crate) fn may_not(id: &str, name: &str) -> Entitlement {
    Entitlement {
        entitled: false,
        because: "预备党员不参加表决".to_owned(),
        ..entitled(id, name)
    }
}

/// What the server says of one evaluation.
pub(crate) fn told(people: Vec<Entitlement>) -> TerminalEvaluations {
    TerminalEvaluations {
        server_time_ms: NOW,
        evaluations: vec![TerminalEvaluation {
            id: EVALUATION.to_owned(),
            people,
        }],
    }
}

/// Shows an evaluation, as the feed brings it.
pub(crate) fn show(world: &World, evaluation: Evaluation) {
    let cursor = world.cache.generation().to_string();
    let document = Document::Evaluation(evaluation);
    world.cache.apply(&page(&cursor, vec![document])).unwrap();
}

/// A home of three, two of whom may answer.
pub(crate) fn household() -> World {
    let world = World::new(TerminalKind::Household);
    world.people(vec![
        person("a", "张建国"),
        person("b", "李秀英"),
        person("c", "张老太"),
    ]);
    show(&world, evaluation());
    let people = vec![
        entitled("a", "张建国"),
        entitled("b", "李秀英"),
        may_not("c", "张老太"),
    ];
    world
        .cache
        .set_terminal_evaluations(told(people), "\"e\"")
        .unwrap();
    world
}

/// A home of one.
pub(crate) fn alone() -> World {
    let world = World::new(TerminalKind::Household);
    world.people(vec![person("a", "张建国")]);
    show(&world, evaluation());
    let people = vec![entitled("a", "张建国")];
    world
        .cache
        .set_terminal_evaluations(told(people), "\"e\"")
        .unwrap();
    world
}

#[test]
fn its_time_is_over_when_the_clock_says_so_and_without_a_clock_the_server() {
    let world = World::new(TerminalKind::Household);
    let now = ServerTime::at(NOW);
    let mut one = evaluation();
    assert_eq!(stage(&one, now), Stage::Open);
    one.closes_at_ms = NOW;
    assert_eq!(stage(&one, now), Stage::Counting);
    let unknown = ServerTime {
        known: false,
        ..world.cache.server_time()
    };
    assert_eq!(stage(&one, unknown), Stage::Open);
    one.state = EvaluationState::Closed;
    assert_eq!(stage(&one, unknown), Stage::Counting, "without a result");
    one.result = Some(EvaluationResult::default());
    assert_eq!(stage(&one, unknown), Stage::Closed);
    one.state = EvaluationState::Unknown;
    assert_eq!(stage(&one, unknown), Stage::Unknown);
}

#[test]
fn what_can_be_answered_comes_first_and_the_newest_of_what_is_over() {
    let world = household();
    let of = |id: &str, state, closes: i64| Evaluation {
        id: id.to_owned(),
        state,
        closes_at_ms: NOW + closes * MINUTE,
        ..evaluation()
    };
    let closed = |id: &str, closes| Evaluation {
        result: Some(EvaluationResult::default()),
        ..of(id, EvaluationState::Closed, closes)
    };
    for one in [
        closed("older", -900),
        closed("newer", -60),
        of("soon", EvaluationState::Announced, 900),
        of("late", EvaluationState::Open, 800),
        of("strange", EvaluationState::Unknown, 800),
    ] {
        show(&world, one);
    }
    let now = ServerTime::at(NOW);
    let listed = listed(&world.cache, "voice", now).into_iter();
    let ids: Vec<String> = listed.map(|(one, _)| one.id).collect();
    assert_eq!(ids, [EVALUATION, "late", "soon", "newer", "older"]);
    let results = results(&world.cache, now).into_iter();
    let ids: Vec<String> = results.map(|one| one.id).collect();
    assert_eq!(ids, ["newer", "older"]);
    // Nobody here may answer the other that is open.
    assert_eq!(to_answer(&world.cache, "voice"), 1);
    assert_eq!(to_answer(&world.cache, "elsewhere"), 0);
}

#[test]
fn one_waits_for_this_tv_until_everybody_has_handed_in() {
    let world = household();
    for id in ["a", "b"] {
        assert_eq!(to_answer(&world.cache, "voice"), 1);
        let ballot = Ballot {
            key: format!("k{id}"),
            evaluation_id: EVALUATION.to_owned(),
            title: String::new(),
            form_hash: String::new(),
            proof: Proof::Card {
                card: "1".to_owned(),
            },
            member: entitled(id, "").member,
            answers: Vec::new(),
            bytes: 1024,
        };
        world.cache.enqueue(&ballot).unwrap();
    }
    assert_eq!(to_answer(&world.cache, "voice"), 0);
    let voters = voters(&world.cache, EVALUATION).into_iter();
    let standing: Vec<Standing> = voters.map(|voter| voter.standing).collect();
    assert_eq!(standing, [Standing::Kept, Standing::Kept, Standing::MayNot]);
}
