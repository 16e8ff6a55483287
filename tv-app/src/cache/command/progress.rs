//! What of programmes was watched: locally at once, and as a command to the server.

use contract::API_PREFIX;
use contract::played::Played;
use contract::terminal::ProgressReport;
use rusqlite::{OptionalExtension, Transaction, params};
use uuid::Uuid;

use super::kind::{Kept, Kind, Method, Policy, Priority, ProvedBy, Taken};
use crate::cache::error::CacheError;
use crate::cache::handle::Cache;
use crate::cache::time::ServerTime;

/// How far a programme was watched since the report before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Idempotency key.
    pub key: String,
    /// The programme.
    pub programme_id: String,
    /// How far.
    pub report: ProgressReport,
}

impl Kind for Progress {
    const NAME: &'static str = "progress";
    const METHOD: Method = Method::Put;
    const PROOF: ProvedBy = ProvedBy::Terminal;

    type Request = ProgressReport;
    type Reply = Taken;

    fn key(&self) -> &str {
        &self.key
    }

    fn path(&self) -> String {
        format!("{API_PREFIX}/terminal/progress/{}", self.programme_id)
    }

    fn request(&self, _now: ServerTime) -> ProgressReport {
        self.report.clone()
    }
}

impl Kept for Progress {
    const POLICY: Policy = Policy::Merge;
    const PRIORITY: Priority = Priority::Background;

    fn lane(&self) -> String {
        format!("progress:{}", self.programme_id)
    }

    /// It is finished once most of it was played, each minute counted once; the server comes to the
    /// same by itself.
    fn before(&mut self, tx: &Transaction<'_>, now_ms: i64) -> rusqlite::Result<()> {
        let report = &mut self.report;
        let before: Option<(String, bool)> = tx
            .prepare_cached("SELECT played, finished FROM watch WHERE programme_id = ?1")?
            .query_row([&self.programme_id], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let (text, finished) = before.unwrap_or_default();
        let mut played = Played::parse(&text);
        played.extend(&report.part());
        report.finished = finished || played.finishes(report.duration_ms);
        tx.prepare_cached(
            "INSERT INTO watch(programme_id, position_ms, duration_ms, watched_ms, finished, at_ms, played, seen_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT(programme_id) DO UPDATE SET position_ms = excluded.position_ms,
                duration_ms = excluded.duration_ms, watched_ms = watch.watched_ms + excluded.watched_ms,
                finished = excluded.finished, at_ms = excluded.at_ms, played = excluded.played,
                seen_ms = excluded.seen_ms",
        )?
        .execute(params![
            self.programme_id,
            report.position_ms,
            report.duration_ms,
            report.watched_ms,
            report.finished,
            now_ms,
            played.to_string(),
            played.total_ms()
        ])?;
        Ok(())
    }

    fn merge(report: &mut ProgressReport, earlier: &ProgressReport) -> bool {
        // The clock may have been set back; the server lets the later one win.
        report.at_ms = report.at_ms.max(earlier.at_ms);
        // Between the two there must be no jump, or the server would take it for watched.
        let continues =
            report.position_ms.checked_sub(report.watched_ms) == Some(earlier.position_ms);
        if continues {
            report.watched_ms = report.watched_ms.saturating_add(earlier.watched_ms);
        }
        continues
    }
}

impl Cache {
    /// Remembers where a programme is and sends it to the server as soon as there is one. Times
    /// are in ms: where it is, how long it is, how much was really watched up to there without a
    /// jump since the last call, and the Unix time corrected by what is known of the server's
    /// clock.
    ///
    /// A report that continues one that was never sent is merged into it, so a long evening
    /// without network leaves one row, and one for each jump.
    ///
    /// # Errors
    /// When it cannot be written; then nothing was remembered.
    pub fn record_progress(
        &self,
        programme_id: &str,
        position_ms: i64,
        duration_ms: i64,
        watched_delta_ms: i64,
        at_ms: i64,
    ) -> Result<(), CacheError> {
        self.enqueue(&Progress {
            key: Uuid::now_v7().to_string(),
            programme_id: programme_id.to_owned(),
            report: ProgressReport {
                position_ms: position_ms.clamp(0, duration_ms.max(0)),
                duration_ms,
                watched_ms: watched_delta_ms.max(0),
                finished: false,
                at_ms,
            },
        })
    }
}
