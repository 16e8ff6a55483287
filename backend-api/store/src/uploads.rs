//! Films on their way from a browser. Their bytes lie in a folder of the server; what counts of them is
//! [`Record::received`], which is written after they are on the disk for certain.

use contract::upload::{Upload, UploadState};

use crate::codec::{self, from_name};
use crate::driver::{Row, Tx, WriteTx, params};
use crate::due;
use crate::error::{Error, Result};
use crate::part::Part;

pub(crate) const PART: Part = Part {
    tables: &["uploads"],
    ..Part::EMPTY
};

/// What nothing comes of is thrown away after so long, in milliseconds.
pub const ABANDONED_MS: i64 = 24 * 3_600_000;

const SELECT: &str = "SELECT id, account_id, file_name, bytes, received, sha256, state, problem, created_at_ms, \
                      changed_at_ms FROM uploads";

/// An upload that begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct New {
    /// Id, see [`new_id`].
    pub id: String,
    /// Whose it is.
    pub account_id: String,
    /// What the file is called where it comes from.
    pub file_name: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// What its SHA-256 has to be, in hexadecimal.
    pub sha256: Option<String>,
}

/// A stored upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Id.
    pub id: String,
    /// Whose it is.
    pub account_id: String,
    /// What the file is called where it comes from.
    pub file_name: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// How much of it is on the disk for certain.
    pub received: u64,
    /// What its SHA-256 has to be, in hexadecimal.
    pub sha256: Option<String>,
    /// Where it stands.
    pub state: UploadState,
    /// Why it was refused.
    pub problem: Option<String>,
    /// When it began, Unix milliseconds.
    pub created_at_ms: i64,
    /// When something last came of it, Unix milliseconds.
    pub changed_at_ms: i64,
}

impl Record {
    /// As whoever sends it sees it.
    #[must_use]
    pub fn to_public(&self) -> Upload {
        Upload {
            id: self.id.clone(),
            file_name: self.file_name.clone(),
            bytes: self.bytes,
            received: self.received,
            state: self.state,
            problem: self.problem.clone(),
            expires_at_ms: self.expires_at_ms(),
        }
    }

    /// When it is thrown away if nothing more comes of it.
    #[must_use]
    pub const fn expires_at_ms(&self) -> i64 {
        self.changed_at_ms.saturating_add(ABANDONED_MS)
    }
}

/// How many uploads are open, and how much is to come of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Open {
    /// Of one account.
    pub own: u64,
    /// Of all.
    pub all: u64,
    /// Bytes that all of them still have to send.
    pub to_come: u64,
}

/// An id for an upload that is about to begin.
#[must_use]
pub fn new_id(now_ms: i64) -> String {
    codec::new_id(now_ms)
}

/// Begins an upload.
///
/// # Errors
/// The database failed.
pub fn create(tx: &mut WriteTx<'_>, new: &New, now_ms: i64) -> Result<Record> {
    tx.execute(
        "INSERT INTO uploads (id, account_id, file_name, bytes, sha256, state, created_at_ms, changed_at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, 'receiving', ?6, ?6)",
        params![
            &new.id,
            &new.account_id,
            &new.file_name,
            signed(new.bytes)?,
            new.sha256.as_deref(),
            now_ms
        ],
    )?;
    due::schedule(
        tx,
        due::Kind::UploadExpiry,
        &new.id,
        now_ms.saturating_add(ABANDONED_MS),
    )?;
    get(tx, &new.id)?.ok_or(Error::NotFound("upload"))
}

/// The upload with this id.
///
/// # Errors
/// The database failed.
pub fn get(tx: &mut Tx<'_>, id: &str) -> Result<Option<Record>> {
    let sql = format!("{SELECT} WHERE id = ?1");
    tx.query_opt(&sql, params![id])?
        .as_ref()
        .map(record)
        .transpose()
}

/// Those of an account of which no programme is made yet, the latest first.
///
/// # Errors
/// The database failed.
pub fn of_account(tx: &mut Tx<'_>, account_id: &str) -> Result<Vec<Record>> {
    let sql =
        format!("{SELECT} WHERE account_id = ?1 AND state <> 'used' ORDER BY id DESC LIMIT 200");
    tx.query(&sql, params![account_id])?
        .iter()
        .map(record)
        .collect()
}

/// What is open: of which bytes are missing, or no programme is made yet.
///
/// # Errors
/// The database failed.
pub fn open(tx: &mut Tx<'_>, account_id: &str) -> Result<Open> {
    let row = tx.query_one(
        "SELECT CAST(COALESCE(SUM(CASE WHEN account_id = ?1 THEN 1 ELSE 0 END), 0) AS BIGINT), COUNT(*),
             CAST(COALESCE(SUM(bytes - received), 0) AS BIGINT)
         FROM uploads WHERE state IN ('receiving', 'checking', 'ready')",
        params![account_id],
    )?;
    Ok(Open {
        own: unsigned(row.int(0)?)?,
        all: unsigned(row.int(1)?)?,
        to_come: unsigned(row.int(2)?)?,
    })
}

/// Counts what is on the disk now, if `from` is what counted before and bytes are missing; tells whether. With
/// the last byte it waits to be looked at.
///
/// # Errors
/// The database failed.
pub fn advance(tx: &mut WriteTx<'_>, id: &str, from: u64, to: u64, now_ms: i64) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE uploads SET received = ?3, changed_at_ms = ?4,
             state = CASE WHEN bytes = ?3 THEN 'checking' ELSE state END
         WHERE id = ?1 AND received = ?2 AND state = 'receiving' AND ?3 <= bytes",
        params![id, signed(from)?, signed(to)?, now_ms],
    )?;
    Ok(changed > 0)
}

/// Ids of those that wait to be looked at, the earliest first.
///
/// # Errors
/// The database failed.
pub fn to_check(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    let rows = tx.query(
        "SELECT id FROM uploads WHERE state = 'checking' ORDER BY changed_at_ms, id LIMIT 100",
        params![],
    )?;
    rows.iter().map(|row| row.text(0)).collect()
}

/// Counts that it is begun to look at one; how often by now.
///
/// # Errors
/// [`Error::NotFound`] if it does not wait for that.
pub fn begin_check(tx: &mut WriteTx<'_>, id: &str) -> Result<i64> {
    let row = tx.query_opt(
        "UPDATE uploads SET checks = checks + 1 WHERE id = ?1 AND state = 'checking' RETURNING checks",
        params![id],
    )?;
    row.ok_or(Error::NotFound("upload"))?.int(0)
}

/// What was looked at is a film; tells whether it waited for that.
///
/// # Errors
/// The database failed.
pub fn found_good(tx: &mut WriteTx<'_>, id: &str, now_ms: i64) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE uploads SET state = 'ready', changed_at_ms = ?2 WHERE id = ?1 AND state = 'checking'",
        params![id, now_ms],
    )?;
    Ok(changed > 0)
}

/// What was looked at is none, why in plain words; tells whether it waited for that.
///
/// # Errors
/// The database failed.
pub fn refuse(tx: &mut WriteTx<'_>, id: &str, why: &str, now_ms: i64) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE uploads SET state = 'refused', problem = ?2, changed_at_ms = ?3
         WHERE id = ?1 AND state = 'checking'",
        params![id, why, now_ms],
    )?;
    Ok(changed > 0)
}

/// A programme is made of it from now on, by the account that sent it; each can be used once.
///
/// # Errors
/// [`Error::NotFound`] if it is not that account's, not here as a whole, refused, or used.
pub fn take(tx: &mut WriteTx<'_>, id: &str, account_id: &str, now_ms: i64) -> Result<Record> {
    let taken = tx.execute(
        "UPDATE uploads SET state = 'used', changed_at_ms = ?3
         WHERE id = ?1 AND account_id = ?2 AND state = 'ready'",
        params![id, account_id, now_ms],
    )?;
    let found = get(tx, id)?.filter(|_| taken > 0);
    found.ok_or(Error::NotFound("upload"))
}

/// Forgets one, and that a film was to be made of it; tells whether there was one. Its bytes are for whoever
/// asks to take away.
///
/// # Errors
/// The database failed.
pub fn delete(tx: &mut WriteTx<'_>, id: &str) -> Result<bool> {
    tx.execute(
        "UPDATE films SET upload_id = NULL WHERE upload_id = ?1",
        params![id],
    )?;
    due::cancel(tx, due::Kind::UploadExpiry, id)?;
    Ok(tx.execute("DELETE FROM uploads WHERE id = ?1", params![id])? > 0)
}

fn signed(bytes: u64) -> Result<i64> {
    i64::try_from(bytes).map_err(|_| Error::Damaged("a file beyond any disk".into()))
}

fn unsigned(number: i64) -> Result<u64> {
    u64::try_from(number).map_err(|_| Error::Damaged("a negative number of bytes".into()))
}

fn record(row: &Row) -> Result<Record> {
    Ok(Record {
        id: row.text(0)?,
        account_id: row.text(1)?,
        file_name: row.text(2)?,
        bytes: unsigned(row.int(3)?)?,
        received: unsigned(row.int(4)?)?,
        sha256: row.opt_text(5)?,
        state: from_name(row.text(6)?)?,
        problem: row.opt_text(7)?,
        created_at_ms: row.int(8)?,
        changed_at_ms: row.int(9)?,
    })
}
