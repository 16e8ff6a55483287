//! Meetings that were planned together. Each is one by itself; here is what they know of each other.

use contract::repeat::Every;

use super::{Content, Record, SELECT, existing, insert, record};
use crate::codec::{new_id, to_name};
use crate::driver::{Tx, WriteTx, params};
use crate::error::Result;

/// Plans the meetings of a series, in the order they are given.
///
/// # Errors
/// [`Error::NotFound`](crate::Error::NotFound) if an organization does not exist.
pub fn create(
    tx: &mut WriteTx<'_>,
    every: Every,
    contents: &[Content],
    created_by: &str,
    now_ms: i64,
) -> Result<Vec<Record>> {
    let id = new_id(now_ms);
    let meetings = u32::try_from(contents.len()).unwrap_or(u32::MAX);
    tx.execute(
        "INSERT INTO meeting_series (id, rhythm, meetings, created_at_ms) VALUES (?1, ?2, ?3, ?4)",
        params![&id, to_name(&every)?, meetings, now_ms],
    )?;
    let numbered = (1..).zip(contents);
    numbered
        .map(|(number, content)| {
            let series = Some((id.as_str(), number));
            let meeting = insert(tx, content, created_by, None, series, now_ms)?;
            existing(tx, &meeting)
        })
        .collect()
}

/// Those of a meeting's series that come after it and have neither begun nor been cancelled, in their order.
///
/// # Errors
/// The database failed.
pub fn following(tx: &mut Tx<'_>, meeting: &Record) -> Result<Vec<Record>> {
    let Some(place) = &meeting.series else {
        return Ok(Vec::new());
    };
    let sql = format!(
        "{SELECT} WHERE m.series_id = ?1 AND m.series_number > ?2 AND m.state = 'scheduled'
         ORDER BY m.series_number"
    );
    let rows = tx.query(&sql, params![&place.id, place.number])?;
    rows.iter().map(record).collect()
}
