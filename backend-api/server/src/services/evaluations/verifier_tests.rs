//! `packaging/verify-ballots` against what is published: it agrees with it, and finds what was done to it.

use std::path::Path;
use std::process::Command;

use contract::evaluation::{Evaluation, EvaluationKind};
use contract::form::{Answer, Form, OnlyIf, Question, QuestionKind};

use super::suppress::{Turnout, suppress};
use super::table::{Ballot, Heading, publish};
use super::{hash, suppress as rule};
use crate::services::secrets::sha256_hex;

fn words(words: &str) -> Vec<String> {
    words.split(' ').map(str::to_owned).collect()
}

fn question(id: &str, required: bool, kind: QuestionKind) -> Question {
    Question {
        id: id.to_owned(),
        text: format!("“{id}”怎么样？"),
        required,
        kind,
        ..Question::default()
    }
}

fn form() -> Form {
    let grades = words("很满意 满意 一般 不满意 不清楚");
    let mut form = Form {
        questions: vec![
            question(
                "q1",
                true,
                QuestionKind::Grade {
                    grades: grades.clone(),
                    unknown_last: true,
                },
            ),
            question(
                "q2",
                true,
                QuestionKind::Several {
                    options: words("水管 渠道 塘坝 水质 水费"),
                    least: 1,
                    most: 3,
                },
            ),
            question(
                "q3",
                false,
                QuestionKind::Number {
                    least: 0,
                    most: 30,
                    unit: "次".to_owned(),
                },
            ),
            question(
                "q4",
                true,
                QuestionKind::Matrix {
                    rows: words("路灯 垃圾"),
                    grades,
                    unknown_last: true,
                },
            ),
            question(
                "q5",
                false,
                QuestionKind::One {
                    options: words("是 否"),
                },
            ),
        ],
    };
    form.questions[4].only_if = Some(OnlyIf {
        question: "q1".to_owned(),
        any_of: vec![0],
    });
    form
}

/// What voter number `index` chose.
fn ballot(form: &Form, index: u32) -> Ballot {
    let answer = |question: &str, chosen: &[u32]| Answer {
        question: question.to_owned(),
        chosen: chosen.iter().copied().map(Some).collect(),
        number: None,
    };
    let mut answers = vec![
        answer("q1", &[[0, 0, 0, 1, 1, 2, 3][index as usize % 7]]),
        answer("q2", &[[0, 1], [1, 2], [0, 4], [2, 4]][index as usize % 4]),
        answer("q4", &[index % 2, (index / 2) % 3]),
        answer("q5", &[index % 2]),
    ];
    if !index.is_multiple_of(3) {
        answers.push(Answer {
            number: Some(i64::from(index % 13)),
            ..answer("q3", &[])
        });
    }
    Ballot {
        id: sha256_hex(&format!("ballot {index}")),
        answers: form.counted(&answers),
    }
}

/// The two files as they are published.
struct Published {
    table: String,
    evaluation: Evaluation,
}

fn published(form: Form, kind: EvaluationKind, ballots: &[Ballot], entitled: u32) -> Published {
    let form_hash = hash::form_hash(&form);
    let answers: Vec<Vec<Answer>> = ballots.iter().map(|it| it.answers.clone()).collect();
    for answers in &answers {
        assert_eq!(form.judge(answers), []);
    }
    let turnout = Turnout {
        kind,
        named: false,
        entitled,
        took_part: u32::try_from(ballots.len()).unwrap(),
        on_paper: 0,
    };
    let mut result = suppress(&form, &answers, &turnout);
    let heading = Heading {
        evaluation_id: "01JABCDEF",
        form_hash: &form_hash,
    };
    let table = publish(heading, &form, ballots, false).unwrap().unwrap();
    let table = String::from_utf8(table).unwrap();
    result.ballots_hash = sha256_hex(&table);
    Published {
        table,
        evaluation: Evaluation {
            id: "01JABCDEF".to_owned(),
            kind,
            entitled,
            form_hash,
            form,
            result: Some(result),
            ..Evaluation::default()
        },
    }
}

impl Published {
    /// What the script says, and its exit code.
    fn verify(&self) -> (i32, String) {
        self.verify_with(true)
    }

    /// The same, with the result or with the table alone.
    fn verify_with(&self, with_result: bool) -> (i32, String) {
        let folder = tempfile::tempdir().unwrap();
        let (table, result) = (folder.path().join("a.csv"), folder.path().join("a.json"));
        std::fs::write(&table, &self.table).unwrap();
        std::fs::write(&result, serde_json::to_string(&self.evaluation).unwrap()).unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packaging/verify-ballots");
        let output = Command::new("python3")
            .args([&script, &table])
            .args(with_result.then_some(&result))
            .env("PYTHONIOENCODING", "utf-8")
            .output()
            .unwrap();
        let says = String::from_utf8(output.stdout).unwrap();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(errors, "", "{says}");
        (output.status.code().unwrap(), says)
    }

    /// As whoever changes the table also changes the hash beside it.
    fn forge(&mut self, change: impl FnOnce(&mut Vec<String>)) {
        let mut lines: Vec<String> = self
            .table
            .split_inclusive("\r\n")
            .map(str::to_owned)
            .collect();
        change(&mut lines);
        self.table = lines.concat();
        self.evaluation.result.as_mut().unwrap().ballots_hash = sha256_hex(&self.table);
    }

    fn finds(&self, place: &str) {
        let (code, says) = self.verify();
        assert_eq!(code, 1, "{says}");
        let found = says
            .lines()
            .any(|line| line.starts_with("不符") && line.contains(place));
        assert!(found, "{place}: {says}");
    }
}

fn good() -> Published {
    let form = form();
    let ballots: Vec<Ballot> = (0..53).map(|index| ballot(&form, index)).collect();
    published(form, EvaluationKind::Evaluation, &ballots, 80)
}

#[test]
fn what_is_published_is_in_order() {
    let good = good();
    let said = &good.evaluation.result.as_ref().unwrap().questions;
    let labels = |question: usize| -> Vec<&str> {
        let cells = &said[question].rows[0].cells;
        cells.iter().map(|cell| cell.label.as_str()).collect()
    };
    // The case has everything in it: joined options, left out ones, whoever did not answer, a branch.
    assert_eq!(labels(0), ["很满意", "满意", "一般", "不满意、不清楚"]);
    assert_eq!(labels(1), ["水管", "渠道", "塘坝、水质", "水费"]);
    assert!(labels(2).last().unwrap().ends_with("没有回答"));
    assert!(said[4].answered.is_some());
    let (code, says) = good.verify();
    assert_eq!(code, 0, "{says}");
    assert!(says.contains(&good.evaluation.result.as_ref().unwrap().ballots_hash));
    assert!(says.ends_with("相符：票据表和结果一致。\n"), "{says}");
}

#[test]
fn one_changed_ballot_is_found() {
    let mut forged = good();
    forged.forge(|lines| {
        let line = lines
            .iter_mut()
            .find(|line| line.ends_with(",q1,,很满意\r\n"));
        let line = line.unwrap();
        *line = line.replace("很满意", "满意");
    });
    forged.finds("第 1 题“很满意”");
    forged.finds("第 1 题“满意”");
}

#[test]
fn one_added_ballot_is_found() {
    let mut forged = good();
    forged.forge(|lines| lines.insert(3, "000000000000000000000000,q1,,满意\r\n".to_owned()));
    forged.finds("第 1 题“满意”：票据表里有");
    let mut twice = good();
    twice.forge(|lines| lines.insert(4, lines[4].clone()));
    twice.finds("票据表第 6 行");
    let mut strange = good();
    strange.forge(|lines| lines.push("ffffffffffffffffffffffff,q2,,水质\r\n".to_owned()));
    strange.finds("题号 q2 “水质”");
}

#[test]
fn one_missing_ballot_is_found() {
    let mut forged = good();
    forged.forge(|lines| {
        let at = lines.iter().position(|line| line.contains(",q4,垃圾,"));
        lines.remove(at.unwrap());
    });
    forged.finds("第 4 题垃圾");
}

#[test]
fn a_table_that_is_not_the_published_one_is_found() {
    let mut other = good();
    other.table = other.table.replace("很满意", "很不满意");
    other.finds("票据表指纹");
    let mut asked = good();
    asked.evaluation.form.questions[0].text = "您支持吗？".to_owned();
    asked.finds("题目指纹");
    let mut elsewhere = good();
    elsewhere.evaluation.id = "01JXYZ".to_owned();
    elsewhere.finds("票据表第 1 行");
}

#[test]
fn figures_that_should_not_be_said_are_found() {
    let mut told = good();
    let result = told.evaluation.result.as_mut().unwrap();
    let cells = &mut result.questions[0].rows[0].cells;
    cells[3].label = "不满意".to_owned();
    told.finds("第 1 题：各格合起来不是全部选项");
    let mut small = good();
    let result = small.evaluation.result.as_mut().unwrap();
    result.on_paper = Some(rule::FEWEST - 1);
    small.finds("纸票张数");
}

#[test]
fn the_rule_of_motions_is_reckoned_again() {
    let form = Form {
        questions: vec![question(
            "q1",
            true,
            QuestionKind::One {
                options: words("同意 反对 弃权"),
            },
        )],
    };
    let ballots: Vec<Ballot> = (0..16)
        .map(|index| Ballot {
            id: sha256_hex(&format!("motion {index}")),
            answers: vec![Answer {
                question: "q1".to_owned(),
                chosen: vec![Some(u32::from(index >= 9))],
                number: None,
            }],
        })
        .collect();
    let mut motion = published(form, EvaluationKind::Motion, &ballots, 16);
    assert_eq!(motion.verify().0, 0);
    motion.evaluation.result.as_mut().unwrap().passed = Some(false);
    motion.finds("表决");
}

#[test]
fn the_table_alone_is_counted() {
    let good = good();
    let result = good.evaluation.result.as_ref().unwrap();
    let (code, says) = good.verify_with(false);
    assert_eq!(code, 0, "{says}");
    let mut figures = 0;
    for (question, said) in good.evaluation.form.questions.iter().zip(&result.questions) {
        for row in &said.rows {
            for cell in &row.cells {
                let Some(count) = cell.count else {
                    assert!(!says.contains(&format!("{}　{}　", question.id, cell.label)));
                    continue;
                };
                let row = Some(row.label.as_str()).filter(|it| !it.is_empty());
                let parts = [Some(question.id.as_str()), row, Some(&cell.label)];
                let parts: Vec<&str> = parts.into_iter().flatten().collect();
                let line = format!("{}　{count} 票\n", parts.join("　"));
                assert!(says.contains(&line), "{line}: {says}");
                figures += 1;
            }
        }
    }
    assert!(figures > 10, "{figures}");
    for hash in [&good.evaluation.form_hash, &result.ballots_hash] {
        assert!(says.contains(hash.as_str()), "{says}");
    }
    // One added line that is there twice is found without the result too.
    let mut forged = good;
    forged.forge(|lines| lines.push(lines[5].clone()));
    let (code, says) = forged.verify_with(false);
    assert_eq!(code, 1, "{says}");
    assert!(says.contains("重复，多了一票"), "{says}");
}

#[test]
fn what_is_no_table_is_said_to_be_none() {
    let mut open = good();
    open.evaluation.result = None;
    let (code, says) = open.verify();
    assert_eq!(code, 2);
    assert!(says.starts_with("文件读不懂，或者测评还没有结果"), "{says}");
}
