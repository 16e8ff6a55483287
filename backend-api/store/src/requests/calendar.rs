//! The working calendar, a year at a time.

use contract::work_calendar::{WorkCalendar, WorkDay};

use crate::codec::{from_json, to_json};
use crate::driver::{Tx, WriteTx, params};
use crate::error::Result;
use crate::versions::Seen;

/// A year as it was entered, with its version; `None` if nobody has.
///
/// # Errors
/// The database failed.
pub fn get(
    tx: &mut Tx<'_>,
    organization_id: &str,
    year: i16,
) -> Result<Option<(WorkCalendar, i64)>> {
    let Some(row) = tx.query_opt(
        "SELECT hours, version FROM work_years WHERE organization_id = ?1 AND year = ?2",
        params![organization_id, i64::from(year)],
    )?
    else {
        return Ok(None);
    };
    let days = tx.query(
        "SELECT date, is_working, note FROM work_days WHERE organization_id = ?1 AND date >= ?2 AND date < ?3
         ORDER BY date",
        params![organization_id, first(year), first(year.saturating_add(1))],
    )?;
    let days = days.iter().map(|row| {
        Ok(WorkDay {
            date: row.text(0)?,
            is_working: row.truth(1)?,
            note: row.text(2)?,
        })
    });
    let calendar = WorkCalendar {
        hours: from_json(&row.text(0)?)?,
        days: days.collect::<Result<_>>()?,
    };
    Ok(Some((calendar, row.int(1)?)))
}

/// Replaces a year; answers its version. `seen` is 0 where nobody had entered it.
///
/// # Errors
/// [`Error::Stale`](crate::Error::Stale).
pub fn replace(
    tx: &mut WriteTx<'_>,
    organization_id: &str,
    year: i16,
    seen: Seen,
    calendar: &WorkCalendar,
    now_ms: i64,
) -> Result<i64> {
    let before = get(tx, organization_id, year)?.map_or(0, |(_, version)| version);
    seen.check(before)?;
    tx.execute(
        "DELETE FROM work_days WHERE organization_id = ?1 AND date >= ?2 AND date < ?3",
        params![organization_id, first(year), first(year.saturating_add(1))],
    )?;
    for day in &calendar.days {
        tx.execute(
            "INSERT INTO work_days (organization_id, date, is_working, note) VALUES (?1, ?2, ?3, ?4)",
            params![organization_id, &day.date, day.is_working, &day.note],
        )?;
    }
    tx.query_one(
        "INSERT INTO work_years (organization_id, year, version, hours, updated_at_ms)
         VALUES (?1, ?2, 1, ?3, ?4) ON CONFLICT (organization_id, year) DO UPDATE
             SET version = work_years.version + 1, hours = excluded.hours, updated_at_ms = excluded.updated_at_ms
         RETURNING version",
        params![organization_id, i64::from(year), to_json(&calendar.hours)?, now_ms],
    )?
    .int(0)
}

/// Before every date of a year.
fn first(year: i16) -> String {
    format!("{year:04}-01-01")
}
