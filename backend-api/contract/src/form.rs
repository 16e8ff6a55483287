//! Forms: questions and answers, for evaluations, questionnaires and (later) exams. A form knows nothing of
//! who answers it and why; server, terminal and console judge answers alike, by [`Form::judge`].

mod answers;
mod faults;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The questions of something that is answered. Frozen when that opens.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Form {
    /// In this order; 1 to 60.
    pub questions: Vec<Question>,
}

/// A question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Question {
    /// Short stable name within the form: `q1`.
    pub id: String,
    /// What is asked, 1 to 120 characters.
    pub text: String,
    /// Something to know beside it, at most 120 characters.
    #[serde(default)]
    pub hint: String,
    /// It must be answered.
    #[serde(default)]
    pub required: bool,
    /// Page it stands on, for phones and paper; televisions show one question a screen.
    #[serde(default)]
    pub page: u32,
    /// Asked only if an earlier question was answered so.
    #[serde(default)]
    pub only_if: Option<OnlyIf>,
    /// How it is answered.
    pub kind: QuestionKind,
}

/// Simple branching: an earlier question [`QuestionKind::One`], [`QuestionKind::Several`] or
/// [`QuestionKind::Grade`] has one of these chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OnlyIf {
    /// The earlier question.
    pub question: String,
    /// Indices of its options, from 0.
    pub any_of: Vec<u32>,
}

/// How a question is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum QuestionKind {
    /// One of 2 to 9 options.
    One {
        /// 1 to 20 characters each.
        options: Vec<String>,
    },
    /// Some of 2 to 9 options.
    Several {
        /// 1 to 20 characters each.
        options: Vec<String>,
        /// At least so many.
        least: u32,
        /// At most so many.
        most: u32,
    },
    /// A grade: 很满意 … 很不满意, the best first.
    Grade {
        /// 2 to 9 grades of 1 to 10 characters; the last one may be 不清楚 (`unknown_last`).
        grades: Vec<String>,
        /// The last one says nothing and does not count.
        #[serde(default)]
        unknown_last: bool,
    },
    /// A whole number.
    Number {
        /// Smallest.
        least: i64,
        /// Largest.
        most: i64,
        /// After it: 元, 次; at most 4 characters.
        #[serde(default)]
        unit: String,
    },
    /// Text by sentences that are picked.
    Sentences {
        /// 2 to 9 sentences of 1 to 30 characters.
        sentences: Vec<String>,
        /// At most so many.
        most: u32,
    },
    /// A grade for each of 1 to 20 people or offices.
    Matrix {
        /// Whom, 1 to 20 characters each.
        rows: Vec<String>,
        /// The grades, as of [`QuestionKind::Grade`].
        grades: Vec<String>,
        /// The last grade says nothing and does not count.
        #[serde(default)]
        unknown_last: bool,
    },
    /// One that came after this program: the form cannot be answered here until it is brought up to date.
    #[serde(other)]
    Unknown,
}

impl Default for QuestionKind {
    fn default() -> Self {
        Self::One {
            options: Vec::new(),
        }
    }
}

/// The answer to one question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Answer {
    /// The question.
    pub question: String,
    /// What was chosen: indices from 0. One for `one` and `grade`, some for `several` and `sentences`, one a row
    /// for `matrix` (a row that was not answered is `null`).
    #[serde(default)]
    pub chosen: Vec<Option<u32>>,
    /// The number, for `number`.
    #[serde(default)]
    pub number: Option<i64>,
}

/// What is wrong with a set of answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The question.
    pub question: String,
    /// In plain words, as a screen shows it.
    pub says: &'static str,
}
