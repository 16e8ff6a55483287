//! The audit log: append-only and hash-chained, so that nobody changes or takes out an entry
//! unseen. [`verify`] reads it all again.
//!
//! What is chained of a detail is its salted hash. A purge takes detail and salt away, and the
//! chain still holds; without the salt nobody can guess at what it said.

use contract::account::AuditEntry;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::codec::{pieces, tuples};
use crate::driver::{Row, Tx, WriteTx, params};
use crate::error::{Error, Result};
use crate::part::Part;

pub(crate) const PART: Part = Part {
    tables: &["audit_state"],
    scrubbed: &["audit_entries"],
    ..Part::EMPTY
};

const COLUMNS: &str =
    "seq, at_ms, actor, action, subject, organization_id, detail, salt, detail_hash, hash";
/// Entries read at once.
const PAGE: u32 = 1_000;

/// Something that was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewEntry {
    /// Who: `staff:<login>`, `terminal:<id>`, `member:<id>`, `system`.
    pub actor: String,
    /// What: `member.reveal`, `roll_call.correct`, ….
    pub action: String,
    /// To what: kind and id.
    pub subject: String,
    /// Organization it concerns.
    pub organization_id: Option<String>,
    /// More, without numbers or names.
    pub detail: String,
}

/// Appends an entry; answers its number.
///
/// # Errors
/// The database failed.
pub fn append(tx: &mut WriteTx<'_>, entry: &NewEntry, now_ms: i64) -> Result<i64> {
    append_all(tx, std::slice::from_ref(entry), now_ms)
}

/// Appends entries in their order; answers the number of the last.
///
/// # Errors
/// The database failed.
pub fn append_all(tx: &mut WriteTx<'_>, entries: &[NewEntry], now_ms: i64) -> Result<i64> {
    let count = i64::try_from(entries.len()).map_err(|_| Error::Damaged("too many".into()))?;
    let row = tx.query_one(
        "UPDATE audit_state SET seq = seq + ?1 WHERE id = 1 RETURNING seq, hash",
        params![count],
    )?;
    let (last, mut hash) = (row.int(0)?, row.text(1)?);
    let numbered: Vec<(&NewEntry, i64)> = entries.iter().zip(last - count + 1..).collect();
    for piece in pieces(&numbered) {
        let mut values = Vec::with_capacity(piece.len() * 10);
        for (entry, seq) in piece {
            let salt = Uuid::new_v4().simple().to_string();
            let detail_hash = digest(&[&salt, &entry.detail]);
            hash = chained(
                &hash,
                &Chained {
                    seq: *seq,
                    at_ms: now_ms,
                    actor: &entry.actor,
                    action: &entry.action,
                    subject: &entry.subject,
                    organization_id: entry.organization_id.as_deref(),
                    detail_hash: &detail_hash,
                },
            );
            values.extend_from_slice(params![
                *seq,
                now_ms,
                &entry.actor,
                &entry.action,
                &entry.subject,
                entry.organization_id.as_deref(),
                &entry.detail,
                salt,
                detail_hash,
                &hash
            ]);
        }
        let sql = format!(
            "INSERT INTO audit_entries (seq, at_ms, actor, action, subject, organization_id, detail, salt,
                 detail_hash, hash)
             VALUES {}",
            tuples(piece.len(), 10)
        );
        tx.execute(&sql, &values)?;
    }
    tx.execute(
        "UPDATE audit_state SET hash = ?1 WHERE id = 1",
        params![hash],
    )?;
    Ok(last)
}

/// Which entries are asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// Of this organization and those below it; `None`: all, those without an organization too.
    pub within: Option<&'a str>,
    /// Of this actor.
    pub actor: Option<&'a str>,
    /// Of this action.
    pub action: Option<&'a str>,
    /// About this subject.
    pub subject: Option<&'a str>,
}

/// At most `limit` entries, newest first, older than the one with the number `before`.
///
/// # Errors
/// The database failed.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &Filter<'_>,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<AuditEntry>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM audit_entries
         WHERE seq < ?1
           AND (CAST(?2 AS TEXT) IS NULL OR organization_id IN
                (SELECT organization_id FROM organization_lines WHERE ancestor_id = ?2))
           AND (CAST(?3 AS TEXT) IS NULL OR actor = ?3)
           AND (CAST(?4 AS TEXT) IS NULL OR action = ?4)
           AND (CAST(?5 AS TEXT) IS NULL OR subject = ?5)
         ORDER BY seq DESC LIMIT ?6"
    );
    tx.query(
        &sql,
        params![
            before.unwrap_or(i64::MAX),
            filter.within,
            filter.actor,
            filter.action,
            filter.subject,
            limit
        ],
    )?
    .iter()
    .map(entry)
    .collect()
}

/// Takes the details of everything about a subject away; answers how many there were.
///
/// # Errors
/// The database failed.
pub fn redact(tx: &mut WriteTx<'_>, subject: &str) -> Result<u64> {
    tx.execute(
        "UPDATE audit_entries SET detail = NULL, salt = NULL WHERE subject = ?1 AND detail <> ''",
        params![subject],
    )
}

/// The end of the chain. Written down elsewhere, it also proves that nothing was cut off the end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Number of the newest entry.
    pub seq: i64,
    /// Its hash.
    pub hash: String,
}

/// What [`verify`] found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// The end of the chain.
    pub head: Head,
    /// Everything that is wrong, by number.
    pub faults: Vec<Fault>,
}

/// Something wrong with the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Entries with these numbers, the last included, are missing.
    Missing {
        /// First of them.
        from: i64,
        /// Last of them.
        to: i64,
    },
    /// An entry, or the hash of the one before it, is not what was written.
    Changed {
        /// Its number.
        seq: i64,
    },
    /// The kept end of the chain is not the newest entry.
    Head {
        /// Number of the newest entry there is.
        newest: i64,
    },
}

/// Checks every entry. Reads the whole log.
///
/// # Errors
/// The database failed.
pub fn verify(tx: &mut Tx<'_>) -> Result<Verified> {
    let head = head(tx)?;
    let mut faults = Vec::new();
    let mut last = Head::default();
    let sql = format!("SELECT {COLUMNS} FROM audit_entries WHERE seq > ?1 ORDER BY seq LIMIT ?2");
    loop {
        let rows = tx.query(&sql, params![last.seq, PAGE])?;
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            let (seq, hash) = (row.int(0)?, row.text(9)?);
            if seq != last.seq + 1 {
                faults.push(Fault::Missing {
                    from: last.seq + 1,
                    to: seq - 1,
                });
            }
            if !is_as_written(row, &last.hash)? {
                faults.push(Fault::Changed { seq });
            }
            last = Head { seq, hash };
        }
    }
    if last != head {
        faults.push(Fault::Head { newest: last.seq });
    }
    Ok(Verified { head, faults })
}

/// The end of the chain.
///
/// # Errors
/// The database failed.
pub fn head(tx: &mut Tx<'_>) -> Result<Head> {
    let row = tx.query_one("SELECT seq, hash FROM audit_state WHERE id = 1", params![])?;
    Ok(Head {
        seq: row.int(0)?,
        hash: row.text(1)?,
    })
}

/// The hash of the entry with this number.
///
/// # Errors
/// The database failed.
pub fn hash_at(tx: &mut Tx<'_>, seq: i64) -> Result<Option<String>> {
    tx.query_opt(
        "SELECT hash FROM audit_entries WHERE seq = ?1",
        params![seq],
    )?
    .map(|row| row.text(0))
    .transpose()
}

fn is_as_written(row: &Row, before: &str) -> Result<bool> {
    let (actor, action, subject) = (row.text(2)?, row.text(3)?, row.text(4)?);
    let (organization_id, detail_hash) = (row.opt_text(5)?, row.text(8)?);
    let detail = match (row.opt_text(6)?, row.opt_text(7)?) {
        (Some(detail), Some(salt)) => digest(&[&salt, &detail]) == detail_hash,
        // Purged.
        (None, None) => true,
        _ => false,
    };
    let expected = chained(
        before,
        &Chained {
            seq: row.int(0)?,
            at_ms: row.int(1)?,
            actor: &actor,
            action: &action,
            subject: &subject,
            organization_id: organization_id.as_deref(),
            detail_hash: &detail_hash,
        },
    );
    Ok(detail && expected == row.text(9)?)
}

struct Chained<'a> {
    seq: i64,
    at_ms: i64,
    actor: &'a str,
    action: &'a str,
    subject: &'a str,
    organization_id: Option<&'a str>,
    detail_hash: &'a str,
}

fn chained(before: &str, entry: &Chained<'_>) -> String {
    digest(&[
        before,
        &entry.seq.to_string(),
        &entry.at_ms.to_string(),
        entry.actor,
        entry.action,
        entry.subject,
        // No id is a single dash.
        entry.organization_id.unwrap_or("-"),
        entry.detail_hash,
    ])
}

/// SHA-256 over the parts, each after its length: so no two lists of parts are the same bytes.
fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn entry(row: &Row) -> Result<AuditEntry> {
    Ok(AuditEntry {
        seq: row.int(0)?,
        at_ms: row.int(1)?,
        actor: row.text(2)?,
        action: row.text(3)?,
        subject: row.text(4)?,
        organization_id: row.opt_text(5)?,
        detail: row.opt_text(6)?.unwrap_or_default(),
        hash: row.text(9)?,
    })
}
