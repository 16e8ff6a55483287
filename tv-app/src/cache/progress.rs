//! What of programmes was watched: locally at once, and through the outbox to the server.

use contract::played::Played;
use contract::terminal::ProgressReport;
use rusqlite::{OptionalExtension, params};

use super::Cache;
use super::error::CacheError;
use super::outbox;

impl Cache {
    /// Remembers where a programme is and sends it to the server as soon as there is one. Times
    /// are in ms: where it is, how long it is, how much was really watched up to there without a
    /// jump since the last call, and the Unix time corrected by what is known of the server's
    /// clock.
    ///
    /// It is finished once most of it was played, each minute counted once; the server comes to the
    /// same by itself.
    ///
    /// A report that continues one that was never sent is merged into it, so a long evening
    /// without network leaves one row, and one for each jump. One that was sent, even without an
    /// answer, is never touched again: the server may have counted it, and will know it by its
    /// key.
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
        let mut report = ProgressReport {
            position_ms: position_ms.clamp(0, duration_ms.max(0)),
            duration_ms,
            watched_ms: watched_delta_ms.max(0),
            finished: false,
            at_ms,
        };
        let now = self.now_ms();
        let lane = format!("progress:{programme_id}");
        self.write("record progress", |tx| {
            let before: Option<(String, bool)> = tx
                .prepare_cached("SELECT played, finished FROM watch WHERE programme_id = ?1")?
                .query_row([programme_id], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let (text, finished) = before.unwrap_or_default();
            let mut played = Played::parse(&text);
            played.extend(&report.part());
            report.finished = finished || played.finishes(duration_ms);
            tx.prepare_cached(
                "INSERT INTO watch(programme_id, position_ms, duration_ms, watched_ms, finished, at_ms, played, seen_ms)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                 ON CONFLICT(programme_id) DO UPDATE SET position_ms = excluded.position_ms,
                    duration_ms = excluded.duration_ms, watched_ms = watch.watched_ms + excluded.watched_ms,
                    finished = excluded.finished, at_ms = excluded.at_ms, played = excluded.played,
                    seen_ms = excluded.seen_ms",
            )?
            .execute(params![
                programme_id,
                report.position_ms,
                report.duration_ms,
                report.watched_ms,
                report.finished,
                now,
                played.to_string(),
                played.total_ms()
            ])?;
            let unsent: Option<(i64, String)> = tx
                .prepare_cached("SELECT seq, body FROM outbox WHERE lane = ?1 AND state = 0 ORDER BY seq DESC LIMIT 1")?
                .query_row([&lane], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let earlier = unsent.and_then(|(seq, body)| Some((seq, serde_json::from_str::<ProgressReport>(&body).ok()?)));
            if let Some((_, earlier)) = &earlier {
                // The clock may have been set back; the server lets the later one win.
                report.at_ms = report.at_ms.max(earlier.at_ms);
            }
            // Between the two there must be no jump, or the server would take it for watched.
            let continued = earlier
                .filter(|(_, earlier)| report.position_ms.checked_sub(report.watched_ms) == Some(earlier.position_ms));
            match continued {
                Some((seq, earlier)) => {
                    report.watched_ms = report.watched_ms.saturating_add(earlier.watched_ms);
                    let body = outbox::encode(&report)?;
                    tx.prepare_cached("UPDATE outbox SET body = ?2 WHERE seq = ?1")?.execute(params![seq, body])?;
                }
                None => {
                    let path = format!("{}/terminal/progress/{programme_id}", contract::API_PREFIX);
                    outbox::insert(tx, &lane, "PUT", &path, &outbox::encode(&report)?, now)?;
                }
            }
            Ok(())
        })?;
        self.changed();
        self.inner.outbox_wake.notify_one();
        Ok(())
    }
}
