//! The tree of organizations. Every audience and every right is a subtree of it. Within the store this
//! is what is imported; whoever uses the store finds it in [`organizations`](crate::organizations).
//!
//! `organization_lines` holds each node with every node above it, so that a subtree, the way to
//! the root and "is this within that" are indexed lookups at any size of tree.

use contract::organization::{Organization, OrganizationKind};

use crate::codec::{from_name, new_id, to_name};
use crate::driver::{Row, Tx, WriteTx, params};
use crate::error::{Error, Result};
use crate::journal::{self, Audience, Topic};
use crate::part::{Part, Promise};
use crate::{found_by, people};

pub(crate) const PART: Part = Part {
    tables: &["organizations", "organization_lines"],
    promises: &[
        Promise {
            broken: "an organization lacks a line to a node above it",
            cases: "SELECT o.id FROM organizations o JOIN organization_lines p ON p.organization_id = o.parent_id
             WHERE NOT EXISTS (SELECT 1 FROM organization_lines l
                               WHERE l.organization_id = o.id AND l.ancestor_id = p.ancestor_id)",
        },
        Promise {
            broken: "an organization has a line to a node that is not above it",
            cases: "SELECT l.organization_id FROM organization_lines l JOIN organizations o ON o.id = l.organization_id
             WHERE l.depth > 0 AND l.ancestor_id <> '*'
               AND NOT EXISTS (SELECT 1 FROM organization_lines p
                               WHERE p.organization_id = o.parent_id AND p.ancestor_id = l.ancestor_id)",
        },
    ],
    ..Part::EMPTY
};

/// Stands for everybody among the ancestors of every organization.
pub(crate) const EVERYBODY: &str = "*";

const COLUMNS: &str = "o.id, o.parent_id, o.kind, o.code, o.name";

/// An organization to be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOrganization {
    /// The node above; `None` for the root, of which there is one.
    pub parent_id: Option<String>,
    /// Kind of node.
    pub kind: OrganizationKind,
    /// Short code, unique.
    pub code: String,
    /// Name as shown on screens.
    pub name: String,
}

/// Adds a node.
///
/// # Errors
/// [`Error::Taken`] if the code is used or there is a root already, [`Error::NotFound`] if the
/// parent does not exist.
pub fn create(tx: &mut WriteTx<'_>, new: &NewOrganization, now_ms: i64) -> Result<Organization> {
    if let Some(parent) = &new.parent_id
        && get(tx, parent)?.is_none()
    {
        return Err(Error::NotFound("organization"));
    }
    let id = new_id(now_ms);
    let inserted = tx.execute(
        "INSERT INTO organizations (id, parent_id, kind, code, name, created_at_ms, found_by)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
        params![
            &id,
            new.parent_id.as_deref(),
            to_name(&new.kind)?,
            &new.code,
            &new.name,
            now_ms,
            found_by::name(&new.name)
        ],
    )?;
    if inserted == 0 {
        let used = by_code(tx, &new.code)?.is_some();
        return Err(Error::Taken(if used {
            "organization code"
        } else {
            "root of the tree"
        }));
    }
    tx.execute(
        "INSERT INTO organization_lines (organization_id, ancestor_id, depth)
         VALUES (?1, ?1, 0), (?1, ?2, 1000)",
        params![&id, EVERYBODY],
    )?;
    if let Some(parent) = &new.parent_id {
        tx.execute(
            "INSERT INTO organization_lines (organization_id, ancestor_id, depth)
             SELECT CAST(?1 AS TEXT), ancestor_id, depth + 1 FROM organization_lines
             WHERE organization_id = ?2 AND ancestor_id <> ?3",
            params![&id, parent, EVERYBODY],
        )?;
    }
    Ok(Organization {
        id,
        parent_id: new.parent_id.clone(),
        kind: new.kind,
        code: new.code.clone(),
        name: new.name.clone(),
    })
}

/// Changes kind and name, without telling those who carry the name: for
/// [`organizations::update`](fn@crate::organizations::update).
pub(crate) fn set(
    tx: &mut WriteTx<'_>,
    id: &str,
    kind: OrganizationKind,
    name: &str,
) -> Result<()> {
    tx.execute(
        "UPDATE organizations SET kind = ?2, name = ?3, found_by = ?4 WHERE id = ?1",
        params![id, to_name(&kind)?, name, found_by::name(name)],
    )?;
    Ok(())
}

/// Moves a node with everything below it. Terminals in it start their feed anew, since what they
/// may see has changed; the stations above it, before and after, have other people.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Cycle`] if the new parent lies below the node.
pub fn move_to(tx: &mut WriteTx<'_>, id: &str, parent_id: &str) -> Result<()> {
    let node = get(tx, id)?.ok_or(Error::NotFound("organization"))?;
    get(tx, parent_id)?.ok_or(Error::NotFound("organization"))?;
    if node.parent_id.as_deref() == Some(parent_id) {
        return Ok(());
    }
    if is_within(tx, parent_id, id)? {
        return Err(Error::Cycle);
    }
    if let Some(above) = &node.parent_id {
        people::changed(tx, above, None)?;
    }
    // Lines that lead out of the subtree go; new ones are every node of it × every node above.
    tx.execute(
        "DELETE FROM organization_lines
         WHERE organization_id IN (SELECT organization_id FROM organization_lines WHERE ancestor_id = ?1)
           AND ancestor_id <> ?2
           AND ancestor_id NOT IN (SELECT organization_id FROM organization_lines WHERE ancestor_id = ?1)",
        params![id, EVERYBODY],
    )?;
    tx.execute(
        "INSERT INTO organization_lines (organization_id, ancestor_id, depth)
         SELECT below.organization_id, above.ancestor_id, below.depth + above.depth + 1
         FROM organization_lines below CROSS JOIN organization_lines above
         WHERE below.ancestor_id = ?1 AND above.organization_id = ?2 AND above.ancestor_id <> ?3",
        params![id, parent_id, EVERYBODY],
    )?;
    tx.execute(
        "UPDATE organizations SET parent_id = ?2 WHERE id = ?1",
        params![id, parent_id],
    )?;
    tx.execute(
        "UPDATE organizations SET lineage = lineage + 1
         WHERE id IN (SELECT organization_id FROM organization_lines WHERE ancestor_id = ?1)",
        params![id],
    )?;
    journal::touch(tx, Topic::Documents, Audience::Below(id));
    people::changed(tx, id, None)?;
    people::all_below(tx, id);
    Ok(())
}

/// The organization with this id.
///
/// # Errors
/// The database failed.
pub fn get(tx: &mut Tx<'_>, id: &str) -> Result<Option<Organization>> {
    let sql = format!("SELECT {COLUMNS} FROM organizations o WHERE o.id = ?1");
    tx.query_opt(&sql, params![id])?
        .as_ref()
        .map(organization)
        .transpose()
}

/// The organization with this code.
///
/// # Errors
/// The database failed.
pub fn by_code(tx: &mut Tx<'_>, code: &str) -> Result<Option<Organization>> {
    let sql = format!("SELECT {COLUMNS} FROM organizations o WHERE o.code = ?1");
    tx.query_opt(&sql, params![code])?
        .as_ref()
        .map(organization)
        .transpose()
}

/// The root of the tree.
///
/// # Errors
/// The database failed.
pub fn root(tx: &mut Tx<'_>) -> Result<Option<Organization>> {
    let sql = format!("SELECT {COLUMNS} FROM organizations o WHERE o.parent_id IS NULL");
    tx.query_opt(&sql, params![])?
        .as_ref()
        .map(organization)
        .transpose()
}

/// Whether this is the root of the tree.
pub(crate) fn is_root(tx: &mut Tx<'_>, id: &str) -> Result<bool> {
    let sql = "SELECT id FROM organizations WHERE id = ?1 AND parent_id IS NULL";
    Ok(tx.query_opt(sql, params![id])?.is_some())
}

/// Every organization, parents before their children, otherwise by code.
///
/// # Errors
/// The database failed.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Organization>> {
    match root(tx)? {
        Some(root) => subtree(tx, &root.id),
        None => Ok(Vec::new()),
    }
}

/// The organization itself and all below it, parents before their children, otherwise by code.
///
/// # Errors
/// The database failed.
pub fn subtree(tx: &mut Tx<'_>, id: &str) -> Result<Vec<Organization>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM organization_lines l JOIN organizations o ON o.id = l.organization_id
         WHERE l.ancestor_id = ?1 ORDER BY l.depth, o.code"
    );
    tx.query(&sql, params![id])?
        .iter()
        .map(organization)
        .collect()
}

/// The way from the root down to the organization, itself included.
///
/// # Errors
/// The database failed.
pub fn ancestors(tx: &mut Tx<'_>, id: &str) -> Result<Vec<Organization>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM organization_lines l JOIN organizations o ON o.id = l.ancestor_id
         WHERE l.organization_id = ?1 ORDER BY l.depth DESC"
    );
    tx.query(&sql, params![id])?
        .iter()
        .map(organization)
        .collect()
}

/// Whether `id` is `ancestor_id` or lies below it.
///
/// # Errors
/// The database failed.
pub fn is_within(tx: &mut Tx<'_>, id: &str, ancestor_id: &str) -> Result<bool> {
    let row = tx.query_opt(
        "SELECT depth FROM organization_lines WHERE organization_id = ?1 AND ancestor_id = ?2",
        params![id, ancestor_id],
    )?;
    Ok(row.is_some())
}

/// Fails unless every one of these organizations exists.
pub(crate) fn require(tx: &mut Tx<'_>, ids: &[&str]) -> Result<()> {
    for id in ids {
        get(tx, id)?.ok_or(Error::NotFound("organization"))?;
    }
    Ok(())
}

fn organization(row: &Row) -> Result<Organization> {
    Ok(Organization {
        id: row.text(0)?,
        parent_id: row.opt_text(1)?,
        kind: from_name(row.text(2)?)?,
        code: row.text(3)?,
        name: row.text(4)?,
    })
}
