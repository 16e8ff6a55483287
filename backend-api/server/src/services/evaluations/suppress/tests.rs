//! An attacker who knows the rule, the form and everything that is said.

use std::collections::{BTreeMap, BTreeSet};

use contract::form::{OnlyIf, QuestionKind};
use proptest::prelude::*;

use super::*;

fn words(prefix: &str, how_many: usize) -> Vec<String> {
    (0..how_many).map(|it| format!("{prefix}{it}")).collect()
}

fn row(options: usize) -> Row {
    Row {
        label: String::new(),
        options: words("项", options),
        several: None,
    }
}

fn counts(options: Vec<u32>, choices: usize, asked: u32) -> Counts {
    Counts {
        options,
        asked,
        choices,
    }
}

/// Every way to divide `sum` over so many options.
fn divisions(sum: u32, options: usize) -> Vec<Vec<u32>> {
    if options == 1 {
        return vec![vec![sum]];
    }
    let mut all = Vec::new();
    for first in 0..=sum {
        for mut rest in divisions(sum - first, options - 1) {
            rest.insert(0, first);
            all.push(rest);
        }
    }
    all
}

/// Every way in which so many, of whom some may leave the question out, can choose `least..=most` of the options.
fn choices(asked: u32, options: usize, (least, most): (u32, u32), required: bool) -> Vec<Vec<u32>> {
    let mut all = BTreeSet::new();
    for answered in if required { asked } else { 0 }..=asked {
        let mut columns = vec![vec![]];
        for _ in 0..options {
            columns = columns
                .into_iter()
                .flat_map(|column: Vec<u32>| {
                    (0..=answered).map(move |count| [column.as_slice(), &[count]].concat())
                })
                .collect();
        }
        columns.retain(|column| {
            let sum: u32 = column.iter().sum();
            (answered * least.max(1)..=answered * most).contains(&sum)
        });
        all.extend(columns);
    }
    all.into_iter().collect()
}

/// What everybody sees of a row: which options are together, and how many chose them.
type Shown = Vec<(Vec<usize>, Option<u32>)>;

/// How many figures are pinned: which options that are not said alone, or are said with a figure that is too
/// small, have one possible figure, if everything that is said is known, and the rule too.
fn pinned(tables: &[Vec<u32>], said: impl Fn(&[u32]) -> Vec<Group>) -> usize {
    let mut alike: BTreeMap<Shown, Vec<&Vec<u32>>> = BTreeMap::new();
    for table in tables {
        let groups = said(table).into_iter();
        let key = groups.map(|group| (group.options, group.count)).collect();
        alike.entry(key).or_default().push(table);
    }
    let mut pinned = 0;
    for (key, tables) in alike {
        let of = |option: usize| -> BTreeSet<u32> {
            let figures = tables.iter().map(|it| it.get(option).copied());
            figures.map(Option::unwrap_or_default).collect()
        };
        for (options, count) in key {
            let alone = options.len() == 1 && count.is_some_and(|count| count >= FEWEST);
            let bad = options.iter().filter(|it| !alone && of(**it).len() < 2);
            pinned += bad.count();
        }
    }
    pinned
}

#[test]
fn of_one_choice_no_figure_is_pinned() {
    for options in 2..=4 {
        for asked in 1..=16 {
            let row = row(options);
            let required = divisions(asked, options);
            let all = if asked < FEWEST {
                required.clone()
            } else {
                let left_out = divisions(asked, options + 1).into_iter().map(|mut table| {
                    table.truncate(options + usize::from(table[options] > 0));
                    table
                });
                left_out.collect()
            };
            for tables in [&required, &all] {
                let said = |table: &[u32]| of_one(&row, &counts(table.to_vec(), options, asked));
                assert_eq!(pinned(tables, said), 0, "{options} {asked}");
                for table in tables {
                    let sum: u32 = said(table).iter().filter_map(|group| group.count).sum();
                    assert!(sum == asked || asked < FEWEST, "{table:?}");
                }
            }
        }
    }
}

#[test]
fn of_several_choices_no_figure_is_pinned() {
    for (options, largest) in [(2_usize, 18), (3, 13), (4, 8)] {
        let all = u32::try_from(options).unwrap();
        for asked in 5..=largest {
            for most in 2..=all {
                for least in 0..=most.min(all - 1) {
                    for required in [false, true] {
                        let bounds = (least, most);
                        let tables = choices(asked, options, bounds, required);
                        let row = row(options);
                        let said = |table: &[u32]| {
                            let counts = counts(table.to_vec(), options, asked);
                            of_several(&row, &counts, bounds, required)
                        };
                        let pinned = pinned(&tables, said);
                        assert_eq!(pinned, 0, "{options} {asked} {bounds:?} {required}");
                    }
                }
            }
        }
    }
}

/// Only leaving out what is small: what others do, and what these tests are for.
#[test]
fn a_simpler_rule_is_broken_by_the_same_attacker() {
    let row = row(3);
    let said = |table: &[u32]| -> Vec<Group> {
        let mut groups = counts(table.to_vec(), 3, 12).alone(&row);
        for group in &mut groups {
            group.count = group.count.filter(|count| *count >= FEWEST);
        }
        groups
    };
    assert!(pinned(&divisions(12, 3), said) > 10);
}

/// Bytes that decide what is made.
struct Tape<'a>(std::slice::Iter<'a, u8>);

impl Tape<'_> {
    fn below(&mut self, most: usize) -> usize {
        usize::from(self.0.next().copied().unwrap_or_default()) % most
    }
}

fn any_form(tape: &mut Tape<'_>) -> Form {
    let mut form = Form::default();
    for index in 0..1 + tape.below(4) {
        let options = words("项", 2 + tape.below(3));
        let kind = match tape.below(5) {
            0 | 1 => QuestionKind::One { options },
            2 => QuestionKind::Several {
                least: u32::try_from(tape.below(2)).unwrap(),
                most: u32::try_from(1 + tape.below(options.len())).unwrap(),
                options,
            },
            3 => QuestionKind::Number {
                least: 0,
                most: 12,
                unit: String::new(),
            },
            _ => QuestionKind::Matrix {
                rows: words("人", 1 + tape.below(2)),
                grades: options,
                unknown_last: false,
            },
        };
        let parent = (index > 0 && tape.below(2) > 0).then(|| tape.below(index));
        let only_if = parent.and_then(|parent| {
            let parent: &Question = &form.questions[parent];
            let (QuestionKind::One { options } | QuestionKind::Several { options, .. }) =
                &parent.kind
            else {
                return None;
            };
            let first = tape.below(options.len());
            let any_of = (first..options.len()).filter(|it| *it == first || tape.below(2) > 0);
            Some(OnlyIf {
                question: parent.id.clone(),
                any_of: any_of.map(|it| u32::try_from(it).unwrap()).collect(),
            })
        });
        form.questions.push(Question {
            id: format!("q{index}"),
            text: "题".to_owned(),
            required: tape.below(2) > 0,
            only_if,
            kind,
            ..Question::default()
        });
    }
    form
}

/// An answer that fits; most choose the same.
fn any_answer(question: &Question, tape: &mut Tape<'_>) -> Answer {
    let mut answer = Answer {
        question: question.id.clone(),
        chosen: Vec::new(),
        number: None,
    };
    if !question.required && tape.below(4) == 0 {
        return answer;
    }
    let mut pick = |options: usize| {
        let option = if tape.below(3) > 0 {
            0
        } else {
            tape.below(options)
        };
        Some(u32::try_from(option).unwrap())
    };
    match &question.kind {
        QuestionKind::One { options } => answer.chosen = vec![pick(options.len())],
        QuestionKind::Several { options, most, .. } => {
            let chosen: BTreeSet<_> = (0..*most).map(|_| pick(options.len())).collect();
            answer.chosen = chosen.into_iter().collect();
        }
        QuestionKind::Matrix { rows, grades, .. } => {
            answer.chosen = rows.iter().map(|_| pick(grades.len())).collect();
        }
        _ => answer.number = pick(13).map(i64::from),
    }
    answer
}

fn any_ballots(form: &Form, tape: &mut Tape<'_>) -> Vec<Vec<Answer>> {
    let mut ballots = Vec::new();
    for _ in 0..tape.below(26) {
        let given: Vec<Answer> = form
            .questions
            .iter()
            .map(|it| any_answer(it, tape))
            .collect();
        let ballot = form.counted(&given);
        assert_eq!(form.judge(&ballot), []);
        ballots.push(ballot);
    }
    ballots
}

/// Chooses `to` instead of `from` in a row; either may be nothing.
fn choose(
    question: &Question,
    row: &Row,
    answers: &mut Vec<Answer>,
    (at, from, to): (usize, usize, usize),
) {
    if answers.iter().all(|it| it.question != question.id) {
        answers.push(Answer {
            question: question.id.clone(),
            chosen: match &question.kind {
                QuestionKind::Matrix { rows, .. } => vec![None; rows.len()],
                _ => Vec::new(),
            },
            number: None,
        });
    }
    let answer = answers.iter_mut().find(|it| it.question == question.id);
    let answer = answer.unwrap();
    let index = |option: usize| {
        let option = (option < row.options.len()).then_some(option);
        option.map(|option| u32::try_from(option).unwrap())
    };
    match &question.kind {
        QuestionKind::Number { .. } => {
            answer.number = row.options.get(to).map(|band| {
                let first = band
                    .split_once('～')
                    .map_or(band.as_str(), |(first, _)| first);
                first.parse().unwrap()
            });
        }
        QuestionKind::Matrix { .. } => answer.chosen[at] = index(to),
        _ => {
            answer.chosen.retain(|chosen| *chosen != index(from));
            answer.chosen.extend(index(to).map(Some));
        }
    }
}

/// Other ballots that differ in one question of one, two … five of them and of which exactly the same is said.
/// Somebody who had everything that is said, and every program, could not tell them apart.
fn has_twin(form: &Form, ballots: &[Vec<Answer>], place: (usize, usize), option: usize) -> bool {
    let (index, at) = place;
    let question = &form.questions[index];
    let row = &tally::rows(question)[at];
    let figure = |ballots: &[Vec<Answer>]| {
        let chosen = ballots
            .iter()
            .filter_map(|it| tally::chosen(form, index, at, it));
        chosen.filter(|chosen| chosen.contains(&option)).count()
    };
    let (truth, shown) = (figure(ballots), said(form, ballots, false));
    // The one after the last is nothing.
    for from in 0..=row.options.len() {
        for to in (0..=row.options.len()).filter(|to| *to != from) {
            let mut others = ballots.to_vec();
            for ballot in 0..others.len() {
                let Some(chosen) = tally::chosen(form, index, at, &others[ballot]) else {
                    continue;
                };
                let is_from =
                    chosen.contains(&from) || chosen.is_empty() && from == row.options.len();
                if !is_from || chosen.contains(&to) {
                    continue;
                }
                let mut answers = others[ballot].clone();
                choose(question, row, &mut answers, (at, from, to));
                // Whoever is asked more now answers it somehow, and what that leads to.
                for (asked, question) in form.questions.iter().enumerate() {
                    let answered = answers.iter().any(|it| it.question == question.id);
                    if question.required && !answered && form.asks(asked, &answers) {
                        answers.push(any_answer(question, &mut Tape([].iter())));
                    }
                }
                let answers = form.counted(&answers);
                if form.judge(&answers).is_empty() {
                    others[ballot] = answers;
                }
                if figure(&others) != truth && said(form, &others, false) == shown {
                    return true;
                }
            }
        }
    }
    false
}

/// 300, or as many as `PROPTEST_CASES` says: 10000 is the long form.
fn cases() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok();
    let cases = cases.and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: cases.unwrap_or(300),
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn random_tables_tell_nothing_small(bytes in proptest::collection::vec(any::<u8>(), 40..400)) {
        let mut tape = Tape(bytes.iter());
        let form = any_form(&mut tape);
        prop_assert_eq!(form.faults(), vec![]);
        let ballots = any_ballots(&form, &mut tape);
        let shown = said(&form, &ballots, false);
        for (index, question) in shown.iter().enumerate() {
            let asked = ballots.iter().filter(|it| form.asks(index, it)).count();
            let rows = tally::rows(&form.questions[index]);
            prop_assert_eq!(question.rows.len(), rows.len());
            prop_assert!(question.answered.is_none_or(|answered| answered >= FEWEST));
            for (at, (row, said)) in rows.iter().zip(&question.rows).enumerate() {
                // Every option is in one group, and the groups are in the order of the form.
                let firsts: Vec<usize> = said.groups.iter().map(|it| it.options[0]).collect();
                prop_assert!(firsts.is_sorted());
                let mut all: Vec<usize> = said.groups.iter().flat_map(|it| it.options.clone()).collect();
                all.sort_unstable();
                prop_assert!(all.len() - row.options.len() <= 1);
                prop_assert_eq!(&all, &(0..all.len()).collect::<Vec<_>>());
                for group in &said.groups {
                    prop_assert!(group.count.is_none_or(|count| count >= FEWEST));
                    if let (Some(count), Some(_)) = (group.count, row.several) {
                        prop_assert!(asked - usize::try_from(count).unwrap() >= 5);
                    }
                    let alone = group.options.len() == 1 && group.count.is_some();
                    for option in group.options.iter().filter(|it| **it < row.options.len()) {
                        // Where nobody was asked there is nobody to answer otherwise, and nothing is said.
                        let told = question.rows[at].groups.iter().any(|it| it.count.is_some());
                        if !alone && (asked > 0 || told) {
                            prop_assert!(
                                has_twin(&form, &ballots, (index, at), *option),
                                "{} {:?} {:?}", index, group, ballots
                            );
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn large_figures_are_said(bytes in proptest::collection::vec(any::<u8>(), 40..400)) {
        // Five of everything: nothing has to be joined or left out, whatever the form.
        let mut tape = Tape(bytes.iter());
        let options = 2 + tape.below(8);
        let form = Form { questions: vec![Question {
            id: "q1".to_owned(),
            kind: QuestionKind::One { options: words("项", options) },
            ..Question::default()
        }] };
        let figures: Vec<u32> = (0..options).map(|_| u32::try_from(5 + tape.below(9)).unwrap()).collect();
        let ballots: Vec<Vec<Answer>> = figures.iter().enumerate().flat_map(|(option, count)| {
            let chosen = vec![Some(u32::try_from(option).unwrap())];
            (0..*count).map(move |_| vec![Answer {
                question: "q1".to_owned(),
                chosen: chosen.clone(),
                number: None,
            }])
        }).collect();
        let shown = &said(&form, &ballots, false)[0];
        let told: Vec<_> = shown.rows[0].groups.iter().filter_map(|it| it.count).collect();
        prop_assert_eq!(told, figures);
        prop_assert_eq!(shown.answered, u32::try_from(ballots.len()).ok());
    }
}

fn motion(yes: usize, no: usize, abstain: usize, entitled: u32) -> EvaluationResult {
    let form = Form {
        questions: vec![Question {
            id: "q1".to_owned(),
            required: true,
            kind: QuestionKind::One {
                options: vec!["同意".to_owned(), "反对".to_owned(), "弃权".to_owned()],
            },
            ..Question::default()
        }],
    };
    let ballot = |option: u32| {
        vec![Answer {
            question: "q1".to_owned(),
            chosen: vec![Some(option)],
            number: None,
        }]
    };
    let mut ballots = vec![ballot(0); yes];
    ballots.extend(vec![ballot(1); no]);
    ballots.extend(vec![ballot(2); abstain]);
    let turnout = Turnout {
        kind: EvaluationKind::Motion,
        entitled,
        took_part: u32::try_from(ballots.len()).unwrap(),
        ..Turnout::default()
    };
    suppress(&form, &ballots, &turnout)
}

#[test]
fn a_motion_passes_by_more_than_half_of_the_entitled() {
    for (yes, no, passed) in [(8, 8, false), (9, 7, true), (9, 0, true), (8, 0, false)] {
        assert_eq!(motion(yes, no, 0, 16).passed, Some(passed), "{yes} {no}");
    }
    assert_eq!(
        motion(9, 7, 0, 16).rule,
        "应到 16 人，参加 16 人，同意 9 人，超过应到人数的一半，通过。"
    );
    assert_eq!(
        motion(8, 0, 0, 16).rule,
        "应到 16 人，参加 8 人，没有超过应到人数的一半，没有通过。"
    );
    // Two did not say yes: nobody learns how many, only that it passed.
    let result = motion(14, 1, 1, 16);
    assert_eq!(
        result.rule,
        "应到 16 人，参加 16 人，同意的超过应到人数的一半，通过。"
    );
    let cells = &result.questions[0].rows[0].cells;
    assert_eq!(
        (cells[0].label.as_str(), cells[0].count),
        ("同意、反对、弃权", Some(16))
    );
    assert_eq!(motion(5, 6, 5, 16).passed, Some(false));
}

#[test]
fn paper_is_told_of_where_it_is_enough() {
    let on_paper = |took_part, on_paper, named| {
        let turnout = Turnout {
            entitled: 40,
            took_part,
            on_paper,
            named,
            ..Turnout::default()
        };
        suppress(&Form::default(), &[], &turnout).on_paper
    };
    assert_eq!(on_paper(30, 6, false), Some(6));
    assert_eq!(on_paper(30, 4, false), None);
    assert_eq!(on_paper(30, 27, false), None);
    assert_eq!(on_paper(30, 4, true), Some(4));
}

#[test]
fn what_carries_names_is_said_as_it_is() {
    let mut tape = Tape([0; 40].iter());
    let form = any_form(&mut tape);
    let ballots =
        vec![form.counted(&[any_answer(&form.questions[0], &mut Tape([1; 9].iter()))]); 2];
    let shown = &said(&form, &ballots, true)[0];
    let figures: Vec<_> = shown.rows[0].groups.iter().map(|it| it.count).collect();
    assert_eq!(figures, [Some(2), Some(0)]);
    let hidden = &said(&form, &ballots, false)[0];
    assert_eq!(
        (hidden.answered, hidden.rows[0].groups[0].count),
        (None, None)
    );
}
