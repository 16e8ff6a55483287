//! Envelopes until the close, sheets of paper, and ballots after it.
//!
//! Until the close a ballot is a sealed envelope in the row of whoever cast it, as postal votes are kept. At the
//! close all are opened, and written in the order of ids that were drawn for it; then nothing is left that
//! tells which was in whose envelope.

use super::{count, entitled};
use crate::codec::{pieces, tuples};
use crate::driver::{Tx, WriteTx, params};
use crate::error::{Error, Result};

/// A ballot after the close.
#[derive(Clone, PartialEq, Eq)]
pub struct Ballot {
    /// Random.
    pub id: String,
    /// Whose it is, where answers carry names.
    pub member_id: Option<String>,
    /// What was answered.
    pub answers: String,
}

impl std::fmt::Debug for Ballot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ballot").finish_non_exhaustive()
    }
}

/// A sheet of paper that was read.
#[derive(Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Login name of who read it first.
    pub read_by: String,
    /// What they read.
    pub envelope: String,
    /// Somebody else read the same: it counts.
    pub matched: bool,
}

impl std::fmt::Debug for Sheet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sheet")
            .field("matched", &self.matched)
            .finish_non_exhaustive()
    }
}

/// How many names and sheets there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Paper {
    /// People marked as having voted on paper.
    pub voters: u32,
    /// Sheets that count.
    pub ballots: u32,
    /// Sheets read once.
    pub once: u32,
}

impl Paper {
    /// Names and sheets come to the same, and nothing waits for a second reading.
    #[must_use]
    pub const fn is_complete(self) -> bool {
        self.voters == self.ballots && self.once == 0
    }
}

/// Keeps what opens the envelopes of an evaluation, sealed.
///
/// # Errors
/// The database failed, or there is one.
pub fn put_key(tx: &mut WriteTx<'_>, id: &str, sealed: &str) -> Result<()> {
    tx.execute(
        "INSERT INTO evaluation_keys (evaluation_id, key_sealed) VALUES (?1, ?2)",
        params![id, sealed],
    )?;
    Ok(())
}

/// What opens the envelopes of an evaluation, sealed; `None` while it is not open.
///
/// # Errors
/// The database failed.
pub fn key(tx: &mut Tx<'_>, id: &str) -> Result<Option<String>> {
    tx.query_opt(
        "SELECT key_sealed FROM evaluation_keys WHERE evaluation_id = ?1",
        params![id],
    )?
    .map(|row| row.text(0))
    .transpose()
}

/// At most `limit` keys, by id of their evaluation after `after`, that do not begin with `prefix` (the name of the
/// key that sealed them).
///
/// # Errors
/// The database failed.
pub fn keys_without_prefix(
    tx: &mut Tx<'_>,
    prefix: &str,
    after: &str,
    limit: u32,
) -> Result<Vec<(String, String)>> {
    tx.query(
        "SELECT evaluation_id, key_sealed FROM evaluation_keys
         WHERE evaluation_id > ?2 AND key_sealed NOT LIKE ?1 ORDER BY evaluation_id LIMIT ?3",
        params![format!("{prefix}%"), after, limit],
    )?
    .iter()
    .map(|row| Ok((row.text(0)?, row.text(1)?)))
    .collect()
}

/// Puts the same key, sealed anew, in the place of the old one.
///
/// # Errors
/// The database failed.
pub fn replace_key(tx: &mut WriteTx<'_>, id: &str, sealed: &str) -> Result<()> {
    tx.execute(
        "UPDATE evaluation_keys SET key_sealed = ?2 WHERE evaluation_id = ?1",
        params![id, sealed],
    )?;
    Ok(())
}

/// Puts somebody's ballot into their row; tells whether it counts. It does not if they have taken part, are not
/// entitled, or it is not open.
///
/// # Errors
/// The database failed.
pub fn cast(tx: &mut WriteTx<'_>, id: &str, member_id: &str, envelope: &str) -> Result<bool> {
    take_part(tx, id, member_id, Some(envelope))
}

/// Notes that somebody voted on paper; tells whether they may, as [`cast`].
///
/// # Errors
/// The database failed.
pub fn cast_on_paper(tx: &mut WriteTx<'_>, id: &str, member_id: &str) -> Result<bool> {
    take_part(tx, id, member_id, None)
}

/// Takes back that somebody voted on paper: they may vote again. Tells whether they were marked so, and it is open
/// still.
///
/// # Errors
/// The database failed.
pub fn take_back(tx: &mut WriteTx<'_>, id: &str, member_id: &str) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE evaluation_members SET took_part = 0, on_paper = 0
         WHERE evaluation_id = ?1 AND member_id = ?2 AND on_paper = 1
           AND EXISTS (SELECT 1 FROM evaluations e WHERE e.id = ?1 AND e.state = 'open')",
        params![id, member_id],
    )?;
    if changed > 0 {
        entitled::tell_home(tx, member_id)?;
    }
    Ok(changed > 0)
}

fn take_part(
    tx: &mut WriteTx<'_>,
    id: &str,
    member_id: &str,
    envelope: Option<&str>,
) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE evaluation_members SET took_part = 1, on_paper = ?3, envelope = ?4
         WHERE evaluation_id = ?1 AND member_id = ?2 AND took_part = 0
           AND EXISTS (SELECT 1 FROM evaluations e WHERE e.id = ?1 AND e.state = 'open')",
        params![id, member_id, envelope.is_none(), envelope],
    )?;
    Ok(changed > 0)
}

/// How many names and sheets there are.
///
/// # Errors
/// The database failed.
pub fn paper(tx: &mut Tx<'_>, id: &str) -> Result<Paper> {
    let row = tx.query_one(
        "SELECT (SELECT COUNT(*) FROM evaluation_members WHERE evaluation_id = ?1 AND on_paper = 1),
                (SELECT COUNT(*) FROM evaluation_sheets WHERE evaluation_id = ?1 AND matched = 1),
                (SELECT COUNT(*) FROM evaluation_sheets WHERE evaluation_id = ?1 AND matched = 0)",
        params![id],
    )?;
    Ok(Paper {
        voters: count(row.int(0)?),
        ballots: count(row.int(1)?),
        once: count(row.int(2)?),
    })
}

/// The sheet with this number, if it was read.
///
/// # Errors
/// The database failed.
pub fn sheet(tx: &mut Tx<'_>, id: &str, number: u32) -> Result<Option<Sheet>> {
    let row = tx.query_opt(
        "SELECT read_by, envelope, matched FROM evaluation_sheets WHERE evaluation_id = ?1 AND sheet = ?2",
        params![id, number],
    )?;
    row.map(|row| {
        Ok(Sheet {
            read_by: row.text(0)?,
            envelope: row.text(1)?,
            matched: row.truth(2)?,
        })
    })
    .transpose()
}

/// Keeps the first reading of a sheet.
///
/// # Errors
/// [`Error::Taken`] if it was read.
pub fn read_first(
    tx: &mut WriteTx<'_>,
    id: &str,
    number: u32,
    read_by: &str,
    envelope: &str,
) -> Result<()> {
    let added = tx.execute(
        "INSERT INTO evaluation_sheets (evaluation_id, sheet, read_by, envelope) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (evaluation_id, sheet) DO NOTHING",
        params![id, number, read_by, envelope],
    )?;
    if added == 0 {
        return Err(Error::Taken("sheet"));
    }
    Ok(())
}

/// The second reading was the same: the sheet counts.
///
/// # Errors
/// The database failed.
pub fn read_again(tx: &mut WriteTx<'_>, id: &str, number: u32) -> Result<()> {
    tx.execute(
        "UPDATE evaluation_sheets SET matched = 1 WHERE evaluation_id = ?1 AND sheet = ?2",
        params![id, number],
    )?;
    Ok(())
}

/// What was read of a sheet is gone.
///
/// # Errors
/// The database failed.
pub fn forget_sheet(tx: &mut WriteTx<'_>, id: &str, number: u32) -> Result<()> {
    tx.execute(
        "DELETE FROM evaluation_sheets WHERE evaluation_id = ?1 AND sheet = ?2",
        params![id, number],
    )?;
    Ok(())
}

/// Every envelope that counts, with whose it is; of a sheet of paper nobody's. By member, on every engine alike:
/// in which order they came is not known even here.
///
/// # Errors
/// The database failed.
pub fn envelopes(tx: &mut Tx<'_>, id: &str) -> Result<Vec<(Option<String>, String)>> {
    tx.query(
        "SELECT member_id, envelope FROM evaluation_members WHERE evaluation_id = ?1 AND envelope IS NOT NULL
         UNION ALL
         SELECT CAST(NULL AS TEXT), envelope FROM evaluation_sheets WHERE evaluation_id = ?1 AND matched = 1
         ORDER BY 1, 2",
        params![id],
    )?
    .iter()
    .map(|row| Ok((row.opt_text(0)?, row.text(1)?)))
    .collect()
}

/// Deletes envelopes, sheets and key of an evaluation, and who came on paper.
///
/// # Errors
/// The database failed.
pub fn erase(tx: &mut WriteTx<'_>, id: &str) -> Result<()> {
    for sql in [
        "UPDATE evaluation_members SET envelope = NULL, on_paper = 0
         WHERE evaluation_id = ?1 AND (envelope IS NOT NULL OR on_paper = 1)",
        "DELETE FROM evaluation_sheets WHERE evaluation_id = ?1",
        "DELETE FROM evaluation_keys WHERE evaluation_id = ?1",
    ] {
        tx.execute(sql, params![id])?;
    }
    Ok(())
}

/// Keeps the ballots of an evaluation. They are written in the order of their ids, so that where a row lies tells
/// no more than its id.
///
/// # Errors
/// The database failed.
pub fn keep(tx: &mut WriteTx<'_>, id: &str, ballots: &[Ballot]) -> Result<()> {
    let mut sorted: Vec<&Ballot> = ballots.iter().collect();
    sorted.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    for piece in pieces(&sorted) {
        let mut values = Vec::with_capacity(piece.len() * 4);
        for ballot in piece {
            values.extend_from_slice(params![
                &ballot.id,
                id,
                ballot.member_id.as_deref(),
                &ballot.answers
            ]);
        }
        let sql = format!(
            "INSERT INTO ballots (id, evaluation_id, member_id, answers) VALUES {}",
            tuples(piece.len(), 4)
        );
        tx.execute(&sql, &values)?;
    }
    Ok(())
}

/// The ballots of an evaluation, by id.
///
/// # Errors
/// The database failed.
pub fn of(tx: &mut Tx<'_>, id: &str) -> Result<Vec<Ballot>> {
    let rows = tx.query(
        "SELECT id, member_id, answers FROM ballots WHERE evaluation_id = ?1",
        params![id],
    )?;
    let mut ballots = rows
        .iter()
        .map(|row| {
            Ok(Ballot {
                id: row.text(0)?,
                member_id: row.opt_text(1)?,
                answers: row.text(2)?,
            })
        })
        .collect::<Result<Vec<_>>>()?;
    // Not by the database, whose collation depends on how it was made.
    ballots.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    Ok(ballots)
}
