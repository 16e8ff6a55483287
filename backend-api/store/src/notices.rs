//! What staff should look at: a locked PIN, a sign-in to verify, a probable duplicate, a request that is due.

use contract::organization::OrganizationRef;
use contract::staff::{NoticeKind, StaffNotice};

use crate::codec::{from_name, new_id, to_name};
use crate::driver::{Row, Tx, WriteTx, params};
use crate::error::{Error, Result};
use crate::part::Part;

pub(crate) const PART: Part = Part {
    scrubbed: &["staff_notices"],
    ..Part::EMPTY
};

const SELECT: &str = "SELECT n.id, n.kind, n.subject, n.organization_id, o.name, n.detail, n.at_ms, n.seen_at_ms \
                      FROM staff_notices n JOIN organizations o ON o.id = n.organization_id";

/// A notice to be raised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNotice {
    /// Whose staff should look: those in charge of this organization or one above it.
    pub organization_id: String,
    /// What it is about.
    pub kind: NoticeKind,
    /// Kind and id, e.g. `member:<id>`.
    pub subject: String,
    /// More for whoever looks, in Chinese, without numbers.
    pub detail: String,
}

/// Who looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Viewer<'a> {
    /// Their organization: they see what concerns it and those below it.
    pub organization_id: &'a str,
    /// They may see members: what is not about a request names some.
    pub sees_members: bool,
    /// They may read what is told in confidence to exactly this organization.
    pub confides: bool,
}

impl<'a> Viewer<'a> {
    /// Somebody who may see the members of an organization, and nothing told in confidence.
    #[must_use]
    pub const fn of_members(organization_id: &'a str) -> Self {
        Self {
            organization_id,
            sees_members: true,
            confides: false,
        }
    }
}

/// Whom a notice is shown, said once for one and for lists. The first values are those of [`Viewer`]: the
/// organization, whether members are seen, whether reports are read.
fn seen_by() -> Result<String> {
    let names = |kinds: &[NoticeKind]| -> Result<String> {
        let names = kinds.iter().map(|kind| Ok(format!("'{}'", to_name(kind)?)));
        Ok(names.collect::<Result<Vec<_>>>()?.join(", "))
    };
    let (nameless, reports) = (names(&NoticeKind::NAMELESS)?, names(&NoticeKind::REPORTS)?);
    Ok(format!(
        "((n.kind NOT IN ({reports}) AND (n.kind IN ({nameless}) OR CAST(?2 AS BIGINT) = 1)
             AND n.organization_id IN (SELECT organization_id FROM organization_lines WHERE ancestor_id = ?1))
           OR (n.kind IN ({reports}) AND CAST(?3 AS BIGINT) = 1 AND n.organization_id = ?1))"
    ))
}

/// Raises a notice, unless the same is there and nobody has looked at it yet.
///
/// # Errors
/// The database failed.
pub fn raise(tx: &mut WriteTx<'_>, new: &NewNotice, now_ms: i64) -> Result<()> {
    let kind = to_name(&new.kind)?;
    let there = tx.execute(
        "UPDATE staff_notices SET detail = ?4, at_ms = ?5
         WHERE organization_id = ?1 AND kind = ?2 AND subject = ?3 AND seen_at_ms IS NULL",
        params![
            &new.organization_id,
            &kind,
            &new.subject,
            &new.detail,
            now_ms
        ],
    )?;
    if there == 0 {
        tx.execute(
            "INSERT INTO staff_notices (id, organization_id, kind, subject, detail, at_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                new_id(now_ms),
                &new.organization_id,
                kind,
                &new.subject,
                &new.detail,
                now_ms
            ],
        )?;
    }
    Ok(())
}

/// The notice with this id, if it is shown to somebody.
///
/// # Errors
/// The database failed.
pub fn seen(tx: &mut Tx<'_>, viewer: Viewer<'_>, id: &str) -> Result<Option<StaffNotice>> {
    let sql = format!("{SELECT} WHERE {} AND n.id = ?4", seen_by()?);
    let Viewer {
        organization_id,
        sees_members,
        confides,
    } = viewer;
    tx.query_opt(&sql, params![organization_id, sees_members, confides, id])?
        .as_ref()
        .map(notice)
        .transpose()
}

/// At most `limit` notices that are shown to somebody, newest first, raised before the one with the id `before`;
/// `unseen`: only those that nobody has looked at.
///
/// # Errors
/// The database failed.
pub fn list(
    tx: &mut Tx<'_>,
    viewer: Viewer<'_>,
    unseen: bool,
    before: Option<&str>,
    limit: u32,
) -> Result<Vec<StaffNotice>> {
    let sql = format!(
        "{SELECT} WHERE {}
           AND (CAST(?4 AS BIGINT) = 0 OR n.seen_at_ms IS NULL)
           AND (CAST(?5 AS TEXT) IS NULL OR n.id < ?5)
         ORDER BY n.id DESC LIMIT ?6",
        seen_by()?
    );
    let Viewer {
        organization_id,
        sees_members,
        confides,
    } = viewer;
    let values = params![
        organization_id,
        sees_members,
        confides,
        unseen,
        before,
        limit
    ];
    tx.query(&sql, values)?.iter().map(notice).collect()
}

/// What an organization was told about something has been done: nobody there need look any more.
///
/// # Errors
/// The database failed.
pub fn settle(
    tx: &mut WriteTx<'_>,
    organization_id: &str,
    subject: &str,
    now_ms: i64,
) -> Result<()> {
    tx.execute(
        "UPDATE staff_notices SET seen_at_ms = ?3
         WHERE organization_id = ?1 AND subject = ?2 AND seen_at_ms IS NULL",
        params![organization_id, subject, now_ms],
    )?;
    Ok(())
}

/// Notes that somebody has looked; the first time stays.
///
/// # Errors
/// [`Error::NotFound`].
pub fn mark_seen(tx: &mut WriteTx<'_>, id: &str, now_ms: i64) -> Result<()> {
    let changed = tx.execute(
        "UPDATE staff_notices SET seen_at_ms = COALESCE(seen_at_ms, ?2) WHERE id = ?1",
        params![id, now_ms],
    )?;
    if changed == 0 {
        return Err(Error::NotFound("notice"));
    }
    Ok(())
}

/// Throws away what was looked at before `before_ms`; answers how many.
///
/// # Errors
/// The database failed.
pub fn purge(tx: &mut WriteTx<'_>, before_ms: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM staff_notices WHERE seen_at_ms < ?1",
        params![before_ms],
    )
}

fn notice(row: &Row) -> Result<StaffNotice> {
    Ok(StaffNotice {
        id: row.text(0)?,
        kind: from_name(row.text(1)?)?,
        subject: row.text(2)?,
        organization: OrganizationRef {
            id: row.text(3)?,
            name: row.text(4)?,
        },
        detail: row.text(5)?,
        at_ms: row.int(6)?,
        seen_at_ms: row.opt_int(7)?,
    })
}
