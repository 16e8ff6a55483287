//! Forms and answers against a slow model that was written apart, and the cases that other programs judge alike.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use serde::Serialize;

use super::*;

/// Bytes that decide what is made.
struct Tape<'a>(std::slice::Iter<'a, u8>);

impl Tape<'_> {
    fn below(&mut self, most: u32) -> u32 {
        u32::from(self.0.next().copied().unwrap_or_default()) % most
    }

    fn is(&mut self) -> bool {
        self.below(2) == 1
    }
}

fn words(prefix: &str, how_many: u32) -> Vec<String> {
    (0..how_many).map(|it| format!("{prefix}{it}")).collect()
}

fn any_kind(tape: &mut Tape<'_>) -> QuestionKind {
    match tape.below(6) {
        0 => QuestionKind::One {
            options: words("甲", 2 + tape.below(3)),
        },
        1 => {
            let all = 2 + tape.below(3);
            let most = 1 + tape.below(all);
            QuestionKind::Several {
                options: words("乙", all),
                least: tape.below(most.min(all - 1) + 1),
                most,
            }
        }
        2 => QuestionKind::Grade {
            grades: words("级", 3 + tape.below(2)),
            unknown_last: tape.is(),
        },
        3 => QuestionKind::Number {
            least: -2,
            most: i64::from(tape.below(4)),
            unit: "次".to_owned(),
        },
        4 => QuestionKind::Sentences {
            sentences: words("句", 3),
            most: 1 + tape.below(3),
        },
        _ => QuestionKind::Matrix {
            rows: words("人", 1 + tape.below(3)),
            grades: words("级", 3),
            unknown_last: tape.is(),
        },
    }
}

fn any_form(tape: &mut Tape<'_>) -> Form {
    let mut form = Form::default();
    for index in 0..1 + tape.below(6) {
        let kind = any_kind(tape);
        let earlier = form
            .questions
            .iter()
            .filter_map(|it: &Question| Some((it.id.clone(), options(&it.kind)?)))
            .collect::<Vec<_>>();
        let only_if = (!earlier.is_empty() && tape.is()).then(|| {
            let which = tape.below(u32::try_from(earlier.len()).unwrap());
            let (question, options) = earlier[usize::try_from(which).unwrap()].clone();
            let first = tape.below(options);
            let mut any_of = vec![first];
            any_of.extend((first + 1..options).filter(|_| tape.is()));
            OnlyIf { question, any_of }
        });
        form.questions.push(Question {
            id: format!("q{index}"),
            text: format!("第{index}题"),
            required: tape.is(),
            page: index / 2,
            only_if,
            kind,
            ..Question::default()
        });
    }
    form
}

fn options(kind: &QuestionKind) -> Option<u32> {
    let options = match kind {
        QuestionKind::One { options } | QuestionKind::Several { options, .. } => options,
        QuestionKind::Grade { grades, .. } => grades,
        _ => return None,
    };
    u32::try_from(options.len()).ok()
}

/// Mostly an answer that fits, now and then anything.
fn any_answers(form: &Form, tape: &mut Tape<'_>) -> Vec<Answer> {
    let mut answers = Vec::new();
    for question in &form.questions {
        let (how_many, below) = match &question.kind {
            QuestionKind::Several { options, most, .. } => (tape.below(*most + 2), options.len()),
            QuestionKind::Sentences { sentences, most } => (tape.below(*most + 2), sentences.len()),
            QuestionKind::Matrix { rows, grades, .. } => {
                (u32::try_from(rows.len()).unwrap(), grades.len())
            }
            QuestionKind::Number { .. } => (0, 1),
            kind => (1, usize::try_from(options(kind).unwrap()).unwrap()),
        };
        let below = u32::try_from(below).unwrap();
        let odd = tape.below(12);
        let mut chosen: Vec<Option<u32>> = (0..how_many)
            .map(|_| (tape.below(8) > 0).then(|| tape.below(below + u32::from(odd == 1))))
            .collect();
        if matches!(question.kind, QuestionKind::Several { .. }) && odd != 2 {
            chosen.sort_unstable();
            chosen.dedup();
        }
        if odd == 3 {
            chosen.push(Some(0));
        }
        let is_number = matches!(question.kind, QuestionKind::Number { .. }) != (odd == 4);
        let number = is_number.then(|| i64::from(tape.below(7)) - 3);
        let answer = Answer {
            question: if odd == 5 {
                "q99".to_owned()
            } else {
                question.id.clone()
            },
            chosen,
            number,
        };
        if odd == 6 {
            answers.push(answer.clone());
        }
        if odd != 7 {
            answers.push(answer);
        }
    }
    if tape.below(4) == 0 {
        answers.reverse();
    }
    answers
}

/// The same from the front to the back, by tables: what was asked, and which questions are answered badly.
struct Slow {
    asked: Vec<bool>,
    bad: Vec<String>,
    counted: Vec<Answer>,
}

fn slow(form: &Form, answers: &[Answer]) -> Slow {
    let mut first: BTreeMap<&str, &Answer> = BTreeMap::new();
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for answer in answers {
        first.entry(&answer.question).or_insert(answer);
        *times.entry(&answer.question).or_default() += 1;
    }
    let mut live: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    let mut result = Slow {
        asked: Vec::new(),
        bad: Vec::new(),
        counted: Vec::new(),
    };
    for question in &form.questions {
        let asked = match &question.only_if {
            None => true,
            Some(only_if) => live
                .get(&only_if.question)
                .is_some_and(|chosen| chosen.iter().any(|it| only_if.any_of.contains(it))),
        };
        result.asked.push(asked);
        if !asked {
            continue;
        }
        let id = question.id.as_str();
        let (chosen, number) = first
            .get(id)
            .map(|it| (it.chosen.clone(), it.number))
            .unwrap_or_default();
        let picked: Vec<u32> = chosen.iter().copied().flatten().collect();
        live.insert(id.to_owned(), picked.clone());
        let gaps = picked.len() != chosen.len();
        let mut sorted = picked.clone();
        sorted.sort_unstable();
        sorted.dedup();
        let twice = sorted.len() != picked.len();
        let inside = |all: &[String]| picked.iter().all(|it| (*it as usize) < all.len());
        let nothing = picked.is_empty() && number.is_none();
        let good = if times.get(id).is_some_and(|times| *times > 1) {
            false
        } else if nothing {
            !question.required
        } else {
            match &question.kind {
                QuestionKind::One { options: all } | QuestionKind::Grade { grades: all, .. } => {
                    number.is_none() && !gaps && picked.len() == 1 && inside(all)
                }
                QuestionKind::Several {
                    options,
                    least,
                    most,
                } => {
                    let so_many = (*least as usize..=*most as usize).contains(&picked.len());
                    number.is_none() && !gaps && !twice && so_many && inside(options)
                }
                QuestionKind::Sentences { sentences, most } => {
                    let so_many = picked.len() <= *most as usize;
                    number.is_none() && !gaps && !twice && so_many && inside(sentences)
                }
                QuestionKind::Number { least, most, .. } => {
                    chosen.is_empty() && number.is_some_and(|it| it >= *least && it <= *most)
                }
                QuestionKind::Matrix { rows, grades, .. } => {
                    let complete = !(question.required && gaps);
                    number.is_none() && chosen.len() == rows.len() && inside(grades) && complete
                }
                QuestionKind::Unknown => false,
            }
        };
        if !good {
            result.bad.push(id.to_owned());
        }
        if !nothing {
            let mut answer = first[id].clone();
            if matches!(
                question.kind,
                QuestionKind::Several { .. } | QuestionKind::Sentences { .. }
            ) {
                answer.chosen.sort_unstable();
            }
            result.counted.push(answer);
        }
    }
    for answer in answers {
        if form.questions.iter().all(|it| it.id != answer.question) {
            result.bad.push(answer.question.clone());
        }
    }
    result
}

fn bad(faults: &[Fault]) -> Vec<String> {
    faults.iter().map(|fault| fault.question.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn answers_are_judged_like_the_slow_model(bytes in proptest::collection::vec(any::<u8>(), 0..160)) {
        let mut tape = Tape(bytes.iter());
        let form = any_form(&mut tape);
        prop_assert_eq!(form.faults(), vec![]);
        let answers = any_answers(&form, &mut tape);
        let slow = slow(&form, &answers);
        let asked: Vec<bool> = (0..form.questions.len()).map(|it| form.asks(it, &answers)).collect();
        prop_assert_eq!(&asked, &slow.asked);
        prop_assert_eq!(bad(&form.judge(&answers)), slow.bad);
        let counted = form.counted(&answers);
        prop_assert_eq!(&counted, &slow.counted);
        // What counts is asked and judged as before, and counts as it is.
        prop_assert_eq!(form.counted(&counted), counted.clone());
        for (index, asked) in asked.iter().enumerate() {
            prop_assert_eq!(form.asks(index, &counted), *asked);
        }
        // Forth through every question that is asked, and back.
        let (mut forth, mut at) = (Vec::new(), None);
        while let Some(next) = form.next(at, &answers) {
            forth.push(next);
            at = Some(next);
        }
        let (mut back, mut at) = (Vec::new(), form.questions.len());
        while let Some(previous) = form.previous(at, &answers) {
            back.push(previous);
            at = previous;
        }
        back.reverse();
        let slowly: Vec<usize> = (0..asked.len()).filter(|it| asked[*it]).collect();
        prop_assert_eq!(&forth, &slowly);
        prop_assert_eq!(&back, &slowly);
    }

    #[test]
    fn nonsense_is_judged_without_harm(bytes in proptest::collection::vec(any::<u8>(), 0..80), names in "[ab]{6}") {
        let mut tape = Tape(bytes.iter());
        let mut form = any_form(&mut tape);
        // Loops, doubles, and questions that come later.
        for (question, name) in form.questions.iter_mut().zip(names.chars()) {
            question.id = name.to_string();
            question.only_if = tape.is().then(|| OnlyIf { question: "a".to_owned(), any_of: vec![0, 9] });
        }
        let answers = any_answers(&form, &mut tape);
        let _ = (form.judge(&answers), form.counted(&answers));
        let doubles = form.questions.len() > 2;
        prop_assert_eq!(doubles, doubles && !form.faults().is_empty());
    }
}

/// A good form with every kind in it.
fn every_kind() -> Form {
    let question = |id: &str, kind| Question {
        id: id.to_owned(),
        text: "题".to_owned(),
        required: true,
        kind,
        ..Question::default()
    };
    let mut form = Form {
        questions: vec![
            question(
                "q1",
                QuestionKind::One {
                    options: words("甲", 3),
                },
            ),
            question(
                "q2",
                QuestionKind::Several {
                    options: words("乙", 4),
                    least: 1,
                    most: 3,
                },
            ),
            question(
                "q3",
                QuestionKind::Grade {
                    grades: words("级", 4),
                    unknown_last: true,
                },
            ),
            question(
                "q4",
                QuestionKind::Number {
                    least: 0,
                    most: 9,
                    unit: "次".to_owned(),
                },
            ),
            question(
                "q5",
                QuestionKind::Sentences {
                    sentences: words("句", 3),
                    most: 2,
                },
            ),
            question(
                "q6",
                QuestionKind::Matrix {
                    rows: words("人", 2),
                    grades: words("级", 3),
                    unknown_last: false,
                },
            ),
        ],
    };
    form.questions[3].only_if = Some(OnlyIf {
        question: "q1".to_owned(),
        any_of: vec![0, 2],
    });
    form.questions[4].required = false;
    form
}

type Spoil = Box<dyn Fn(&mut Form)>;

fn spoil(how: impl Fn(&mut Form) + 'static) -> Spoil {
    Box::new(how)
}

#[test]
fn what_is_wrong_with_a_form() {
    let long = |most: usize| "字".repeat(most + 1);
    let kind = |at: usize, kind: QuestionKind| -> Spoil {
        spoil(move |form| form.questions[at].kind = kind.clone())
    };
    let branch = |question: &str, any_of: Vec<u32>| -> Spoil {
        let only_if = OnlyIf {
            question: question.to_owned(),
            any_of,
        };
        spoil(move |form| form.questions[5].only_if = Some(only_if.clone()))
    };
    let one = |options: Vec<String>| kind(0, QuestionKind::One { options });
    let several = |least, most| {
        kind(
            1,
            QuestionKind::Several {
                options: words("乙", 4),
                least,
                most,
            },
        )
    };
    let number = |least, most, unit: &str| {
        kind(
            3,
            QuestionKind::Number {
                least,
                most,
                unit: unit.to_owned(),
            },
        )
    };
    let grade = |grades, unknown_last| {
        kind(
            2,
            QuestionKind::Grade {
                grades,
                unknown_last,
            },
        )
    };
    let matrix = |rows, grades| {
        kind(
            5,
            QuestionKind::Matrix {
                rows,
                grades,
                unknown_last: false,
            },
        )
    };
    let sentences = |sentences, most| kind(4, QuestionKind::Sentences { sentences, most });
    let spoilt: Vec<(&str, Spoil)> = vec![
        ("", spoil(|form| form.questions.clear())),
        (
            "q61",
            spoil(|form| {
                let one = form.questions[0].clone();
                form.questions = (1..=61)
                    .map(|it| Question {
                        id: format!("q{it}"),
                        ..one.clone()
                    })
                    .collect();
            }),
        ),
        ("Q1", spoil(|form| form.questions[0].id = "Q1".to_owned())),
        ("q2", spoil(|form| form.questions[2].id = "q2".to_owned())),
        ("q1", spoil(|form| form.questions[0].text = " ".to_owned())),
        ("q1", spoil(move |form| form.questions[0].text = long(120))),
        (
            "q1",
            spoil(|form| form.questions[0].text = "一\n二".to_owned()),
        ),
        ("q1", spoil(move |form| form.questions[0].hint = long(120))),
        ("q2", spoil(|form| form.questions[0].page = 2)),
        ("q6", branch("q6", vec![0])),
        ("q6", branch("q7", vec![0])),
        ("q6", branch("q4", vec![0])),
        ("q6", branch("q1", vec![])),
        ("q6", branch("q1", vec![3])),
        ("q6", branch("q1", vec![1, 1])),
        ("q1", one(words("甲", 1))),
        ("q1", one(words("甲", 10))),
        ("q1", one(vec!["甲".to_owned(), "甲".to_owned()])),
        ("q1", one(vec!["甲".to_owned(), long(20)])),
        ("q1", one(vec!["甲".to_owned(), "乙 ".to_owned()])),
        ("q2", several(0, 0)),
        ("q2", several(0, 5)),
        ("q2", several(3, 2)),
        ("q2", several(4, 4)),
        ("q3", grade(words("级", 1), false)),
        ("q3", grade(words("级", 2), true)),
        ("q3", grade(vec![long(10), "二".to_owned()], false)),
        ("q4", number(3, 3, "")),
        ("q4", number(0, 1_000_000_000_000, "")),
        ("q4", number(i64::MIN, 0, "")),
        ("q4", number(0, 9, "平方公里数")),
        ("q5", sentences(words("句", 1), 1)),
        ("q5", sentences(words("句", 3), 4)),
        ("q5", sentences(vec![long(30), "好".to_owned()], 1)),
        ("q6", matrix(vec![], words("级", 3))),
        ("q6", matrix(words("人", 21), words("级", 3))),
        (
            "q6",
            matrix(vec!["甲".to_owned(), "甲".to_owned()], words("级", 3)),
        ),
        ("q6", matrix(words("人", 2), words("级", 1))),
        ("q6", kind(5, QuestionKind::Unknown)),
    ];
    assert_eq!(every_kind().faults(), []);
    for (index, (question, how)) in spoilt.iter().enumerate() {
        let mut form = every_kind();
        how(&mut form);
        let faults = bad(&form.faults());
        let expected = match *question {
            "q61" => "",
            other => other,
        };
        assert!(
            faults.iter().any(|it| it == expected),
            "{index} {question}: {faults:?}"
        );
    }
}

#[test]
fn a_kind_of_later_is_read_and_not_answered() {
    let text = r#"{"id":"q1","text":"题","kind":{"kind":"drawing","size":3}}"#;
    let question: Question = serde_json::from_str(text).unwrap();
    assert_eq!(question.kind, QuestionKind::Unknown);
    let form = Form {
        questions: vec![question],
    };
    assert_eq!(bad(&form.faults()), ["q1"]);
    assert_eq!(bad(&form.judge(&[])), ["q1"]);
}

/// A form, answers to it, and what every program must say of them.
#[derive(Serialize)]
struct Case {
    form: Form,
    answers: Vec<Answer>,
    /// Of each question, whether it is asked.
    asked: Vec<bool>,
    /// The questions that are answered badly, in order.
    faults: Vec<String>,
    /// The words of each of these faults.
    says: Vec<&'static str>,
    /// The answers that count.
    counted: Vec<Answer>,
}

/// The console judges answers by a program of its own, which is tested with these. After a change:
/// `UPDATE_FORM_CASES=1 cargo nextest run -p contract form_cases`.
#[test]
fn form_cases_are_current() {
    let mut state = 12_u32;
    let mut forms = vec![(every_kind(), vec![])];
    for _ in 0..120 {
        let bytes: Vec<u8> = (0..160)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                state.to_be_bytes()[0]
            })
            .collect();
        let mut tape = Tape(bytes.iter());
        let form = any_form(&mut tape);
        let answers = any_answers(&form, &mut tape);
        forms.push((form, answers));
    }
    let cases = forms.into_iter().map(|(form, answers)| {
        let faults = form.judge(&answers);
        Case {
            asked: (0..form.questions.len())
                .map(|it| form.asks(it, &answers))
                .collect(),
            says: faults.iter().map(|fault| fault.says).collect(),
            faults: bad(&faults),
            counted: form.counted(&answers),
            form,
            answers,
        }
    });
    // A case a line, so that a change can be read.
    let lines: Vec<String> = cases
        .map(|case| serde_json::to_string(&case).unwrap())
        .collect();
    let good = lines
        .iter()
        .filter(|line| line.contains(r#""faults":[]"#))
        .count();
    assert!((20..100).contains(&good), "{good}");
    let text = format!("[\n{}\n]\n", lines.join(",\n"));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/form_cases.json");
    if std::env::var_os("UPDATE_FORM_CASES").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(stored == text, "{} is not current", path.display());
}
