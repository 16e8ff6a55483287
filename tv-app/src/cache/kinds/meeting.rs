//! Meetings: planned, going on, or over in the last days.

use contract::meeting::{Meeting, MeetingState};
use rusqlite::{Transaction, params};

use super::stored::{Row, Stored};

impl Stored for Meeting {
    const IS_NEWS: bool = false;

    fn row(&self) -> Row<'_> {
        Row {
            id: &self.id,
            title: &self.title,
            organization: &self.organization.name,
            at_ms: self.starts_at_ms,
            duration_ms: self.planned_ms,
            ..Row::default()
        }
    }

    /// The feed lets go of those that ended a while ago.
    fn is_over(json: &str, _expires_at_ms: i64, _now_ms: i64) -> bool {
        let meeting: Option<Self> = serde_json::from_str(json)
            .inspect_err(|error| tracing::error!(%error, "a stored meeting cannot be read"))
            .ok();
        meeting.is_some_and(|meeting| meeting.state == MeetingState::Ended)
    }

    /// Who asked to be reminded before anything was known of it knows it now.
    fn written(tx: &Transaction<'_>, row: &Row<'_>) -> rusqlite::Result<()> {
        tx.prepare_cached(
            "UPDATE meeting_choice SET known_ms = ?2, title = ?3, organization = ?4
             WHERE id = ?1 AND remind = 1 AND known_ms IS NULL",
        )?
        .execute(params![row.id, row.at_ms, row.title, row.organization])?;
        Ok(())
    }
}
