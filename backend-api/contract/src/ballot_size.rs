//! How large the request with a ballot is: the same for everybody who answers one form, whatever they
//! chose, however they prove who they are, and however often it is sent again. Nobody on the way
//! learns from the size what was chosen, and the server refuses any other size.

use crate::form::{Form, Question, QuestionKind};

/// Sizes are multiples of this, in bytes.
const BLOCK: usize = 1024;
/// Everything but the answers takes no more, in bytes: ids, hash, proof, age.
const ENVELOPE: usize = 768;
/// What stands around one answer, in bytes.
const AROUND: usize = 48;
/// An index and its comma.
const INDEX: usize = 2;
/// `null` and its comma: a row of a matrix that was not answered.
const NOTHING: usize = 5;
/// The longest whole number, with its sign.
const NUMBER: usize = 20;

/// Size of the JSON of every ballot of this form, in bytes.
#[must_use]
pub fn request_bytes(form: &Form) -> usize {
    let answers: usize = form.questions.iter().map(most).sum();
    (ENVELOPE + answers).div_ceil(BLOCK) * BLOCK
}

/// The longest answer to a question, in bytes.
fn most(question: &Question) -> usize {
    let chosen = match &question.kind {
        QuestionKind::One { .. } | QuestionKind::Grade { .. } => INDEX,
        QuestionKind::Several { options, .. } => options.len() * INDEX,
        QuestionKind::Sentences { sentences, .. } => sentences.len() * INDEX,
        QuestionKind::Matrix { rows, .. } => rows.len() * NOTHING,
        QuestionKind::Number { .. } => NUMBER,
        QuestionKind::Unknown => 0,
    };
    // Whatever an id is made of, JSON writes a byte in six at most.
    AROUND + question.id.len() * 6 + chosen
}

/// [`NewBallot::padding`](crate::evaluation::NewBallot::padding) that brings a ballot whose JSON has so
/// many bytes without any to the size of every ballot.
#[must_use]
pub fn padding(bare: usize, bytes: usize) -> String {
    " ".repeat(bytes.saturating_sub(bare))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::evaluation::NewBallot;
    use crate::form::Answer;
    use crate::proof::Proof;

    fn question(at: usize, kind: QuestionKind) -> Question {
        Question {
            id: format!("q{at}"),
            text: "问".to_owned(),
            kind,
            ..Question::default()
        }
    }

    fn kind() -> impl Strategy<Value = QuestionKind> {
        let some = |count: usize| vec!["好".to_owned(); count];
        prop_oneof![
            (2_usize..=9).prop_map(move |count| QuestionKind::One {
                options: some(count)
            }),
            (2_usize..=9).prop_map(move |count| QuestionKind::Several {
                options: some(count),
                least: 0,
                most: 9
            }),
            (2_usize..=9).prop_map(move |count| QuestionKind::Grade {
                grades: some(count),
                unknown_last: true
            }),
            Just(QuestionKind::Number {
                least: i64::MIN,
                most: i64::MAX,
                unit: "元".to_owned()
            }),
            (2_usize..=9).prop_map(move |count| QuestionKind::Sentences {
                sentences: some(count),
                most: 9
            }),
            (1_usize..=20).prop_map(move |rows| QuestionKind::Matrix {
                rows: some(rows),
                grades: some(5),
                unknown_last: false
            }),
        ]
    }

    /// Something that can be answered to a question, or nothing.
    fn answer(question: &Question, seed: u64) -> Option<Answer> {
        let pick = |most: u64| u32::try_from(seed % most.max(1)).ok();
        let (chosen, number) = match &question.kind {
            QuestionKind::One { options } => (vec![pick(options.len() as u64)], None),
            QuestionKind::Grade { grades, .. } => (vec![pick(grades.len() as u64)], None),
            QuestionKind::Several { options, .. }
            | QuestionKind::Sentences {
                sentences: options, ..
            } => (
                (0..9)
                    .filter(|at| seed >> at & 1 == 1)
                    .take(options.len())
                    .map(Some)
                    .collect(),
                None,
            ),
            QuestionKind::Matrix { rows, .. } => (
                (0..rows.len())
                    .map(|row| (seed >> row & 1 == 1).then_some(3))
                    .collect(),
                None,
            ),
            QuestionKind::Number { .. } => {
                (Vec::new(), Some(i64::from_ne_bytes(seed.to_ne_bytes())))
            }
            QuestionKind::Unknown => return None,
        };
        (seed % 5 > 0).then(|| Answer {
            question: question.id.clone(),
            chosen,
            number,
        })
    }

    proptest! {
        /// Whatever is chosen, whoever it is, and whenever it is sent: one size.
        #[test]
        fn all_ballots_of_a_form_have_one_size(
            kinds in proptest::collection::vec(kind(), 1..=60),
            seeds in proptest::collection::vec(any::<u64>(), 60),
            card in any::<bool>(),
            age_ms in proptest::option::of(any::<i64>()),
            queued in any::<bool>(),
        ) {
            let questions = kinds.into_iter().enumerate();
            let form = Form { questions: questions.map(|(at, kind)| question(at, kind)).collect() };
            let proof = if card {
                Proof::Card { card: "0".repeat(64) }
            } else {
                Proof::Pin { member_id: "0".repeat(36), pin: "580316".to_owned() }
            };
            let answers = form.questions.iter().zip(seeds).filter_map(|(one, seed)| answer(one, seed));
            let mut ballot = NewBallot {
                evaluation_id: "0".repeat(36),
                form_hash: "0".repeat(64),
                proof,
                answers: answers.collect(),
                padding: String::new(),
                age_ms,
                queued,
            };
            let bytes = request_bytes(&form);
            let bare = serde_json::to_vec(&ballot).unwrap().len();
            ballot.padding = padding(bare, bytes);
            prop_assert_eq!(serde_json::to_vec(&ballot).unwrap().len(), bytes);
        }
    }
}
