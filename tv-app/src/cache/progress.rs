//! How far programmes were watched: locally at once, and through the outbox to the server.

use contract::terminal::ProgressReport;
use rusqlite::{OptionalExtension, params};

use super::Cache;
use super::error::CacheError;
use super::outbox;
use super::types::at_end;

impl Cache {
    /// Remembers where a programme is and sends it to the server as soon as there is one. Times
    /// are in ms: where it is, how long it is, how much was really watched since the last call,
    /// and the Unix time corrected by what is known of the server's clock.
    ///
    /// Reports of one programme that were never sent are merged into one, so a long evening
    /// without network leaves one row. One that was sent, even without an answer, is never
    /// touched again: the server may have counted it, and will know it by its key.
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
        let position_ms = position_ms.clamp(0, duration_ms.max(0));
        let watched = watched_delta_ms.max(0);
        let finished = at_end(position_ms, duration_ms);
        let now = self.now_ms();
        let lane = format!("progress:{programme_id}");
        self.write("record progress", |tx| {
            tx.prepare_cached(
                "INSERT INTO watch(programme_id, position_ms, duration_ms, watched_ms, finished, at_ms)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT(programme_id) DO UPDATE SET position_ms = excluded.position_ms,
                    duration_ms = excluded.duration_ms, watched_ms = watch.watched_ms + excluded.watched_ms,
                    finished = max(watch.finished, excluded.finished), at_ms = excluded.at_ms",
            )?
            .execute(params![programme_id, position_ms, duration_ms, watched, finished, now])?;
            let unsent: Option<(i64, String)> = tx
                .prepare_cached("SELECT seq, body FROM outbox WHERE lane = ?1 AND state = 0 ORDER BY seq DESC LIMIT 1")?
                .query_row([&lane], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let earlier = unsent.and_then(|(seq, body)| Some((seq, serde_json::from_str::<ProgressReport>(&body).ok()?)));
            let report = |earlier: Option<&ProgressReport>| ProgressReport {
                position_ms,
                duration_ms,
                watched_ms: watched.saturating_add(earlier.map_or(0, |report| report.watched_ms)),
                finished: finished || earlier.is_some_and(|report| report.finished),
                // The clock may have been set back; the server lets the later one win.
                at_ms: at_ms.max(earlier.map_or(i64::MIN, |report| report.at_ms)),
            };
            match earlier {
                Some((seq, earlier)) => {
                    let body = outbox::encode(&report(Some(&earlier)))?;
                    tx.prepare_cached("UPDATE outbox SET body = ?2 WHERE seq = ?1")?.execute(params![seq, body])?;
                }
                None => {
                    let path = format!("{}/terminal/progress/{programme_id}", contract::API_PREFIX);
                    outbox::insert(tx, &lane, "PUT", &path, &outbox::encode(&report(None))?, now)?;
                }
            }
            Ok(())
        })?;
        self.changed();
        self.inner.outbox_wake.notify_one();
        Ok(())
    }
}
