//! Films of programmes that are made of what staff uploaded: a queue in the database, so that a server that was
//! killed finds what it was at.

use contract::staff_programme::{Film, FilmState};

use crate::codec::from_name;
use crate::driver::{Row, Tx, WriteTx, params};
use crate::due;
use crate::error::Result;
use crate::part::{Part, Promise};

pub(crate) const PART: Part = Part {
    tables: &["films"],
    promises: &[Promise {
        broken: "a film is to be made of an upload that no programme has taken",
        cases: "SELECT f.programme_id FROM films f JOIN uploads u ON u.id = f.upload_id
                WHERE u.state <> 'used'",
    }],
    ..Part::EMPTY
};

/// What was uploaded for a film that could not be made is kept so long, in milliseconds.
pub const KEPT_MS: i64 = 7 * 24 * 3_600_000;

const SELECT: &str = "SELECT f.programme_id, f.upload_id, f.state, f.percent, f.problem, f.attempts, f.poster_at_ms, \
                      f.queued_at_ms \
                      FROM films f";

/// The film of a programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Id of the programme.
    pub programme_id: String,
    /// What it is made of, as long as that is there.
    pub upload_id: Option<String>,
    /// How far it is.
    pub state: FilmState,
    /// How much of it is made, 0 to 100.
    pub percent: u32,
    /// Why it could not be made.
    pub problem: Option<String>,
    /// How often it was begun.
    pub attempts: u32,
    /// From where in it the still picture is taken.
    pub poster_at_ms: Option<u64>,
    /// Since when it waits to be made, Unix milliseconds.
    pub queued_at_ms: i64,
}

impl Record {
    /// As staff see it.
    #[must_use]
    pub fn to_public(&self) -> Film {
        Film {
            state: self.state,
            percent: self.percent,
            problem: self.problem.clone(),
            may_retry: self.state == FilmState::Failed && self.upload_id.is_some(),
        }
    }
}

/// A film waits to be made of an upload, whatever was before.
///
/// # Errors
/// The database failed.
pub fn queue(
    tx: &mut WriteTx<'_>,
    programme_id: &str,
    upload_id: &str,
    poster_at_ms: Option<u64>,
    now_ms: i64,
) -> Result<()> {
    let poster_at_ms = poster_at_ms.and_then(|at| i64::try_from(at).ok());
    tx.execute(
        "INSERT INTO films (programme_id, upload_id, state, poster_at_ms, queued_at_ms, changed_at_ms)
         VALUES (?1, ?2, 'waiting', ?3, ?4, ?4)
         ON CONFLICT (programme_id) DO UPDATE SET upload_id = excluded.upload_id, state = 'waiting', percent = 0,
             problem = NULL, attempts = 0, poster_at_ms = excluded.poster_at_ms,
             queued_at_ms = excluded.queued_at_ms, changed_at_ms = excluded.changed_at_ms",
        params![programme_id, upload_id, poster_at_ms, now_ms],
    )?;
    // What it is made of stays until it is made.
    due::cancel(tx, due::Kind::UploadExpiry, upload_id)
}

/// The film of a programme, if it is made of an upload.
///
/// # Errors
/// The database failed.
pub fn get(tx: &mut Tx<'_>, programme_id: &str) -> Result<Option<Record>> {
    let sql = format!("{SELECT} WHERE f.programme_id = ?1");
    tx.query_opt(&sql, params![programme_id])?
        .as_ref()
        .map(record)
        .transpose()
}

/// The film that is made of an upload.
///
/// # Errors
/// The database failed.
pub fn of_upload(tx: &mut Tx<'_>, upload_id: &str) -> Result<Option<Record>> {
    let sql = format!("{SELECT} WHERE f.upload_id = ?1");
    tx.query_opt(&sql, params![upload_id])?
        .as_ref()
        .map(record)
        .transpose()
}

/// Films that are to be made, the earliest first; among them those that a server which was killed was at.
///
/// # Errors
/// The database failed.
pub fn to_make(tx: &mut Tx<'_>) -> Result<Vec<Record>> {
    let sql = format!(
        "{SELECT} WHERE f.state IN ('waiting', 'transcoding') AND f.upload_id IS NOT NULL
         ORDER BY f.queued_at_ms, f.programme_id LIMIT 100"
    );
    tx.query(&sql, params![])?.iter().map(record).collect()
}

/// It is begun to make one; how often by now. `None`: it is not to be made of this any more.
///
/// # Errors
/// The database failed.
pub fn begin(
    tx: &mut WriteTx<'_>,
    programme_id: &str,
    upload_id: &str,
    now_ms: i64,
) -> Result<Option<i64>> {
    let row = tx.query_opt(
        "UPDATE films SET state = 'transcoding', percent = 0, attempts = attempts + 1, changed_at_ms = ?3
         WHERE programme_id = ?1 AND upload_id = ?2 AND state IN ('waiting', 'transcoding')
         RETURNING attempts",
        params![programme_id, upload_id, now_ms],
    )?;
    row.map(|row| row.int(0)).transpose()
}

/// So much of it is made; tells whether it is still wanted.
///
/// # Errors
/// The database failed.
pub fn progress(
    tx: &mut WriteTx<'_>,
    programme_id: &str,
    upload_id: &str,
    percent: u32,
) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE films SET percent = ?3 WHERE programme_id = ?1 AND upload_id = ?2 AND state = 'transcoding'",
        params![programme_id, upload_id, i64::from(percent.min(100))],
    )?;
    Ok(changed > 0)
}

/// A server that stops gives it back: it waits again, and this time does not count.
///
/// # Errors
/// The database failed.
pub fn give_back(
    tx: &mut WriteTx<'_>,
    programme_id: &str,
    upload_id: &str,
    now_ms: i64,
) -> Result<()> {
    tx.execute(
        "UPDATE films SET state = 'waiting', percent = 0, changed_at_ms = ?3,
             attempts = CASE WHEN attempts > 0 THEN attempts - 1 ELSE 0 END
         WHERE programme_id = ?1 AND upload_id = ?2 AND state = 'transcoding'",
        params![programme_id, upload_id, now_ms],
    )?;
    Ok(())
}

/// It could not be made, why in plain words. What was uploaded is kept for another try for [`KEPT_MS`]. Tells
/// whether it was still wanted.
///
/// # Errors
/// The database failed.
pub fn fail(
    tx: &mut WriteTx<'_>,
    programme_id: &str,
    upload_id: &str,
    why: &str,
    now_ms: i64,
) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE films SET state = 'failed', percent = 0, problem = ?3, changed_at_ms = ?4
         WHERE programme_id = ?1 AND upload_id = ?2 AND state <> 'ready'",
        params![programme_id, upload_id, why, now_ms],
    )?;
    if changed > 0 {
        let until_ms = now_ms.saturating_add(KEPT_MS);
        due::schedule(tx, due::Kind::UploadExpiry, upload_id, until_ms)?;
    }
    Ok(changed > 0)
}

/// It is made; tells whether it was still wanted.
///
/// # Errors
/// The database failed.
pub fn done(
    tx: &mut WriteTx<'_>,
    programme_id: &str,
    upload_id: &str,
    now_ms: i64,
) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE films SET state = 'ready', percent = 100, problem = NULL, changed_at_ms = ?3
         WHERE programme_id = ?1 AND upload_id = ?2 AND state = 'transcoding'",
        params![programme_id, upload_id, now_ms],
    )?;
    Ok(changed > 0)
}

/// The columns of a joined row from `at` on: `state, percent, problem, upload_id`; no film is one that is ready.
pub(crate) fn joined(row: &Row, at: usize) -> Result<Film> {
    let Some(state) = row.opt_text(at)? else {
        return Ok(Film {
            percent: 100,
            ..Film::default()
        });
    };
    let state: FilmState = from_name(state)?;
    Ok(Film {
        state,
        percent: percent(row.int(at + 1)?),
        problem: row.opt_text(at + 2)?,
        may_retry: state == FilmState::Failed && row.opt_text(at + 3)?.is_some(),
    })
}

fn percent(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(0).min(100)
}

fn record(row: &Row) -> Result<Record> {
    Ok(Record {
        programme_id: row.text(0)?,
        upload_id: row.opt_text(1)?,
        state: from_name(row.text(2)?)?,
        percent: percent(row.int(3)?),
        problem: row.opt_text(4)?,
        attempts: u32::try_from(row.int(5)?).unwrap_or(u32::MAX),
        poster_at_ms: row.opt_int(6)?.and_then(|at| u64::try_from(at).ok()),
        queued_at_ms: row.int(7)?,
    })
}
