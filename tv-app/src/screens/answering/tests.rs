//! Answering with the keys of a remote: nothing is chosen beforehand, nothing is lost, nothing stays.

use contract::error::ErrorCode;
use contract::evaluation::{BallotTaken, Evaluation, EvaluationState, NewBallot};
use contract::form::{Form, OnlyIf, Question, QuestionKind};
use contract::member::MemberRef;
use contract::terminal::TerminalKind;
use proptest::prelude::*;

use super::{Answering, Block, Choice, Line, Outcome, Place, QUESTION, Sheet, Step};
use crate::cache::command::{Ballot, Command, Priority, Reply, Told};
use crate::cache::{DraftOf, Refusal};
use crate::remote::RemoteKey::{self, Back, Digit, Down, Left, Ok as Enter, Right, Up, Yellow};
use crate::screens::kit::form::Remark;
use crate::screens::tests::{NOW, World, card, person};
use crate::screens::voting::tests::{
    EVALUATION, alone, entitled, evaluation, household, may_not, question, show, told,
};
use crate::screens::{AnswersDeed, Controller, Effect, Effects, Input, Route, Stays};

mod aloud;
mod turned;

const PIN: &str = "580316";

/// A screen, and a world that carries out what it wants as the application does.
struct Bench {
    world: World,
    screen: Answering,
    said: Vec<Vec<String>>,
    left: bool,
}

impl Bench {
    fn new(world: World) -> Self {
        Self::at(world, "")
    }

    fn at(world: World, member: &str) -> Self {
        let mut bench = Self {
            world,
            screen: Answering::new(EVALUATION, member),
            said: Vec::new(),
            left: false,
        };
        bench.tell(&Input::Shown);
        bench
    }

    fn tell(&mut self, input: &Input) -> Effects {
        let effects = self.world.tell(&mut self.screen, input);
        self.carry_out(effects)
    }

    fn carry_out(&mut self, effects: Effects) -> Effects {
        let cache = &self.world.cache;
        for effect in &effects {
            match effect {
                Effect::Answers(AnswersDeed::Keep(draft)) => {
                    cache.keep_ballot_draft(draft).unwrap();
                }
                Effect::Answers(AnswersDeed::Spoil(of)) => cache.spoil_ballot_draft(of).unwrap(),
                Effect::Answers(AnswersDeed::Drop(of)) => cache.drop_ballot_draft(of).unwrap(),
                Effect::Command(command) => cache.write_down(command).unwrap(),
                Effect::Queue(key) => drop(cache.queue_command(key).unwrap()),
                Effect::Speak(pieces) => self.said.push(pieces.clone()),
                Effect::Back => self.left = true,
                _ => {}
            }
        }
        effects
    }

    fn press(&mut self, keys: &[RemoteKey]) -> Effects {
        let effects = self.world.press(&mut self.screen, keys);
        self.carry_out(effects)
    }

    fn enter(&mut self, digits: &str) -> Effects {
        let effects = self.world.enter(&mut self.screen, digits);
        self.carry_out(effects)
    }

    fn wait(&mut self, ms: u64) -> Effects {
        let effects = self.world.wait(&mut self.screen, ms);
        self.carry_out(effects)
    }

    /// The server looked at the PIN.
    fn verified(&mut self) {
        let people = vec![
            entitled("a", "张建国"),
            entitled("b", "李秀英"),
            may_not("c", "张老太"),
        ];
        self.checked(Told::Answered(Reply::OwnEvaluations(Box::new(told(
            people,
        )))));
    }

    fn checked(&mut self, told: Told) {
        let key = self.screen.question.clone().unwrap();
        self.tell(&Input::Told(key, told));
    }

    /// The PIN, and the server knows it.
    fn prove(&mut self) {
        assert_eq!(self.screen.step(), Step::Pin);
        self.enter(PIN);
        assert_eq!(self.screen.step(), Step::Checking);
        self.verified();
    }

    fn place(&self) -> Place {
        self.screen.asking().unwrap().place
    }

    fn hand_in(&mut self) -> Ballot {
        assert_eq!(self.screen.step(), Step::Review);
        self.press(&[Enter]);
        assert_eq!(self.screen.step(), Step::Confirm);
        let effects = self.press(&[Right, Enter]);
        ballot(&effects)
    }

    fn told(&mut self, key: &str, told: Told) -> Effects {
        self.tell(&Input::Told(key.to_owned(), told))
    }

    fn cut(self) -> Self {
        let Route::Answering { member, .. } = self.screen.route() else {
            panic!("another route");
        };
        Self::at(self.world.reopened(), &member)
    }

    fn has_draft(&self) -> bool {
        self.world.cache.has_ballot_draft(&of("a"))
    }
}

fn of(member: &str) -> DraftOf {
    DraftOf {
        evaluation_id: EVALUATION.to_owned(),
        member_id: member.to_owned(),
    }
}

fn ballot(effects: &Effects) -> Ballot {
    let found = effects.iter().find_map(|effect| match effect {
        Effect::Command(command) => match &**command {
            Command::Ballot(ballot) => Some(ballot.clone()),
            _ => None,
        },
        _ => None,
    });
    found.unwrap_or_else(|| panic!("nothing is handed in: {effects:?}"))
}

fn taken(repeated: bool, missing: &[(&str, &str)]) -> Told {
    let member = |(id, name): &(&str, &str)| MemberRef {
        id: (*id).to_owned(),
        name: (*name).to_owned(),
    };
    Told::Answered(Reply::Ballot(BallotTaken {
        member: member(&("a", "张建国")),
        repeated,
        household_missing: missing.iter().map(member).collect(),
    }))
}

fn refused(code: ErrorCode) -> Told {
    Told::Refused(Refusal {
        code,
        tries: None,
        wait_ms: None,
    })
}

fn choices(ballot: &Ballot) -> Vec<(&str, Vec<Option<u32>>)> {
    let answers = ballot.answers.iter();
    answers
        .map(|one| (one.question.as_str(), one.chosen.clone()))
        .collect()
}

/// One of every kind.
fn every_kind() -> Form {
    let texts = |texts: &[&str]| {
        texts
            .iter()
            .map(|one| (*one).to_owned())
            .collect::<Vec<_>>()
    };
    let of = |id: &str, required, kind| Question {
        required,
        kind,
        ..question(id)
    };
    Form {
        questions: vec![
            of(
                "one",
                true,
                QuestionKind::One {
                    options: texts(&["是", "否"]),
                },
            ),
            of(
                "several",
                true,
                QuestionKind::Several {
                    options: texts(&["路", "水", "电"]),
                    least: 2,
                    most: 2,
                },
            ),
            of(
                "number",
                true,
                QuestionKind::Number {
                    least: 0,
                    most: 300,
                    unit: "元".to_owned(),
                },
            ),
            of(
                "sentences",
                false,
                QuestionKind::Sentences {
                    sentences: texts(&["办得快", "态度好"]),
                    most: 2,
                },
            ),
            of(
                "matrix",
                true,
                QuestionKind::Matrix {
                    rows: texts(&["张三", "李四"]),
                    grades: texts(&["好", "差"]),
                    unknown_last: false,
                },
            ),
            Question {
                only_if: Some(OnlyIf {
                    question: "one".to_owned(),
                    any_of: vec![1],
                }),
                ..question("why")
            },
        ],
    }
}

#[test]
fn by_digits_alone_a_question_a_screen_and_nothing_is_chosen_beforehand() {
    let mut bench = Bench::new(alone());
    bench.prove();
    for at in 0..3 {
        assert_eq!(bench.place().question, at);
        assert_eq!(bench.screen.focus().zone(), QUESTION, "the bar is on it");
        assert!(bench.screen.sheet().chosen(bench.place()).is_empty());
        bench.press(&[Digit(9), Digit(2)]);
    }
    let ballot = bench.hand_in();
    assert_eq!(
        choices(&ballot),
        [
            ("q1", vec![Some(1)]),
            ("q2", vec![Some(1)]),
            ("q3", vec![Some(1)])
        ]
    );
    assert_eq!(ballot.form_hash, "hash");
    assert!(
        !bench.has_draft(),
        "from now on the answers are the ballot's"
    );
    bench.told(&ballot.key, taken(false, &[]));
    assert_eq!(
        bench.screen.handing().unwrap().outcome,
        Outcome::Taken { repeated: false }
    );
    assert!(bench.screen.sheet().answers().is_empty(), "nothing stays");
    bench.wait(9_000);
    assert!(bench.left);
}

#[test]
fn by_arrows_and_ok_alone() {
    let mut bench = Bench::new(alone());
    bench.prove();
    // OK on the question chooses nothing.
    bench.press(&[Enter]);
    assert!(bench.screen.sheet().answers().is_empty());
    bench.press(&[Right, Enter]);
    assert_eq!(bench.place().question, 1);
    bench.press(&[Down, Enter, Down, Right, Right, Enter]);
    let ballot = bench.hand_in();
    let chosen: Vec<_> = choices(&ballot).into_iter().map(|(_, one)| one).collect();
    assert_eq!(chosen, [[Some(1)], [Some(0)], [Some(2)]]);
}

#[test]
fn what_is_safe_comes_first_and_back_leads_to_the_answers() {
    let mut bench = Bench::new(alone());
    bench.prove();
    bench.press(&[Digit(1), Digit(1), Digit(1), Enter]);
    assert_eq!(bench.screen.step(), Step::Confirm);
    assert_eq!(bench.screen.focused_answer(), 0);
    bench.press(&[Up, Down, Enter]);
    assert_eq!(bench.screen.step(), Step::Review);
    bench.press(&[Enter, Back]);
    assert_eq!(bench.screen.step(), Step::Review);
    assert_eq!(bench.world.cache.pending(), []);
}

#[test]
fn one_goes_back_and_changes_and_the_review_changes_one() {
    let mut bench = Bench::new(alone());
    bench.prove();
    bench.press(&[Left]);
    assert_eq!(bench.place().question, 0, "there is none before the first");
    bench.press(&[Digit(1), Digit(1), Left, Left]);
    assert_eq!(bench.place().question, 0);
    assert_eq!(bench.screen.sheet().chosen(bench.place()), [0]);
    bench.press(&[Digit(3), Digit(2), Digit(1)]);
    assert_eq!(bench.screen.step(), Step::Review);
    // The second line is the first question.
    bench.press(&[Down, Enter]);
    assert_eq!(
        (bench.place().question, bench.screen.is_changing()),
        (0, true)
    );
    bench.press(&[Digit(2)]);
    assert_eq!(bench.screen.step(), Step::Review);
    let ballot = bench.hand_in();
    let chosen: Vec<_> = choices(&ballot).into_iter().map(|(_, one)| one).collect();
    assert_eq!(chosen, [[Some(1)], [Some(1)], [Some(0)]]);
}

#[test]
fn every_kind_of_question_is_answered_and_what_was_not_asked_does_not_count() {
    let world = alone();
    show(
        &world,
        Evaluation {
            form: every_kind(),
            ..evaluation()
        },
    );
    let mut bench = Bench::new(world);
    bench.prove();
    bench.press(&[Digit(2)]);
    // Several: too few may not go on, more than allowed are not taken.
    bench.press(&[Digit(1), Down, Down, Right, Right, Right, Enter]);
    assert!(bench.screen.asking().unwrap().is_lacking());
    bench.press(&[Digit(3), Digit(2)]);
    assert!(bench.screen.asking().unwrap().is_full());
    bench.press(&[Digit(1), Digit(2), Enter]);
    assert_eq!(bench.place().question, 2, "on from the last of the row");
    bench.press(&[Digit(4), Digit(5), Digit(0), Enter]);
    assert_eq!(bench.place().question, 2, "450 are too many");
    bench.press(&[RemoteKey::Delete, Enter]);
    // Sentences may be left out.
    assert_eq!(bench.place().question, 3);
    bench.press(&[Down, Right, Right, Enter]);
    assert_eq!(
        bench.place(),
        Place {
            question: 4,
            row: 0
        }
    );
    assert_eq!(bench.screen.sheet().row(bench.place()), "张三");
    bench.press(&[Digit(1)]);
    assert_eq!(
        bench.place(),
        Place {
            question: 4,
            row: 1
        }
    );
    bench.press(&[Digit(2)]);
    assert_eq!(bench.place().question, 5, "asked because the first was 否");
    bench.press(&[Digit(1)]);
    // The first is 是 after all: why is not asked any more.
    bench.press(&[Down, Enter, Digit(1)]);
    let ballot = bench.hand_in();
    assert_eq!(
        choices(&ballot),
        [
            ("one", vec![Some(0)]),
            ("several", vec![Some(1), Some(2)]),
            ("number", vec![]),
            ("matrix", vec![Some(0), Some(1)]),
        ]
    );
    assert_eq!(ballot.answers[2].number, Some(45));
}

#[test]
fn a_change_that_asks_something_new_leads_there_before_handing_in() {
    let world = alone();
    show(
        &world,
        Evaluation {
            form: Form {
                questions: every_kind().questions.into_iter().step_by(5).collect(),
            },
            ..evaluation()
        },
    );
    let mut bench = Bench::new(world);
    bench.prove();
    bench.press(&[Digit(1)]);
    assert_eq!(bench.screen.review().items()[0].what, Line::HandIn);
    bench.press(&[Down, Enter, Digit(2)]);
    assert_eq!(bench.place().question, 1);
    bench.press(&[Left]);
    let open = bench.screen.review().items()[0].what;
    assert_eq!(
        open,
        Line::Open(Place {
            question: 1,
            row: 0
        })
    );
    bench.press(&[Enter, Digit(3)]);
    assert_eq!(choices(&bench.hand_in()).len(), 2);
}

#[test]
fn a_power_cut_loses_nothing_and_leads_to_the_same_question_after_the_pin() {
    let mut bench = Bench::new(household());
    bench.press(&[Enter]);
    bench.prove();
    let name = bench.screen.name().to_owned();
    bench.press(&[Digit(3), Digit(2)]);
    let mut bench = bench.cut();
    assert_eq!(bench.screen.step(), Step::Pin);
    assert_eq!(bench.screen.name(), name);
    assert!(bench.screen.sheet().answers().is_empty(), "not without it");
    bench.prove();
    assert_eq!(bench.place().question, 2);
    bench.press(&[Digit(1)]);
    // And once more, in the review.
    let mut bench = bench.cut();
    bench.prove();
    assert_eq!(bench.screen.step(), Step::Review);
    let chosen: Vec<_> = choices(&bench.hand_in())
        .into_iter()
        .map(|(_, one)| one)
        .collect();
    assert_eq!(chosen, [[Some(2)], [Some(1)], [Some(0)]]);
}

#[test]
fn who_goes_away_finds_their_answers_again_and_nobody_else_does() {
    let mut bench = Bench::at(household(), "a");
    bench.prove();
    bench.press(&[Digit(3), Back]);
    assert!(bench.left && bench.has_draft());
    let mut bench = Bench::at(bench.world, "b");
    bench.prove();
    assert!(bench.screen.sheet().answers().is_empty());
    let mut bench = Bench::at(bench.world, "a");
    bench.prove();
    assert_eq!(bench.place().question, 1);
    assert_eq!(bench.screen.sheet().answers().len(), 1);
}

#[test]
fn without_a_network_the_pin_is_what_opens_the_answers_and_five_wrong_ones_end_them() {
    let mut bench = Bench::new(alone());
    bench.enter(PIN);
    bench.checked(Told::NoNetwork);
    bench.press(&[Digit(3)]);
    let mut bench = bench.cut();
    for left in (0..5).rev() {
        bench.enter("000000");
        bench.checked(Told::NoNetwork);
        assert_eq!(bench.screen.form().remark(), Remark::WrongPin(Some(left)));
        assert_eq!(bench.has_draft(), left > 0);
    }
    bench.enter(PIN);
    bench.checked(Told::NoNetwork);
    assert_eq!(bench.place().question, 0, "they begin anew");
}

#[test]
fn with_another_pin_that_the_server_knows_one_begins_anew() {
    let mut bench = Bench::new(alone());
    bench.prove();
    bench.press(&[Digit(3)]);
    let mut bench = bench.cut();
    bench.enter("770421");
    bench.verified();
    assert_eq!(bench.place().question, 0);
    bench.press(&[Digit(1)]);
    assert!(bench.has_draft());
}

#[test]
fn the_server_says_who_may_not_and_why() {
    for (people, block) in [
        (
            vec![may_not("a", "张建国")],
            Block::MayNot("预备党员不参加表决".to_owned()),
        ),
        (
            vec![contract::evaluation::Entitlement {
                took_part: true,
                ..entitled("a", "张建国")
            }],
            Block::TookPart,
        ),
        (Vec::new(), Block::Gone),
    ] {
        let mut bench = Bench::new(alone());
        bench.enter(PIN);
        let reply = Reply::OwnEvaluations(Box::new(told(people)));
        bench.checked(Told::Answered(reply));
        assert_eq!(bench.screen.blocked(), Some(&block));
    }
    let mut bench = Bench::new(alone());
    bench.enter(PIN);
    bench.checked(refused(ErrorCode::WrongPin));
    assert_eq!(bench.screen.form().remark(), Remark::WrongPin(None));
    bench.enter(PIN);
    bench.checked(refused(ErrorCode::PinLocked));
    assert_eq!(
        bench.screen.blocked(),
        Some(&Block::Refused(ErrorCode::PinLocked))
    );
}

#[test]
fn what_closes_while_somebody_answers_is_not_sent_and_not_kept() {
    for by_clock in [true, false] {
        let mut bench = Bench::new(alone());
        bench.prove();
        bench.press(&[Digit(1), Digit(1), Digit(1), Enter]);
        assert_eq!(bench.screen.step(), Step::Confirm);
        if by_clock {
            let soon = Evaluation {
                closes_at_ms: NOW + 1_000,
                ..evaluation()
            };
            show(&bench.world, soon);
            bench.tell(&Input::Changed);
            bench.wait(2_000);
        } else {
            let closed = Evaluation {
                state: EvaluationState::Closed,
                ..evaluation()
            };
            show(&bench.world, closed);
            bench.tell(&Input::Changed);
        }
        assert_eq!(bench.screen.blocked(), Some(&Block::Over));
        assert!(!bench.has_draft());
        assert_eq!(bench.world.cache.pending(), [], "nothing is sent");
        assert!(bench.screen.sheet().answers().is_empty());
    }
}

#[test]
fn a_form_of_a_later_program_is_not_begun() {
    let world = alone();
    let mut later = evaluation();
    later.form.questions[2].kind = QuestionKind::Unknown;
    show(&world, later);
    let bench = Bench::new(world);
    assert_eq!(bench.screen.blocked(), Some(&Block::Update));
}

#[test]
fn what_is_not_open_or_not_there_says_so() {
    let world = alone();
    for (state, block) in [
        (EvaluationState::Announced, Block::NotOpen),
        (EvaluationState::Cancelled, Block::Cancelled),
        (EvaluationState::Closed, Block::Over),
    ] {
        show(
            &world,
            Evaluation {
                state,
                ..evaluation()
            },
        );
        let mut screen = Answering::new(EVALUATION, "");
        world.tell(&mut screen, &Input::Shown);
        assert_eq!(screen.blocked(), Some(&block));
    }
    let mut screen = Answering::new("elsewhere", "");
    world.tell(&mut screen, &Input::Shown);
    assert_eq!(screen.blocked(), Some(&Block::Gone));
}

#[test]
fn the_next_of_the_household_is_next() {
    let mut bench = Bench::at(household(), "a");
    bench.prove();
    bench.press(&[Digit(1), Digit(1), Digit(1)]);
    let ballot = bench.hand_in();
    assert_eq!(bench.screen.choices(), []);
    bench.told(&ballot.key, taken(false, &[("b", "李秀英")]));
    assert_eq!(bench.screen.missing(), ["李秀英"]);
    assert!(bench.screen.holds_until().is_some(), "it has to be read");
    bench.press(&[Enter]);
    assert_eq!(
        (bench.screen.step(), bench.screen.name()),
        (Step::Pin, "李秀英")
    );
    assert!(bench.screen.sheet().answers().is_empty());
    bench.press(&[Back]);
    assert!(bench.left, "nobody else is missing");
}

#[test]
fn without_an_answer_it_is_kept_and_said_so() {
    let mut bench = Bench::new(alone());
    bench.prove();
    bench.press(&[Digit(1), Digit(1), Digit(1)]);
    bench.hand_in();
    bench.wait(7_000);
    assert_eq!(bench.screen.handing().unwrap().outcome, Outcome::Queued);
    assert_eq!(bench.world.cache.waiting_ballots().len(), 1);
    // Whoever comes again is told.
    let bench = Bench::new(bench.world);
    assert_eq!(bench.screen.blocked(), Some(&Block::AllDone));
    let bench = Bench::at(bench.world, "a").cut();
    assert_eq!(bench.screen.blocked(), Some(&Block::AllDone));
}

#[test]
fn a_wrong_pin_at_the_end_costs_no_answer() {
    let mut bench = Bench::new(alone());
    bench.enter("000000");
    bench.checked(Told::NoNetwork);
    bench.press(&[Digit(1), Digit(2), Digit(3)]);
    let first = bench.hand_in();
    let effects = bench.told(&first.key, refused(ErrorCode::WrongPin));
    assert!(effects.contains(&Effect::Told(first.key.clone())));
    assert_eq!(bench.screen.step(), Step::Pin);
    assert!(bench.has_draft());
    let second = ballot(&bench.enter(PIN));
    assert_ne!(first.key, second.key);
    assert_ne!(first.proof, second.proof);
    assert_eq!(first.answers, second.answers);
    assert!(!bench.has_draft());
}

#[test]
fn what_is_refused_for_the_time_is_not_kept() {
    for (code, kept) in [
        (ErrorCode::Conflict, false),
        (ErrorCode::Forbidden, false),
        (ErrorCode::PinLocked, true),
    ] {
        let mut bench = Bench::new(alone());
        bench.prove();
        bench.press(&[Digit(1), Digit(2), Digit(3)]);
        let ballot = bench.hand_in();
        bench.told(&ballot.key, refused(code));
        assert_eq!(
            bench.screen.handing().unwrap().outcome,
            Outcome::Refused(code)
        );
        assert_eq!(bench.has_draft(), kept, "{code:?}");
        assert!(bench.screen.sheet().answers().is_empty());
    }
}

#[test]
fn what_cannot_be_written_down_can_be_tried_again() {
    let mut bench = Bench::new(alone());
    bench.prove();
    bench.press(&[Digit(1), Digit(2), Digit(3)]);
    let first = bench.hand_in();
    bench.tell(&Input::NotSaved(first.key.clone()));
    assert_eq!(bench.screen.handing().unwrap().outcome, Outcome::NotSaved);
    assert!(bench.has_draft());
    let second = ballot(&bench.press(&[Enter]));
    assert_eq!(first.answers, second.answers);
}

#[test]
fn at_a_station_by_roster_or_card_and_never_without_asking_the_server() {
    let station = || {
        let world = World::new(TerminalKind::Station);
        world.people(vec![person("a", "张建国"), person("b", "李秀英")]);
        show(&world, evaluation());
        world
    };
    let mut bench = Bench::new(station());
    assert_eq!(bench.screen.step(), Step::Who);
    assert_eq!(bench.screen.names().all().len(), 2);
    assert!(bench.screen.wants_card());
    bench.tell(&card("0012345678"));
    let reply = Reply::OwnEvaluations(Box::new(told(vec![entitled("a", "张建国")])));
    bench.checked(Told::Answered(reply));
    assert_eq!(bench.screen.name(), "张建国");
    bench.press(&[Digit(1), Digit(2), Digit(3)]);
    let handed = bench.hand_in();
    assert!(matches!(handed.proof, contract::proof::Proof::Card { .. }));
    bench.told(&handed.key, taken(false, &[]));
    // The next one of the room.
    bench.press(&[Enter]);
    assert_eq!(bench.screen.step(), Step::Who);
    bench.press(&[Enter]);
    bench.enter(PIN);
    bench.checked(Told::NoNetwork);
    assert_eq!(bench.screen.blocked(), Some(&Block::NoNetwork));
}

#[test]
fn who_may_not_can_say_there_that_they_should() {
    let mut bench = Bench::new(alone());
    let may_not_answer = |bench: &mut Bench| {
        bench.enter(PIN);
        let reply = Reply::OwnEvaluations(Box::new(told(vec![may_not("a", "张建国")])));
        bench.checked(Told::Answered(reply));
        assert!(matches!(bench.screen.blocked(), Some(Block::MayNot(_))));
    };
    may_not_answer(&mut bench);
    assert_eq!(bench.screen.choices(), [Choice::Done, Choice::Object]);
    let effects = bench.press(&[Right, Enter]);
    assert_eq!(bench.screen.blocked(), Some(&Block::Objected));
    let Some(Effect::Command(command)) = effects.first() else {
        panic!("{effects:?}");
    };
    let key = command.key().to_owned();
    assert_eq!(bench.world.cache.waiting_objections(EVALUATION), ["a"]);
    let effects = bench.told(&key, refused(ErrorCode::Conflict));
    assert_eq!(effects, [Effect::Told(key)]);
    assert_eq!(
        bench.screen.blocked(),
        Some(&Block::Refused(ErrorCode::Conflict))
    );
    // What is safe has the focus.
    let mut bench = Bench::new(alone());
    may_not_answer(&mut bench);
    bench.press(&[Enter]);
    assert!(bench.left);
    assert_eq!(bench.world.cache.pending(), []);
}

#[test]
fn a_home_takes_no_card() {
    let mut bench = Bench::new(alone());
    bench.tell(&card("0012345678"));
    assert_eq!(bench.screen.step(), Step::Pin);
}

#[test]
fn what_is_personal_goes_away_and_the_answers_stay() {
    let mut bench = Bench::new(alone());
    bench.prove();
    bench.press(&[Digit(2)]);
    bench.wait(170_000);
    assert!(bench.screen.countdown().is_some() && !bench.left);
    bench.press(&[Up]);
    assert_eq!(bench.screen.countdown(), None);
    bench.wait(200_000);
    assert!(bench.left && bench.has_draft());
    assert!(bench.screen.sheet().answers().is_empty());
}

#[test]
fn the_focus_is_not_written_down_and_the_route_tells_no_answer() {
    let mut bench = Bench::new(alone());
    bench.prove();
    bench.press(&[Down, Right]);
    assert!(!bench.screen.tells_focus());
    assert_eq!(bench.screen.nature().stays, Stays::Kept);
    let route = Route::Answering {
        id: EVALUATION.to_owned(),
        member: "a".to_owned(),
    };
    assert_eq!(bench.screen.route(), route);
}

#[test]
fn yellow_reads_the_question_and_its_options_and_stops() {
    let mut bench = Bench::new(alone());
    bench.prove();
    bench.press(&[Yellow]);
    assert_eq!(
        bench.said,
        [["q1 办得怎么样？", "1 好", "2 一般", "3 不好"].map(str::to_owned)]
    );
    bench.tell(&Input::Speaking(Some(0)));
    bench.press(&[Digit(1)]);
    assert_eq!(
        bench.said.last(),
        Some(&Vec::new()),
        "the next is another one"
    );
}

#[test]
fn a_worn_digit_does_not_answer_twice() {
    let mut bench = Bench::new(alone());
    assert!(bench.screen.types(Digit(1)), "a PIN may have it twice");
    bench.prove();
    assert!(!bench.screen.types(Digit(1)));
    let before = bench.screen.phase();
    bench.press(&[Digit(1)]);
    assert_ne!(bench.screen.phase(), before);
}

#[test]
fn taken_away_elsewhere_while_they_answer() {
    let mut bench = Bench::new(alone());
    bench.prove();
    let gone = contract::evaluation::Entitlement {
        took_part: true,
        ..entitled("a", "张建国")
    };
    let cache = &bench.world.cache;
    cache
        .set_terminal_evaluations(told(vec![gone]), "")
        .unwrap();
    bench.tell(&Input::Changed);
    assert_eq!(bench.screen.blocked(), Some(&Block::TookPart));
}

#[test]
fn every_ballot_that_goes_out_has_one_size() {
    let mut sizes = std::collections::BTreeSet::new();
    for (keys, queued) in [([1, 2, 3], false), ([3, 3, 3], true)] {
        let mut bench = Bench::new(alone());
        bench.prove();
        bench.press(&keys.map(Digit));
        let ballot = bench.hand_in();
        let cache = &bench.world.cache;
        if queued {
            bench.world.clock.advance(86_400_000);
            cache.queue_command(&ballot.key).unwrap();
        }
        let taken = cache.take_command(Priority::Interactive, &[]).unwrap();
        let body = taken.unwrap().request.body;
        let sent: NewBallot = serde_json::from_str(&body).unwrap();
        assert_eq!((sent.queued, sent.answers), (queued, ballot.answers));
        assert_eq!(sent.age_ms, Some(if queued { 86_400_000 } else { 0 }));
        sizes.insert(body.len());
    }
    let bytes = contract::evaluation::ballot_bytes(&evaluation().form);
    assert_eq!(sizes.into_iter().collect::<Vec<_>>(), [bytes]);
}

fn any_key() -> impl Strategy<Value = RemoteKey> {
    prop_oneof![
        6 => (0_u8..=9).prop_map(Digit),
        3 => Just(Enter),
        4 => prop_oneof![Just(Up), Just(Down), Just(Left), Just(Right)],
        1 => prop_oneof![Just(RemoteKey::Delete), Just(Yellow), Just(RemoteKey::PageDown)],
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// Whatever is pressed, and wherever the power fails: what was answered is there again, one thing
    /// has the focus, and what is handed in can be counted.
    #[test]
    fn no_answer_is_lost(
        keys in prop::collection::vec(any_key(), 0..60),
        cuts in prop::collection::vec(0_usize..60, 0..2),
    ) {
        let world = alone();
        let form = every_kind();
        show(&world, Evaluation { form: form.clone(), ..evaluation() });
        let mut bench = Bench::new(world);
        bench.prove();
        let mut handed = None;
        for (at, key) in keys.into_iter().enumerate() {
            if cuts.contains(&at) {
                let before = (bench.screen.sheet().clone(), bench.screen.asking().map(|one| one.place));
                let began = bench.has_draft();
                bench = bench.cut();
                bench.prove();
                if began {
                    prop_assert!(*bench.screen.sheet() == before.0);
                    prop_assert_eq!(bench.screen.asking().map(|one| one.place), before.1);
                }
            }
            let effects = bench.press(&[key]);
            prop_assert!(bench.screen.focus().key().is_some());
            let command = effects.iter().any(|one| matches!(one, Effect::Command(_)));
            if command {
                handed = Some(ballot(&effects));
                break;
            }
            if bench.left {
                break;
            }
        }
        if let Some(ballot) = handed {
            prop_assert_eq!(form.judge(&ballot.answers), Vec::new());
            prop_assert_eq!(form.counted(&ballot.answers), ballot.answers);
            prop_assert!(!bench.has_draft());
        }
    }

    /// Whatever is chosen and taken back: places are those that are asked, and what counts can be cast
    /// when nothing is open.
    #[test]
    fn a_sheet_is_complete_when_nothing_is_open(picks in prop::collection::vec((0_usize..7, 0_usize..4), 0..40)) {
        let mut sheet = Sheet::new(every_kind(), Vec::new());
        for (at, option) in picks {
            let places = sheet.places();
            let place = places[at % places.len()];
            if option == 3 {
                sheet.clear(place);
            } else if sheet.options(place).is_empty() {
                sheet.set_number(place, i64::try_from(option).unwrap() * 100);
            } else {
                sheet.pick(place, option);
            }
        }
        prop_assert_eq!(sheet.is_complete(), sheet.first_open().is_none());
        let asked = sheet.places().into_iter().filter(|one| sheet.is_answered(*one));
        prop_assert!(asked.count() >= sheet.counted().len());
    }
}
