//! Transfers between organizations, leaving, and coming back.

use contract::member::Transfer;
use contract::organization::OrganizationRef;

use super::{Record, found, get, told};
use crate::codec::new_id;
use crate::driver::{Row, Tx, WriteTx, params};
use crate::error::{Error, Result};
use crate::member_sessions;
use crate::tree;

/// Moves a member to another organization and keeps where they came from. The household stays
/// behind: it belongs to the village. Their sessions end.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Taken`] if they are there already.
pub fn transfer(
    tx: &mut WriteTx<'_>,
    id: &str,
    to_organization_id: &str,
    by_login: &str,
    reason: &str,
    now_ms: i64,
) -> Result<Record> {
    let old = get(tx, id)?.ok_or(Error::NotFound("member"))?;
    tree::require(tx, &[to_organization_id])?;
    if old.organization.id == to_organization_id {
        return Err(Error::Taken("organization"));
    }
    told(tx, &old)?;
    member_sessions::end_all(tx, id)?;
    tx.execute(
        "UPDATE members SET organization_id = ?2, household_id = NULL, version = version + 1, updated_at_ms = ?3,
             updated_by = ?4
         WHERE id = ?1",
        params![id, to_organization_id, now_ms, tx.writer()],
    )?;
    tx.execute(
        "INSERT INTO member_transfers (id, member_id, from_organization_id, to_organization_id, at_ms, by_login, reason)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            new_id(now_ms),
            id,
            &old.organization.id,
            to_organization_id,
            now_ms,
            by_login,
            reason
        ],
    )?;
    let record = get(tx, id)?.ok_or(Error::NotFound("member"))?;
    told(tx, &record)?;
    Ok(record)
}

/// Where a member came from, newest first.
///
/// # Errors
/// The database failed.
pub fn transfers(tx: &mut Tx<'_>, member_id: &str) -> Result<Vec<Transfer>> {
    let rows = tx.query(
        "SELECT a.id, a.name, b.id, b.name, t.at_ms, t.by_login, t.reason FROM member_transfers t
         JOIN organizations a ON a.id = t.from_organization_id
         JOIN organizations b ON b.id = t.to_organization_id
         WHERE t.member_id = ?1 ORDER BY t.at_ms DESC, t.id DESC",
        params![member_id],
    )?;
    rows.iter().map(read).collect()
}

/// Notes that a member left, or (`None`) that they are back. Who left is in no later roll call
/// and can sign in nowhere.
///
/// # Errors
/// [`Error::NotFound`].
pub fn set_left(
    tx: &mut WriteTx<'_>,
    id: &str,
    left_at_ms: Option<i64>,
    now_ms: i64,
) -> Result<Record> {
    found(tx.execute(
        "UPDATE members SET left_at_ms = ?2, version = version + 1, updated_at_ms = ?3, updated_by = ?4 WHERE id = ?1",
        params![id, left_at_ms, now_ms, tx.writer()],
    )?)?;
    if left_at_ms.is_some() {
        member_sessions::end_all(tx, id)?;
    }
    let record = get(tx, id)?.ok_or(Error::NotFound("member"))?;
    told(tx, &record)?;
    Ok(record)
}

fn read(row: &Row) -> Result<Transfer> {
    let organization = |at: usize| {
        Ok::<_, Error>(OrganizationRef {
            id: row.text(at)?,
            name: row.text(at + 1)?,
        })
    };
    Ok(Transfer {
        from: organization(0)?,
        to: organization(2)?,
        at_ms: row.int(4)?,
        by: row.text(5)?,
        reason: row.text(6)?,
    })
}
