//! Who may sign in at a TV, and which TVs should ask again. Changes are found by comparing
//! numbers, so another process on the same database is noticed as this one is.

use contract::member::{MemberStatus, TerminalPerson};
use contract::organization::OrganizationRef;

use crate::codec::{from_name, to_name};
use crate::driver::{Row, Tx, WriteTx, params};
use crate::error::Result;
use crate::part::Part;

pub(crate) const PART: Part = Part {
    tables: &["people_state", "people_changes"],
    ..Part::EMPTY
};

const SELECT: &str = "SELECT m.id, m.name, m.organization_id, o.name, m.status, m.pin_hash, m.card_index, \
     m.exempt_reason FROM members m JOIN organizations o ON o.id = m.organization_id";

/// A TV that should ask again.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Concerned {
    /// The TV.
    pub terminal_id: String,
    /// Where it stands.
    pub organization_id: String,
}

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

/// The newest number. Cheap enough to be asked for every second.
///
/// # Errors
/// The database failed.
pub fn newest(tx: &mut Tx<'_>) -> Result<i64> {
    tx.query_one("SELECT seq FROM people_state WHERE id = 1", params![])?
        .int(0)
}

/// The TVs for which something changed after the number `seq`: those of homes, and the stations at
/// and above an organization whose members changed.
///
/// # Errors
/// The database failed.
pub fn concerned_since(tx: &mut Tx<'_>, seq: i64) -> Result<Vec<Concerned>> {
    let rows = tx.query(
        "SELECT t.id, t.organization_id FROM people_changes c JOIN terminals t ON t.id = c.terminal_id
         WHERE c.seq > ?1 AND t.revoked_at_ms IS NULL
         UNION
         SELECT t.id, t.organization_id FROM people_changes c
         JOIN organization_lines l ON l.organization_id = c.organization_id
         JOIN terminals t ON t.organization_id = l.ancestor_id
         WHERE c.seq > ?1 AND c.terminal_id = '' AND t.kind = 'station' AND t.revoked_at_ms IS NULL",
        params![seq],
    )?;
    rows.iter()
        .map(|row| {
            Ok(Concerned {
                terminal_id: row.text(0)?,
                organization_id: row.text(1)?,
            })
        })
        .collect()
}

/// Notes that the members of an organization changed, and those of a household.
pub(crate) fn changed(
    tx: &mut WriteTx<'_>,
    organization_id: &str,
    household_id: Option<&str>,
) -> Result<()> {
    let seq = next(tx)?;
    let terminal = match household_id {
        Some(id) => tx.query_opt(
            "SELECT terminal_id FROM households WHERE id = ?1 AND terminal_id IS NOT NULL",
            params![id],
        )?,
        None => None,
    };
    let terminal = terminal.map(|row| row.text(0)).transpose()?;
    for terminal_id in terminal.iter().map(String::as_str).chain([""]) {
        tx.execute(
            "INSERT INTO people_changes (organization_id, terminal_id, seq) VALUES (?1, ?2, ?3)
             ON CONFLICT (organization_id, terminal_id) DO UPDATE SET seq = excluded.seq",
            params![organization_id, terminal_id, seq],
        )?;
    }
    Ok(())
}

/// Notes that every TV of an organization and of those below it should ask again: the organization
/// has another name or stands elsewhere in the tree.
pub(crate) fn all_below(tx: &mut WriteTx<'_>, organization_id: &str) -> Result<()> {
    let seq = next(tx)?;
    tx.execute(
        "INSERT INTO people_changes (organization_id, terminal_id, seq)
         SELECT t.organization_id, t.id, CAST(?2 AS BIGINT) FROM organization_lines l
         JOIN terminals t ON t.organization_id = l.organization_id
         WHERE l.ancestor_id = ?1 AND t.revoked_at_ms IS NULL
         ON CONFLICT (organization_id, terminal_id) DO UPDATE SET seq = excluded.seq",
        params![organization_id, seq],
    )?;
    Ok(())
}

fn next(tx: &mut WriteTx<'_>) -> Result<i64> {
    tx.query_one(
        "UPDATE people_state SET seq = seq + 1 WHERE id = 1 RETURNING seq",
        params![],
    )?
    .int(0)
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
