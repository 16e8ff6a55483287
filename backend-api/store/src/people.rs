//! Who may sign in at a TV, and which TVs should ask again.

use contract::member::{MemberStatus, TerminalPerson};
use contract::organization::OrganizationRef;

use crate::codec::{from_name, to_name};
use crate::driver::{Row, Tx, WriteTx, params};
use crate::error::Result;
use crate::journal::{self, Audience, Topic};

const SELECT: &str = "SELECT m.id, m.name, m.organization_id, o.name, m.status, m.pin_hash, m.card_index, \
     m.exempt_reason FROM members m JOIN organizations o ON o.id = m.organization_id";

/// Members of a household who have not left, by name.
///
/// # Errors
/// The database failed.
pub fn of_household(tx: &mut Tx<'_>, household_id: &str) -> Result<Vec<TerminalPerson>> {
    let sql = format!("{SELECT} WHERE m.household_id = ?1 AND m.left_at_ms IS NULL");
    let rows = tx.query(&sql, params![household_id])?;
    by_name(&rows)
}

/// Members of an organization and those below it who have not left, villagers left out, by name.
///
/// # Errors
/// The database failed.
pub fn of_subtree(tx: &mut Tx<'_>, organization_id: &str) -> Result<Vec<TerminalPerson>> {
    let sql = format!(
        "{SELECT} WHERE m.left_at_ms IS NULL AND m.status <> ?2 AND m.organization_id IN
             (SELECT organization_id FROM organization_lines WHERE ancestor_id = ?1)"
    );
    let villager = to_name(&MemberStatus::Villager)?;
    let rows = tx.query(&sql, params![organization_id, villager])?;
    by_name(&rows)
}

/// Notes that the members of an organization changed, and those of a household.
pub(crate) fn changed(
    tx: &mut WriteTx<'_>,
    organization_id: &str,
    household_id: Option<&str>,
) -> Result<()> {
    journal::touch(tx, Topic::People, Audience::StationsAbove(organization_id));
    if let Some(id) = household_id
        && let Some(row) = tx.query_opt(
            "SELECT terminal_id FROM households WHERE id = ?1 AND terminal_id IS NOT NULL",
            params![id],
        )?
    {
        journal::touch(tx, Topic::People, Audience::Terminal(&row.text(0)?));
    }
    Ok(())
}

/// Notes that every TV of an organization and of those below it should ask again: the organization
/// has another name or stands elsewhere in the tree.
pub(crate) fn all_below(tx: &mut WriteTx<'_>, organization_id: &str) {
    journal::touch(tx, Topic::People, Audience::Below(organization_id));
}

fn by_name(rows: &[Row]) -> Result<Vec<TerminalPerson>> {
    let mut people = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
    // Not by the database, whose collation depends on how it was made.
    people.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    Ok(people)
}

fn read(row: &Row) -> Result<TerminalPerson> {
    Ok(TerminalPerson {
        id: row.text(0)?,
        name: row.text(1)?,
        organization: OrganizationRef {
            id: row.text(2)?,
            name: row.text(3)?,
        },
        status: from_name(row.text(4)?)?,
        pin_set: row.opt_text(5)?.is_some(),
        card_set: row.opt_text(6)?.is_some(),
        exempt: row.opt_text(7)?.is_some(),
    })
}
