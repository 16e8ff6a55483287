//! What statistics are made of, and taking away what names a person.

use contract::organization::OrganizationRef;
use contract::request::{CategoryKind, RequestState, Solved};

use super::lists::Viewer;
use super::small;
use crate::attachments;
use crate::codec::from_name;
use crate::driver::{Row, Tx, WriteTx, params};
use crate::error::Result;

/// What figures are counted from, of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is for.
    pub kind: CategoryKind,
    /// Its category.
    pub category_id: String,
    /// Title of the category when it was asked.
    pub category: String,
    /// Where it came from; nothing of a confidential one.
    pub place: Option<OrganizationRef>,
    /// Who has it now; nothing of a confidential one.
    pub office: Option<OrganizationRef>,
    /// When it came.
    pub received_at_ms: i64,
    /// The first deadline.
    pub first_due_at_ms: i64,
    /// The first response.
    pub responded_at_ms: Option<i64>,
    /// How it stands.
    pub state: RequestState,
    /// How often it was overdue.
    pub escalations: u32,
    /// How often it was reopened.
    pub reopenings: u32,
    /// What the asker said last.
    pub verdict: Option<Solved>,
    /// How satisfied they are.
    pub satisfaction: Option<u8>,
}

/// The requests received in a time that an organization or one below it has, or that came from there, as far as
/// somebody sees them; in the order of the register of their places, then as they came.
///
/// # Errors
/// The database failed.
pub fn lines(
    tx: &mut Tx<'_>,
    viewer: Viewer<'_>,
    within: &str,
    from_ms: i64,
    until_ms: i64,
) -> Result<Vec<Line>> {
    let rows = tx.query(
        "SELECT r.kind, r.category_id, r.category, r.place_id, p.name, r.received_at_ms, r.first_due_at_ms,
                r.responded_at_ms, r.state, r.escalations, r.reopenings, r.verdict, r.satisfaction,
                r.office_id, f.name
         FROM requests r JOIN organizations f ON f.id = r.office_id
         LEFT JOIN organizations p ON p.id = r.place_id
         WHERE r.received_at_ms >= ?1 AND r.received_at_ms < ?2
           AND ((r.kind <> 'confidential'
                 AND (r.office_id IN (SELECT organization_id FROM organization_lines WHERE ancestor_id = ?3)
                   OR r.place_id IN (SELECT organization_id FROM organization_lines WHERE ancestor_id = ?3)))
             OR (r.kind = 'confidential' AND CAST(?4 AS BIGINT) = 1 AND r.office_id = ?5 AND r.office_id = ?3))
         ORDER BY p.code, r.id",
        params![from_ms, until_ms, within, viewer.confides, viewer.organization_id],
    )?;
    rows.iter().map(line).collect()
}

/// What stands where a member's words stood who was purged.
const PURGED: &str = "已清除";

/// Takes away what names a member or what they said: telephone, words. How long it took and how it ended stays.
///
/// # Errors
/// The database failed.
pub(crate) fn purge_member(tx: &mut WriteTx<'_>, member_id: &str) -> Result<()> {
    let own = tx.query(
        "SELECT id FROM requests WHERE asker_id = ?1",
        params![member_id],
    )?;
    for row in &own {
        attachments::forget_of_request(tx, &row.text(0)?)?;
    }
    tx.execute(
        "UPDATE request_history SET text = ?2 WHERE text <> '' AND request_id IN
             (SELECT id FROM requests WHERE asker_id = ?1)",
        params![member_id, PURGED],
    )?;
    tx.execute(
        "UPDATE requests SET version = version + 1, phone_sealed = NULL, phone_hint = NULL, to_call = 0,
             summary = ?2, household_id = NULL WHERE asker_id = ?1",
        params![member_id, PURGED],
    )?;
    Ok(())
}

fn line(row: &Row) -> Result<Line> {
    let place = match (row.opt_text(3)?, row.opt_text(4)?) {
        (Some(id), Some(name)) => Some(OrganizationRef { id, name }),
        _ => None,
    };
    let kind = from_name(row.text(0)?)?;
    let office = OrganizationRef {
        id: row.text(13)?,
        name: row.text(14)?,
    };
    Ok(Line {
        kind,
        category_id: row.text(1)?,
        category: row.text(2)?,
        place,
        office: (kind != CategoryKind::Confidential).then_some(office),
        received_at_ms: row.int(5)?,
        first_due_at_ms: row.int(6)?,
        responded_at_ms: row.opt_int(7)?,
        state: from_name(row.text(8)?)?,
        escalations: small(row.int(9)?)?,
        reopenings: small(row.int(10)?)?,
        verdict: row.opt_text(11)?.map(from_name).transpose()?,
        satisfaction: row.opt_int(12)?.map(small).transpose()?,
    })
}
