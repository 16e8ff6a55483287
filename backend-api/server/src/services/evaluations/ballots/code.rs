//! Answers as they lie in an envelope and on a ballot: a JSON array with an entry for each question of the form,
//! `null`, a number, or the array of what was chosen. In envelopes all of a form are of one length.

use contract::form::{Answer, Form, QuestionKind};
use serde_json::Value;

use crate::services::kit::error::{Result, ServiceError};

/// Lengths of envelopes are multiples of this, in bytes.
const STEP: usize = 64;

/// What [counts](Form::counted) of these answers.
#[must_use]
pub fn written(form: &Form, answers: &[Answer]) -> String {
    let counted = form.counted(answers);
    let entry = |question: &str| {
        let answer = counted.iter().find(|answer| answer.question == question);
        answer.map_or(Value::Null, |answer| match answer.number {
            Some(number) => number.into(),
            None => answer.chosen.iter().copied().collect(),
        })
    };
    let entries = form.questions.iter().map(|question| entry(&question.id));
    Value::Array(entries.collect()).to_string()
}

/// The same, as long as every other set of answers to this form.
#[must_use]
pub fn padded(form: &Form, answers: &[Answer]) -> String {
    let written = written(form, answers);
    format!("{written:<length$}", length = length(form))
}

/// How long that is, in bytes.
#[must_use]
pub fn length(form: &Form) -> usize {
    let entries = form.questions.iter().map(|question| {
        // `null,` and `99,` within brackets and with a comma; numbers of twelve digits.
        match &question.kind {
            QuestionKind::One { .. } | QuestionKind::Grade { .. } => 8,
            QuestionKind::Several { options, .. } => 5 * options.len() + 3,
            QuestionKind::Sentences { sentences, .. } => 5 * sentences.len() + 3,
            QuestionKind::Matrix { rows, .. } => 5 * rows.len() + 3,
            QuestionKind::Number { .. } | QuestionKind::Unknown => 21,
        }
    });
    (2 + entries.sum::<usize>()).next_multiple_of(STEP)
}

/// Reads back what [`written`] wrote, padded or not.
///
/// # Errors
/// [`ServiceError::Internal`] if it is not of this form.
pub fn read(form: &Form, text: &str) -> Result<Vec<Answer>> {
    // What stands there is nobody's business, also in an error.
    let damaged = || ServiceError::Internal("a ballot cannot be read".to_owned());
    let entries: Vec<Value> = serde_json::from_str(text).map_err(|_| damaged())?;
    if entries.len() != form.questions.len() {
        return Err(damaged());
    }
    let mut answers = Vec::new();
    for (question, entry) in form.questions.iter().zip(entries) {
        let question = question.id.clone();
        answers.push(match entry {
            Value::Null => continue,
            Value::Number(number) => Answer {
                question,
                chosen: Vec::new(),
                number: Some(number.as_i64().ok_or_else(damaged)?),
            },
            chosen => Answer {
                question,
                chosen: serde_json::from_value(chosen).map_err(|_| damaged())?,
                number: None,
            },
        });
    }
    Ok(answers)
}

#[cfg(test)]
mod tests {
    use contract::form::Question;

    use super::*;

    fn form() -> Form {
        let words = |count: usize| (0..count).map(|it| it.to_string()).collect::<Vec<_>>();
        let kinds = [
            QuestionKind::One { options: words(9) },
            QuestionKind::Several {
                options: words(9),
                least: 0,
                most: 9,
            },
            QuestionKind::Number {
                least: -999_999_999_999,
                most: 9,
                unit: String::new(),
            },
            QuestionKind::Matrix {
                rows: words(20),
                grades: words(9),
                unknown_last: true,
            },
            QuestionKind::Sentences {
                sentences: words(9),
                most: 9,
            },
        ];
        let questions = kinds.into_iter().enumerate();
        Form {
            questions: questions
                .map(|(number, kind)| Question {
                    id: format!("q{number}"),
                    kind,
                    ..Question::default()
                })
                .collect(),
        }
    }

    fn answer(question: &str, chosen: &[Option<u32>], number: Option<i64>) -> Answer {
        Answer {
            question: question.to_owned(),
            chosen: chosen.to_vec(),
            number,
        }
    }

    #[test]
    fn whatever_is_answered_is_as_long_as_everything_else_and_is_read_back() {
        let form = form();
        let most = vec![
            answer("q0", &[Some(8)], None),
            answer("q1", &(0..9).map(Some).collect::<Vec<_>>(), None),
            answer("q2", &[], Some(-999_999_999_999)),
            answer(
                "q3",
                &[None; 19].into_iter().chain([Some(8)]).collect::<Vec<_>>(),
                None,
            ),
            answer("q4", &(0..9).map(Some).collect::<Vec<_>>(), None),
        ];
        let few = vec![answer("q2", &[], Some(0))];
        for answers in [most, few, Vec::new()] {
            let padded = padded(&form, &answers);
            assert_eq!(padded.len(), length(&form), "{padded}");
            assert_eq!(read(&form, &padded).unwrap(), answers);
            assert_eq!(read(&form, &written(&form, &answers)).unwrap(), answers);
        }
    }

    #[test]
    fn in_which_order_something_was_chosen_is_not_kept() {
        let form = form();
        let chosen = |order: &[u32]| {
            let chosen: Vec<_> = order.iter().copied().map(Some).collect();
            written(&form, &[answer("q1", &chosen, None)])
        };
        assert_eq!(chosen(&[3, 1, 2]), chosen(&[1, 2, 3]));
        assert_eq!(chosen(&[2, 1]), "[null,[1,2],null,null,null]");
    }

    #[test]
    fn what_is_not_of_the_form_is_damaged() {
        for text in [
            "",
            "[]",
            "[1,2,3]",
            "{}",
            "[\"a\",null,null,null,null]",
            "[[1.5],null,null,null,null]",
        ] {
            assert!(read(&form(), text).is_err(), "{text}");
        }
    }
}
