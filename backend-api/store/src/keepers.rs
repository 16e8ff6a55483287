//! What staff have in hand that is not finished: bulletins that wait to be published, meetings to come. It is with
//! whoever wrote it last or planned it, until it is handed over.

use contract::account::{HandItem, HandKind};
use contract::organization::OrganizationRef;

use crate::driver::{Tx, WriteTx, params};
use crate::error::Result;
use crate::part::Part;

pub(crate) const PART: Part = Part {
    tables: &["keepers"],
    ..Part::EMPTY
};

const fn name(kind: HandKind) -> &'static str {
    match kind {
        HandKind::Bulletin => "bulletin",
        HandKind::Meeting => "meeting",
        HandKind::Unknown => "unknown",
    }
}

/// What the account with this id and login has in hand: bulletins, then meetings, the oldest first.
///
/// # Errors
/// The database failed.
pub fn held(tx: &mut Tx<'_>, account_id: &str, login: &str) -> Result<Vec<HandItem>> {
    let mut held = Vec::new();
    for (kind, sql) in [
        (
            HandKind::Bulletin,
            "SELECT b.id, b.title, o.id, o.name FROM bulletins b JOIN organizations o ON o.id = b.organization_id
             LEFT JOIN keepers k ON k.kind = 'bulletin' AND k.subject_id = b.id
             WHERE b.state IN ('draft', 'submitted')
               AND (k.account_id = ?1 OR (k.account_id IS NULL AND b.updated_by = ?2))
             ORDER BY b.id",
        ),
        (
            HandKind::Meeting,
            "SELECT m.id, m.title, o.id, o.name FROM meetings m JOIN organizations o ON o.id = m.organization_id
             LEFT JOIN keepers k ON k.kind = 'meeting' AND k.subject_id = m.id
             WHERE m.state IN ('scheduled', 'live')
               AND (k.account_id = ?1 OR (k.account_id IS NULL AND m.created_by = ?2))
             ORDER BY m.id",
        ),
    ] {
        for row in tx.query(sql, params![account_id, login])? {
            held.push(HandItem {
                kind,
                id: row.text(0)?,
                title: row.text(1)?,
                organization: OrganizationRef {
                    id: row.text(2)?,
                    name: row.text(3)?,
                },
                fits: None,
            });
        }
    }
    Ok(held)
}

/// Puts something into the hands of an account.
///
/// # Errors
/// The database failed, or there is no such account.
pub fn hand_over(tx: &mut WriteTx<'_>, kind: HandKind, id: &str, account_id: &str) -> Result<()> {
    tx.execute(
        "INSERT INTO keepers (kind, subject_id, account_id) VALUES (?1, ?2, ?3)
         ON CONFLICT (kind, subject_id) DO UPDATE SET account_id = excluded.account_id",
        params![name(kind), id, account_id],
    )?;
    Ok(())
}

/// How many requests an office has to answer; confidential ones are not counted.
///
/// # Errors
/// The database failed.
pub fn to_answer(tx: &mut Tx<'_>, office_id: &str) -> Result<u32> {
    let count = tx
        .query_one(
            "SELECT COUNT(*) FROM requests WHERE office_id = ?1 AND kind <> 'confidential'
               AND state IN ('received', 'assigned', 'in_progress', 'reopened')",
            params![office_id],
        )?
        .int(0)?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}
