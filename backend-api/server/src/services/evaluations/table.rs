//! The ballot table (票据表) that everybody may recount with `packaging/verify-ballots`.
//!
//! It has no whole ballots: twenty answers of one person are like a fingerprint, which somebody who pays or
//! threatens could demand and look for. Every answer stands on a line of its own, under an id that leads to no
//! other line, and says no more than the result does: where options are joined there, so are they here, and
//! what is left out there is not here. The lines of a question are in the order of their ids, which are hashes.
//!
//! CSV in UTF-8 with a byte order mark and CRLF, as Excel writes it:
//!
//! ```text
//! 测评编号,01J8…
//! 题目指纹,9f86…
//! 编号,题号,评谁,选了什么
//! 3b1f…,q1,,满意
//! 77a0…,q2,张建国,不满意、很不满意
//! ```

use std::collections::BTreeMap;

use contract::form::{Answer, Form};

use super::{suppress, tally};
use crate::services::kit::error::{Result, ServiceError};
use crate::services::secrets;

/// A ballot that counts.
#[derive(Clone, PartialEq, Eq)]
pub struct Ballot {
    /// Random, at least 128 bits, and never published.
    pub id: String,
    /// What counts of its answers ([`Form::counted`]).
    pub answers: Vec<Answer>,
}

/// A table as it was published.
#[derive(Debug)]
pub struct Table {
    /// CSV.
    pub csv: bytes::Bytes,
    /// SHA-256 in hex, which stands in the result.
    pub sha256: String,
}

/// Which evaluation it is, as it is written at the top.
#[derive(Clone, Copy, Debug)]
pub struct Heading<'a> {
    /// Id.
    pub evaluation_id: &'a str,
    /// Hash of the frozen form.
    pub form_hash: &'a str,
}

/// The table; `None` where nothing may be published. The same ballots make the same table in any order, so it
/// need not be kept.
///
/// # Errors
/// It could not be written.
pub fn publish(
    heading: Heading<'_>,
    form: &Form,
    ballots: &[Ballot],
    named: bool,
) -> Result<Option<Vec<u8>>> {
    let answers: Vec<Vec<Answer>> = ballots.iter().map(|it| it.answers.clone()).collect();
    let mut lines = Vec::new();
    for (index, said) in suppress::said(form, &answers, named).iter().enumerate() {
        let question = &form.questions[index].id;
        let rows = tally::rows(&form.questions[index]);
        for (at, row) in said.rows.iter().enumerate() {
            let mut by_id = BTreeMap::new();
            for ballot in ballots {
                let Some(mut chosen) = tally::chosen(form, index, at, &ballot.answers) else {
                    continue;
                };
                if chosen.is_empty() {
                    chosen.push(rows[at].options.len());
                }
                for option in chosen {
                    let group = row.groups.iter().find(|it| it.options.contains(&option));
                    if let Some(group) = group.filter(|it| it.count.is_some()) {
                        let id = line_id(&ballot.id, question, at, option);
                        by_id.insert(id, group.label.as_str());
                    }
                }
            }
            let row = row.label.as_str();
            lines.extend(
                by_id
                    .into_iter()
                    .map(|(id, label)| [id, question.clone(), row.to_owned(), label.to_owned()]),
            );
        }
    }
    if lines.is_empty() {
        return Ok(None);
    }
    write(heading, &lines).map(Some)
}

/// Found again by whoever has the ballot's id, and by nobody else.
fn line_id(ballot: &str, question: &str, row: usize, option: usize) -> String {
    let mut id = secrets::sha256_hex(&format!("{ballot}\n{question}\n{row}\n{option}"));
    id.truncate(24);
    id
}

fn write(heading: Heading<'_>, lines: &[[String; 4]]) -> Result<Vec<u8>> {
    let internal = |error: csv::Error| ServiceError::Internal(format!("CSV: {error}"));
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer("\u{feff}".as_bytes().to_vec());
    let head = [
        vec!["测评编号", heading.evaluation_id],
        vec!["题目指纹", heading.form_hash],
        vec!["编号", "题号", "评谁", "选了什么"],
    ];
    for record in head {
        writer.write_record(record).map_err(internal)?;
    }
    for record in lines {
        writer.write_record(record).map_err(internal)?;
    }
    writer
        .into_inner()
        .map_err(|error| ServiceError::Internal(format!("CSV: {error}")))
}

#[cfg(test)]
mod tests {
    use contract::form::{Question, QuestionKind};

    use super::*;

    fn form() -> Form {
        let grades = vec!["满意".to_owned(), "一般".to_owned(), "不满意".to_owned()];
        Form {
            questions: vec![
                Question {
                    id: "q1".to_owned(),
                    required: true,
                    kind: QuestionKind::Grade {
                        grades,
                        unknown_last: false,
                    },
                    ..Question::default()
                },
                Question {
                    id: "q2".to_owned(),
                    required: true,
                    kind: QuestionKind::Several {
                        options: vec!["路".to_owned(), "水".to_owned(), "灯".to_owned()],
                        least: 1,
                        most: 3,
                    },
                    ..Question::default()
                },
            ],
        }
    }

    fn ballot(index: u32) -> Ballot {
        let answer = |question: &str, chosen: Vec<u32>| Answer {
            question: question.to_owned(),
            chosen: chosen.into_iter().map(Some).collect(),
            number: None,
        };
        let grade = if index < 8 { 0 } else { 1 + index % 2 };
        let several = if index.is_multiple_of(2) {
            vec![0]
        } else {
            vec![1, 2]
        };
        Ballot {
            id: format!("ballot-{index}"),
            answers: vec![answer("q1", vec![grade]), answer("q2", several)],
        }
    }

    const HEADING: Heading<'_> = Heading {
        evaluation_id: "e1",
        form_hash: "ff",
    };

    fn text(ballots: &[Ballot]) -> Option<String> {
        let bytes = publish(HEADING, &form(), ballots, false).unwrap();
        bytes.map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn it_says_what_the_result_says() {
        let ballots: Vec<_> = (0..14).map(ballot).collect();
        let text = text(&ballots).unwrap();
        let text = text.strip_prefix('\u{feff}').unwrap();
        let lines: Vec<&str> = text.split_terminator("\r\n").collect();
        assert_eq!(
            lines[..3],
            ["测评编号,e1", "题目指纹,ff", "编号,题号,评谁,选了什么"]
        );
        let count = |end: &str| lines.iter().filter(|line| line.ends_with(end)).count();
        assert_eq!((count(",q1,,满意"), count(",q1,,一般、不满意")), (8, 6));
        assert_eq!((count(",q1,,一般"), count(",q1,,不满意")), (0, 0));
        assert_eq!(
            (count(",q2,,路"), count(",q2,,水"), count(",q2,,灯")),
            (7, 7, 7)
        );
        assert_eq!(lines.len(), 3 + 14 + 21);
    }

    #[test]
    fn neither_ballots_nor_their_order_are_in_it() {
        let mut ballots: Vec<_> = (0..14).map(ballot).collect();
        let before = text(&ballots).unwrap();
        ballots.reverse();
        assert_eq!(text(&ballots).unwrap(), before);
        assert!(!before.contains("ballot-"));
        let ids: Vec<&str> = before.lines().skip(3).map(|it| &it[..24]).collect();
        let different: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!(different.len(), ids.len());
        let first: Vec<_> = ids.iter().take(14).collect();
        assert!(first.is_sorted());
    }

    #[test]
    fn of_few_there_is_none() {
        let ballots: Vec<_> = (0..4).map(ballot).collect();
        assert_eq!(text(&ballots), None);
        assert_eq!(text(&[]), None);
    }
}
