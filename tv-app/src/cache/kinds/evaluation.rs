//! Evaluations, questionnaires and motions, from their announcement on.

use contract::evaluation::{Evaluation, EvaluationState};
use rusqlite::Transaction;

use super::stored::{Row, Stored};
use crate::cache::unasked;

impl Stored for Evaluation {
    /// It is shown where something is to be done about it, not among what is new to read.
    const IS_NEWS: bool = false;

    fn row(&self) -> Row<'_> {
        Row {
            id: &self.id,
            list: &self.list,
            title: &self.title,
            summary: &self.target,
            organization: &self.organization.name,
            at_ms: self.closes_at_ms,
            ..Row::default()
        }
    }

    /// The feed lets go of those that ended a while ago.
    fn is_over(json: &str, _expires_at_ms: i64, _now_ms: i64) -> bool {
        let evaluation: Option<Self> = serde_json::from_str(json)
            .inspect_err(|error| tracing::error!(%error, "a stored evaluation cannot be read"))
            .ok();
        evaluation.is_some_and(|evaluation| evaluation.state == EvaluationState::Closed)
    }

    /// Answers that nobody can hand in any more are not kept.
    fn written(tx: &Transaction<'_>, row: &Row<'_>) -> rusqlite::Result<()> {
        unasked::drop_unasked(tx, row.id)
    }
}
