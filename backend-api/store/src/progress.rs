//! How far each terminal has watched each programme.

use std::collections::BTreeMap;

use contract::played::Played;
use contract::terminal::{Progress, ProgressReport};
use jiff::Timestamp;
use jiff::tz::{TimeZone, offset};

use crate::codec::{pieces, placeholders};
use crate::driver::{Row, Tx, Value, WriteTx, params};
use crate::error::{Error, Result};
use crate::part::Part;

pub(crate) const PART: Part = Part {
    tables: &["progress", "progress_years"],
    ..Part::EMPTY
};

const COLUMNS: &str = "programme_id, position_ms, watched_ms, finished, at_ms";

/// Adds a report. Position and length follow the report with the latest `at_ms`, whichever comes
/// in last; time watched adds up. The same report twice counts twice, so it is sent under an
/// [idempotency key](crate::idempotency).
///
/// The programme is finished once most of it was played, all reports together and each minute once;
/// what the terminal thinks of that is not asked. It stays so.
///
/// # Errors
/// [`Error::NotFound`] if there is no such programme or terminal.
pub fn record(
    tx: &mut WriteTx<'_>,
    terminal_id: &str,
    programme_id: &str,
    report: &ProgressReport,
) -> Result<Progress> {
    let known = tx.query_opt(
        "SELECT p.duration_ms FROM programmes p CROSS JOIN terminals t WHERE p.id = ?1 AND t.id = ?2",
        params![programme_id, terminal_id],
    )?;
    let length_ms = known.ok_or(Error::NotFound("programme"))?.int(0)?;
    let sql = format!(
        "INSERT INTO progress (terminal_id, programme_id, position_ms, duration_ms, watched_ms, finished, at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6)
         ON CONFLICT (terminal_id, programme_id) DO UPDATE SET
             position_ms = CASE WHEN excluded.at_ms > progress.at_ms
                           THEN excluded.position_ms ELSE progress.position_ms END,
             duration_ms = CASE WHEN excluded.at_ms > progress.at_ms
                           THEN excluded.duration_ms ELSE progress.duration_ms END,
             watched_ms = progress.watched_ms + excluded.watched_ms,
             at_ms = CASE WHEN excluded.at_ms > progress.at_ms THEN excluded.at_ms ELSE progress.at_ms END
         RETURNING {COLUMNS}, duration_ms, played"
    );
    let row = tx.query_one(
        &sql,
        params![
            terminal_id,
            programme_id,
            report.position_ms,
            report.duration_ms,
            report.watched_ms,
            report.at_ms
        ],
    )?;
    let mut known = progress(&row)?;
    // The server's own measure, unless it has none.
    let length_ms = if length_ms > 0 {
        length_ms
    } else {
        row.int(5)?
    };
    let mut played = Played::parse(&row.text(6)?);
    played.extend(&report.part());
    let finishes_now = !known.finished && played.finishes(length_ms);
    known.finished |= finishes_now;
    tx.execute(
        "UPDATE progress SET played = ?3, finished = ?4 WHERE terminal_id = ?1 AND programme_id = ?2",
        params![terminal_id, programme_id, played.to_string(), known.finished],
    )?;
    // It was finished in the year whose report finished it.
    tx.execute(
        "INSERT INTO progress_years (terminal_id, programme_id, year, watched_ms, finished)
         VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (terminal_id, programme_id, year) DO UPDATE SET
             watched_ms = progress_years.watched_ms + excluded.watched_ms,
             finished = CASE WHEN excluded.finished = 1 THEN 1 ELSE progress_years.finished END",
        params![
            terminal_id,
            programme_id,
            china_year(report.at_ms),
            report.watched_ms,
            finishes_now
        ],
    )?;
    Ok(known)
}

/// How many programmes a terminal watched to the end in a year in China, and how long it watched, in
/// milliseconds.
///
/// # Errors
/// The database failed.
pub fn of_year(tx: &mut Tx<'_>, terminal_id: &str, year: i64) -> Result<(i64, i64)> {
    let row = tx.query_one(
        "SELECT CAST(COALESCE(SUM(finished), 0) AS BIGINT), CAST(COALESCE(SUM(watched_ms), 0) AS BIGINT)
         FROM progress_years WHERE terminal_id = ?1 AND year = ?2",
        params![terminal_id, year],
    )?;
    Ok((row.int(0)?, row.int(1)?))
}

/// At how many terminals a programme was played, and at how many of them most of it.
///
/// # Errors
/// The database failed.
pub fn figures(tx: &mut Tx<'_>, programme_id: &str) -> Result<(i64, i64)> {
    let row = tx.query_one(
        "SELECT CAST(COALESCE(SUM(CASE WHEN watched_ms > 0 THEN 1 ELSE 0 END), 0) AS BIGINT),
             CAST(COALESCE(SUM(finished), 0) AS BIGINT)
         FROM progress WHERE programme_id = ?1",
        params![programme_id],
    )?;
    Ok((row.int(0)?, row.int(1)?))
}

/// [`figures`] of several programmes, by their ids; who was played nowhere is not there.
///
/// # Errors
/// The database failed.
pub fn figures_of(tx: &mut Tx<'_>, programme_ids: &[&str]) -> Result<BTreeMap<String, (i64, i64)>> {
    let mut found = BTreeMap::new();
    for piece in pieces(programme_ids) {
        let sql = format!(
            "SELECT programme_id, CAST(SUM(CASE WHEN watched_ms > 0 THEN 1 ELSE 0 END) AS BIGINT),
                 CAST(SUM(finished) AS BIGINT)
             FROM progress WHERE programme_id IN ({}) GROUP BY programme_id",
            placeholders(1, piece.len())
        );
        let values: Vec<Value> = piece.iter().copied().map(Value::from).collect();
        for row in tx.query(&sql, &values)? {
            found.insert(row.text(0)?, (row.int(1)?, row.int(2)?));
        }
    }
    Ok(found)
}

/// The year of a moment in China, UTC+8.
#[must_use]
pub fn china_year(at_ms: i64) -> i64 {
    Timestamp::from_millisecond(at_ms).map_or(1970, |at| {
        i64::from(at.to_zoned(TimeZone::fixed(offset(8))).year())
    })
}

/// What is known of one programme at one terminal.
///
/// # Errors
/// The database failed.
pub fn get(tx: &mut Tx<'_>, terminal_id: &str, programme_id: &str) -> Result<Option<Progress>> {
    let sql =
        format!("SELECT {COLUMNS} FROM progress WHERE terminal_id = ?1 AND programme_id = ?2");
    tx.query_opt(&sql, params![terminal_id, programme_id])?
        .as_ref()
        .map(progress)
        .transpose()
}

/// Everything a terminal has watched, latest first.
///
/// # Errors
/// The database failed.
pub fn list(tx: &mut Tx<'_>, terminal_id: &str) -> Result<Vec<Progress>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM progress WHERE terminal_id = ?1 ORDER BY at_ms DESC, programme_id"
    );
    tx.query(&sql, params![terminal_id])?
        .iter()
        .map(progress)
        .collect()
}

fn progress(row: &Row) -> Result<Progress> {
    Ok(Progress {
        programme_id: row.text(0)?,
        position_ms: row.int(1)?,
        watched_ms: row.int(2)?,
        finished: row.truth(3)?,
        at_ms: row.int(4)?,
    })
}

#[cfg(test)]
mod tests {
    use super::china_year;

    #[test]
    fn years_begin_at_midnight_in_china() {
        // 2026-12-31 16:00 UTC, 1970-01-01 00:00 and 2000-02-29 12:00.
        for (at_ms, year) in [
            (1_798_732_800_000, 2027),
            (1_798_732_799_999, 2026),
            (0, 1970),
            (-8 * 3_600_000, 1970),
            (-8 * 3_600_000 - 1, 1969),
            (951_825_600_000, 2000),
            // 2025-01-01 00:00 +08:00: after a leap year.
            (1_735_660_800_000, 2025),
            (1_735_660_799_999, 2024),
        ] {
            assert_eq!(china_year(at_ms), year, "{at_ms}");
        }
    }
}
