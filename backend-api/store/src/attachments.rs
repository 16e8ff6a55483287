//! Voices and pictures of requests, and pictures of submissions: what is known of them. Their bytes are files outside the database, named
//! by the hash of what is in them, which is sealed; the key of each is sealed here. So who has the files can
//! read none, and a file whose row is gone can be read by nobody any more.

use std::collections::{BTreeMap, BTreeSet};

use contract::request::Attachment;

use crate::codec::{pieces, placeholders};
use crate::driver::{Row, Tx, Value, WriteTx, params};
use crate::error::{Error, Result};
use crate::part::Part;

pub(crate) const PART: Part = Part {
    // What is deleted must not be readable from the free pages: the keys are what makes files readable.
    scrubbed: &["attachments"],
    sealed: &["attachments WHERE key_sealed <> ''"],
    ..Part::EMPTY
};

const SELECT: &str = "SELECT id, request_id, entry, uploaded_by, media_type, size, length_ms, sealed_hash, \
                      key_sealed, created_at_ms, submission_id, sealed_as \
                      FROM attachments";

/// An attachment to be kept, whose file is written.
#[derive(Clone, PartialEq, Eq)]
pub struct New {
    /// Id.
    pub id: String,
    /// `audio/ogg` or `image/jpeg`.
    pub media_type: String,
    /// Bytes in clear.
    pub size: u64,
    /// Of a recording.
    pub length_ms: Option<u32>,
    /// SHA-256 of the sealed bytes, in hexadecimal.
    pub sealed_hash: String,
    /// The key of the file, sealed.
    pub key_sealed: String,
    /// The id for which its bytes are sealed, if it is another one's file.
    pub sealed_as: Option<String>,
}

/// To what an attachment belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// An entry of the history of a request.
    Entry {
        /// Id of the request.
        request_id: String,
        /// Number of the entry.
        entry: u32,
    },
    /// An account that uploaded it, and has not used it yet.
    Account(String),
    /// A submission.
    Submission {
        /// Its id.
        id: String,
        /// The place of the picture in it.
        place: u32,
    },
}

/// A stored attachment.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    /// Id.
    pub id: String,
    /// The request it belongs to, if to any yet.
    pub request_id: Option<String>,
    /// Number of the entry of its history; of a submission its place in that.
    pub entry: Option<u32>,
    /// The submission it belongs to, if to any.
    pub submission_id: Option<String>,
    /// By which account; `None`: by who asked.
    pub uploaded_by: Option<String>,
    /// `audio/ogg` or `image/jpeg`.
    pub media_type: String,
    /// Bytes in clear.
    pub size: u64,
    /// Of a recording.
    pub length_ms: Option<u32>,
    /// SHA-256 of the sealed bytes, in hexadecimal.
    pub sealed_hash: String,
    /// The key of the file, sealed.
    pub key_sealed: String,
    /// When it was kept, Unix milliseconds.
    pub created_at_ms: i64,
    /// The id for which its bytes are sealed, if it is another one's file.
    pub sealed_as: Option<String>,
}

impl Record {
    /// The id for which its bytes are sealed.
    #[must_use]
    pub fn file_id(&self) -> &str {
        self.sealed_as.as_deref().unwrap_or(&self.id)
    }

    /// As everybody sees it who may.
    #[must_use]
    pub fn to_public(&self) -> Attachment {
        Attachment {
            id: self.id.clone(),
            media_type: self.media_type.clone(),
            size: self.size,
            length_ms: self.length_ms,
        }
    }
}

/// Keeps an attachment whose file is written.
///
/// # Errors
/// The database failed.
pub fn put(tx: &mut WriteTx<'_>, new: &New, owner: &Owner, now_ms: i64) -> Result<Attachment> {
    let (request_id, entry, account, submission_id) = match owner {
        Owner::Entry { request_id, entry } => (
            Some(request_id.as_str()),
            Some(i64::from(*entry)),
            None,
            None,
        ),
        Owner::Account(id) => (None, None, Some(id.as_str()), None),
        Owner::Submission { id, place } => (None, Some(i64::from(*place)), None, Some(id.as_str())),
    };
    tx.execute(
        "INSERT INTO attachments (id, request_id, entry, uploaded_by, media_type, size, length_ms, sealed_hash,
             key_sealed, created_at_ms, submission_id, sealed_as)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        params![
            &new.id,
            request_id,
            entry,
            account,
            &new.media_type,
            i64::try_from(new.size).unwrap_or(i64::MAX),
            new.length_ms.map(i64::from),
            &new.sealed_hash,
            &new.key_sealed,
            now_ms,
            submission_id,
            new.sealed_as.as_deref()
        ],
    )?;
    Ok(Attachment {
        id: new.id.clone(),
        media_type: new.media_type.clone(),
        size: new.size,
        length_ms: new.length_ms,
    })
}

/// Puts what an account uploaded under an entry of a request; each can be used once.
///
/// # Errors
/// [`Error::NotFound`] if it is not there, is another account's, or was used.
pub fn use_uploaded(
    tx: &mut WriteTx<'_>,
    id: &str,
    account_id: &str,
    request_id: &str,
    entry: u32,
) -> Result<Attachment> {
    let used = tx.execute(
        "UPDATE attachments SET request_id = ?3, entry = ?4
         WHERE id = ?1 AND uploaded_by = ?2 AND request_id IS NULL AND submission_id IS NULL",
        params![id, account_id, request_id, i64::from(entry)],
    )?;
    let found = get(tx, id)?.filter(|_| used > 0);
    Ok(found.ok_or(Error::NotFound("attachment"))?.to_public())
}

/// The attachment with this id.
///
/// # Errors
/// The database failed.
pub fn get(tx: &mut Tx<'_>, id: &str) -> Result<Option<Record>> {
    tx.query_opt(&format!("{SELECT} WHERE id = ?1"), params![id])?
        .as_ref()
        .map(record)
        .transpose()
}

/// Those of a request, by the number of the entry they belong to, in the order in which they came.
///
/// # Errors
/// The database failed.
pub fn of_request(tx: &mut Tx<'_>, request_id: &str) -> Result<BTreeMap<u32, Vec<Attachment>>> {
    let rows = tx.query(
        &format!("{SELECT} WHERE request_id = ?1 ORDER BY entry, created_at_ms, id"),
        params![request_id],
    )?;
    let mut found: BTreeMap<u32, Vec<Attachment>> = BTreeMap::new();
    for row in &rows {
        let one = record(row)?;
        let entry = one.entry.unwrap_or_default();
        found.entry(entry).or_default().push(one.to_public());
    }
    Ok(found)
}

/// Those of one entry of a request, in the order in which they came.
///
/// # Errors
/// The database failed.
pub fn of_entry(tx: &mut Tx<'_>, request_id: &str, entry: u32) -> Result<Vec<Record>> {
    let rows = tx.query(
        &format!("{SELECT} WHERE request_id = ?1 AND entry = ?2 ORDER BY created_at_ms, id"),
        params![request_id, i64::from(entry)],
    )?;
    rows.iter().map(record).collect()
}

/// Forgets those of a request, and with them the keys of their files.
///
/// # Errors
/// The database failed.
pub fn forget_of_request(tx: &mut WriteTx<'_>, request_id: &str) -> Result<u64> {
    tx.execute(
        "DELETE FROM attachments WHERE request_id = ?1",
        params![request_id],
    )
}

/// Makes these the pictures of a submission, in their order: what the account uploaded and has not used, or what
/// is the submission's already. Those it had and has no more are forgotten, and with them the keys of their files.
///
/// # Errors
/// [`Error::NotFound`] if one of them is neither; or it is named twice.
pub fn use_in_submission(
    tx: &mut WriteTx<'_>,
    ids: &[String],
    account_id: &str,
    submission_id: &str,
) -> Result<()> {
    tx.execute(
        "UPDATE attachments SET entry = -1 WHERE submission_id = ?1",
        params![submission_id],
    )?;
    for (place, id) in (0_i64..).zip(ids) {
        let used = tx.execute(
            "UPDATE attachments SET submission_id = ?3, entry = ?4
             WHERE id = ?1 AND request_id IS NULL
               AND ((uploaded_by = ?2 AND submission_id IS NULL) OR (submission_id = ?3 AND entry = -1))",
            params![id, account_id, submission_id, place],
        )?;
        if used == 0 {
            return Err(Error::NotFound("attachment"));
        }
    }
    tx.execute(
        "DELETE FROM attachments WHERE submission_id = ?1 AND entry = -1",
        params![submission_id],
    )?;
    Ok(())
}

/// Those of a submission, in their order.
///
/// # Errors
/// The database failed.
pub fn of_submission(tx: &mut Tx<'_>, submission_id: &str) -> Result<Vec<Record>> {
    let sql = format!("{SELECT} WHERE submission_id = ?1 ORDER BY entry, id");
    tx.query(&sql, params![submission_id])?
        .iter()
        .map(record)
        .collect()
}

/// Forgets those of a submission, and with them the keys of their files.
///
/// # Errors
/// The database failed.
pub fn forget_of_submission(tx: &mut WriteTx<'_>, submission_id: &str) -> Result<u64> {
    tx.execute(
        "DELETE FROM attachments WHERE submission_id = ?1",
        params![submission_id],
    )
}

/// Forgets what was uploaded before `before_ms` and used by nobody; answers how many.
///
/// # Errors
/// The database failed.
pub fn forget_unused(tx: &mut WriteTx<'_>, before_ms: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM attachments WHERE request_id IS NULL AND submission_id IS NULL AND created_at_ms < ?1",
        params![before_ms],
    )
}

/// Bytes that an account has uploaded and not used.
///
/// # Errors
/// The database failed.
pub fn unused_bytes(tx: &mut Tx<'_>, account_id: &str) -> Result<u64> {
    let bytes = tx
        .query_one(
            "SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM attachments
             WHERE uploaded_by = ?1 AND request_id IS NULL AND submission_id IS NULL",
            params![account_id],
        )?
        .int(0)?;
    Ok(u64::try_from(bytes).unwrap_or(0))
}

/// Those of `hashes` that no attachment has.
///
/// # Errors
/// The database failed.
pub fn without_row<'a>(tx: &mut Tx<'_>, hashes: &[&'a str]) -> Result<Vec<&'a str>> {
    let mut known = BTreeSet::new();
    for piece in pieces(hashes) {
        let sql = format!(
            "SELECT sealed_hash FROM attachments WHERE sealed_hash IN ({})",
            placeholders(1, piece.len())
        );
        let values: Vec<Value> = piece.iter().copied().map(Value::from).collect();
        for row in tx.query(&sql, &values)? {
            known.insert(row.text(0)?);
        }
    }
    let unknown = hashes.iter().filter(|hash| !known.contains(**hash));
    Ok(unknown.copied().collect())
}

/// Hashes of all the files that there are.
///
/// # Errors
/// The database failed.
pub fn hashes(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    let rows = tx.query(
        "SELECT DISTINCT sealed_hash FROM attachments ORDER BY sealed_hash",
        params![],
    )?;
    rows.iter().map(|row| row.text(0)).collect()
}

/// At most `limit` with an id after `after` whose key is sealed with another key of the vault than the one
/// whose sealed texts begin with `prefix`: id and sealed key.
///
/// # Errors
/// The database failed.
pub fn keys_without_prefix(
    tx: &mut Tx<'_>,
    prefix: &str,
    after: &str,
    limit: u32,
) -> Result<Vec<(String, String)>> {
    let rows = tx.query(
        "SELECT id, key_sealed FROM attachments
         WHERE id > ?2 AND key_sealed NOT LIKE ?1 ORDER BY id LIMIT ?3",
        params![format!("{prefix}%"), after, limit],
    )?;
    rows.iter()
        .map(|row| Ok((row.text(0)?, row.text(1)?)))
        .collect()
}

/// Replaces a sealed key by the same one sealed anew.
///
/// # Errors
/// The database failed.
pub fn replace_key(tx: &mut WriteTx<'_>, id: &str, key_sealed: &str) -> Result<()> {
    tx.execute(
        "UPDATE attachments SET key_sealed = ?2 WHERE id = ?1",
        params![id, key_sealed],
    )?;
    Ok(())
}

fn record(row: &Row) -> Result<Record> {
    let number = |value: i64| u32::try_from(value).unwrap_or(0);
    Ok(Record {
        id: row.text(0)?,
        request_id: row.opt_text(1)?,
        entry: row.opt_int(2)?.map(number),
        uploaded_by: row.opt_text(3)?,
        media_type: row.text(4)?,
        size: u64::try_from(row.int(5)?).unwrap_or(0),
        length_ms: row.opt_int(6)?.map(number),
        sealed_hash: row.text(7)?,
        key_sealed: row.text(8)?,
        created_at_ms: row.int(9)?,
        submission_id: row.opt_text(10)?,
        sealed_as: row.opt_text(11)?,
    })
}
