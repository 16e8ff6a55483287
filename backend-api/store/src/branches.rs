//! Pages of organizations. There is one of an organization at most, under its id; it is visible from
//! when it is written until it is withdrawn.
//!
//! Every change of what terminals see goes to the [feed](crate::feed) in the same transaction, and so does
//! another number of members, whoever registers or moves them. Staff name the version they have seen; a
//! later one means [`Error::Stale`].

use std::collections::{BTreeMap, BTreeSet};

use contract::branch::{Branch, BranchDraft, StaffBranch};
use contract::feed::Document;
use contract::file::Picture;
use contract::kinds::DocumentKind;
use contract::organization::OrganizationRef;

use crate::codec::{from_json, placeholders, to_json};
use crate::driver::{Row, Tx, Value, WriteTx, params};
use crate::error::{Error, Result};
use crate::feed_entries;
use crate::feed_kind::{FeedKind, Shelf};
use crate::journal::{Audience, Topic};
use crate::part::{Part, Promise};
use crate::source::{self, Imported, Outcome, Source, SourceEntry};
use crate::touch::Touch;
use crate::tree;
use crate::versions::Seen;

pub(crate) const PART: Part = Part {
    // It names the secretary.
    scrubbed: &["branch_pages"],
    promises: &[Promise {
        broken: "the page of an organization tells another number of members than there are",
        cases: "SELECT p.id FROM branch_pages p WHERE p.withdrawn_at_ms IS NULL AND p.members <>
                    (SELECT COUNT(*) FROM organization_lines l
                     JOIN members m ON m.organization_id = l.organization_id
                     WHERE l.ancestor_id = p.id AND m.left_at_ms IS NULL AND m.status IN ('full', 'probationary'))",
    }],
    ..Part::EMPTY
};

const SELECT: &str = "SELECT p.id, p.version, p.audience_id, p.secretary, p.telephone, p.photo, \
                      p.introduction, p.members, p.published_at_ms, p.withdrawn_at_ms, o.name, o.code, a.code \
                      FROM branch_pages p JOIN organizations o ON o.id = p.organization_id \
                      JOIN organizations a ON a.id = p.audience_id";

/// What somebody writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// The organization whose subtree may see it.
    pub audience_id: String,
    /// Name of the secretary; may be empty.
    pub secretary: String,
    /// Telephone number of the office; may be empty.
    pub telephone: String,
    /// What the place looks like.
    pub photo: Option<Picture>,
    /// What it is, a paragraph each.
    pub introduction: Vec<String>,
}

/// A stored page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Id: that of the organization.
    pub id: String,
    /// Counts up with every change.
    pub version: i64,
    /// What was written.
    pub content: Content,
    /// Whose page it is.
    pub organization: OrganizationRef,
    /// Code of that organization.
    pub organization_code: String,
    /// Code of the organization whose subtree may see it.
    pub audience_code: String,
    /// How many party members there are.
    pub members: u32,
    /// The date it carries.
    pub published_at_ms: i64,
    /// When it was taken back.
    pub withdrawn_at_ms: Option<i64>,
}

impl Record {
    /// As a terminal shows it.
    #[must_use]
    pub fn to_document(&self) -> Branch {
        let content = self.content.clone();
        Branch {
            id: self.id.clone(),
            organization: self.organization.clone(),
            secretary: content.secretary,
            telephone: content.telephone,
            members: self.members,
            photo: content.photo,
            introduction: content.introduction,
            published_at_ms: self.published_at_ms,
        }
    }

    /// As staff see it.
    #[must_use]
    pub fn to_staff(&self) -> StaffBranch {
        let content = self.content.clone();
        StaffBranch {
            id: self.id.clone(),
            organization: self.organization.clone(),
            organization_code: self.organization_code.clone(),
            version: self.version,
            published_at_ms: self.published_at_ms,
            members: self.members,
            draft: BranchDraft {
                audience_code: self.audience_code.clone(),
                secretary: content.secretary,
                telephone: content.telephone,
                photo: content.photo,
                introduction: content.introduction,
            },
        }
    }
}

/// Writes the page of an organization, visible from now on. `read` is the version that was seen; 0 where
/// there was none.
///
/// # Errors
/// [`Error::NotFound`] if the organization or the audience does not exist, [`Error::Stale`].
pub fn publish(
    tx: &mut WriteTx<'_>,
    organization_id: &str,
    read: Seen,
    content: &Content,
    now_ms: i64,
) -> Result<Record> {
    expected(tx, organization_id, read)?;
    write(tx, organization_id, content, now_ms, now_ms)?;
    existing(tx, organization_id)
}

/// The page of the organization with this id, withdrawn or not.
///
/// # Errors
/// The database failed.
pub fn get(tx: &mut Tx<'_>, id: &str) -> Result<Option<Record>> {
    tx.query_opt(&format!("{SELECT} WHERE p.id = ?1"), params![id])?
        .as_ref()
        .map(record)
        .transpose()
}

/// At most `limit` pages of `within` and of organizations below it that are not withdrawn, those of the
/// organizations made last first, made before the one with the id `before`.
///
/// # Errors
/// The database failed.
pub fn list(
    tx: &mut Tx<'_>,
    within: &str,
    before: Option<&str>,
    limit: u32,
) -> Result<Vec<Record>> {
    let rows = tx.query(
        &format!(
            "{SELECT} WHERE p.withdrawn_at_ms IS NULL AND p.organization_id IN
                 (SELECT organization_id FROM organization_lines WHERE ancestor_id = ?1)
               AND (CAST(?2 AS TEXT) IS NULL OR p.id < ?2)
             ORDER BY p.id DESC LIMIT ?3"
        ),
        params![within, before, limit],
    )?;
    rows.iter().map(record).collect()
}

/// Takes a page back; terminals forget it.
///
/// # Errors
/// [`Error::NotFound`] without a page that can be seen, [`Error::Stale`].
pub fn withdraw(tx: &mut WriteTx<'_>, id: &str, read: Seen, now_ms: i64) -> Result<()> {
    if seen(tx, id)?.is_none() {
        return Err(Error::NotFound("page"));
    }
    expected(tx, id, read)?;
    take_back(tx, id, now_ms)
}

/// Creates or replaces the page of an item of a content folder, with the date it carries. A page that staff
/// wrote, or that came from another item, is this item's from now on.
///
/// # Errors
/// [`Error::NotFound`] if the organization or the audience does not exist.
pub fn import(
    tx: &mut WriteTx<'_>,
    source: &Source,
    organization_id: &str,
    content: &Content,
    published_at_ms: i64,
    now_ms: i64,
) -> Result<Imported> {
    let imported = |outcome| Imported {
        id: organization_id.to_owned(),
        outcome,
    };
    if let Some(old) = source::find(tx, "branch_pages", &source.key)? {
        if old.id == organization_id && old.hash.as_deref() == Some(&source.hash) {
            return Ok(imported(Outcome::Unchanged));
        }
        if old.id != organization_id {
            // The item is about another organization than before.
            withdraw_source(tx, &source.key, now_ms)?;
            tx.execute(
                "UPDATE branch_pages SET source_key = NULL WHERE id = ?1",
                params![&old.id],
            )?;
        }
    }
    let outcome = if get(tx, organization_id)?.is_some() {
        Outcome::Updated
    } else {
        Outcome::Created
    };
    write(tx, organization_id, content, published_at_ms, now_ms)?;
    tx.execute(
        "UPDATE branch_pages SET source_key = ?2, source_hash = ?3 WHERE id = ?1",
        params![organization_id, &source.key, &source.hash],
    )?;
    Ok(imported(outcome))
}

/// Every imported page, by key.
///
/// # Errors
/// The database failed.
pub fn sources(tx: &mut Tx<'_>) -> Result<Vec<SourceEntry>> {
    source::list(tx, "branch_pages")
}

/// Takes back the page of an item that has disappeared from its folder; tells whether there was anything
/// to take back. Should the item return, importing it publishes it again.
///
/// # Errors
/// The database failed.
pub fn withdraw_source(tx: &mut WriteTx<'_>, key: &str, now_ms: i64) -> Result<bool> {
    let Some(SourceEntry {
        id, hash: Some(_), ..
    }) = source::find(tx, "branch_pages", key)?
    else {
        return Ok(false);
    };
    tx.execute(
        "UPDATE branch_pages SET source_hash = NULL WHERE id = ?1",
        params![&id],
    )?;
    if seen(tx, &id)?.is_some() {
        take_back(tx, &id, now_ms)?;
    }
    Ok(true)
}

/// Pages of organizations in the feed.
pub(crate) struct Kind;

impl FeedKind for Kind {
    fn kind(&self) -> DocumentKind {
        DocumentKind::Branch
    }

    fn shelf(&self) -> Option<Shelf> {
        Some(Shelf {
            table: "branch_pages",
            shown: "withdrawn_at_ms IS NULL",
        })
    }

    fn documents(&self, tx: &mut Tx<'_>, ids: &[&str]) -> Result<Vec<Document>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "{SELECT} WHERE p.withdrawn_at_ms IS NULL AND p.id IN ({})",
            placeholders(1, ids.len())
        );
        let values: Vec<Value> = ids.iter().copied().map(Value::from).collect();
        tx.query(&sql, &values)?
            .iter()
            .map(|row| Ok(record(row)?.to_document().into()))
            .collect()
    }

    /// The members of an organization are counted on its page and on those above it. Each page is counted
    /// once, however many were registered, and announced only with another number.
    fn follow(&self, tx: &mut WriteTx<'_>, touched: &BTreeSet<Touch>) -> Result<()> {
        let mut pages = BTreeMap::new();
        for Touch { audience_id, .. } in touched.iter().filter(|touch| of_members(touch)) {
            let rows = tx.query(
                "SELECT p.id, p.audience_id, p.members, p.updated_at_ms
                 FROM organization_lines l JOIN branch_pages p ON p.id = l.ancestor_id
                 WHERE l.organization_id = ?1 AND p.withdrawn_at_ms IS NULL",
                params![audience_id],
            )?;
            for row in rows {
                let known = (row.text(1)?, row.int(2)?, row.int(3)?);
                pages.insert(row.text(0)?, known);
            }
        }
        for (id, (audience_id, known, updated_at_ms)) in pages {
            let members = count(tx, &id)?;
            if members == known {
                continue;
            }
            tx.execute(
                "UPDATE branch_pages SET members = ?2 WHERE id = ?1",
                params![&id, members],
            )?;
            // Of an entry that is live nobody asks when it changed.
            feed_entries::put(tx, DocumentKind::Branch, &id, &audience_id, updated_at_ms)?;
        }
        Ok(())
    }
}

/// Whether members of an organization changed: the stations above it have other people then.
fn of_members(touch: &Touch) -> bool {
    *touch == Touch::new(Topic::People, Audience::StationsAbove(&touch.audience_id))
}

/// How many party members an organization and those below it have: full and probationary ones.
fn count(tx: &mut Tx<'_>, organization_id: &str) -> Result<i64> {
    tx.query_one(
        "SELECT COUNT(*) FROM organization_lines l JOIN members m ON m.organization_id = l.organization_id
         WHERE l.ancestor_id = ?1 AND m.left_at_ms IS NULL AND m.status IN ('full', 'probationary')",
        params![organization_id],
    )?
    .int(0)
}

/// The page of an organization if it can be seen.
fn seen(tx: &mut Tx<'_>, id: &str) -> Result<Option<Record>> {
    Ok(get(tx, id)?.filter(|page| page.withdrawn_at_ms.is_none()))
}

fn existing(tx: &mut Tx<'_>, id: &str) -> Result<Record> {
    get(tx, id)?.ok_or(Error::NotFound("page"))
}

/// Fails unless this is the version of the page that can be seen; 0 where there is none.
fn expected(tx: &mut Tx<'_>, id: &str, read: Seen) -> Result<()> {
    read.check(seen(tx, id)?.map_or(0, |page| page.version))
}

fn write(
    tx: &mut WriteTx<'_>,
    organization_id: &str,
    content: &Content,
    published_at_ms: i64,
    now_ms: i64,
) -> Result<()> {
    tree::require(tx, &[organization_id, &content.audience_id])?;
    let members = count(tx, organization_id)?;
    tx.execute(
        "INSERT INTO branch_pages (id, organization_id, audience_id, version, secretary, telephone, photo,
             introduction, members, published_at_ms, created_at_ms, updated_at_ms)
         VALUES (?1, ?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)
         ON CONFLICT (id) DO UPDATE SET audience_id = excluded.audience_id, version = branch_pages.version + 1,
             secretary = excluded.secretary, telephone = excluded.telephone, photo = excluded.photo,
             introduction = excluded.introduction, members = excluded.members,
             published_at_ms = excluded.published_at_ms, withdrawn_at_ms = NULL,
             updated_at_ms = excluded.updated_at_ms",
        params![
            organization_id,
            &content.audience_id,
            &content.secretary,
            &content.telephone,
            content.photo.as_ref().map(to_json).transpose()?,
            to_json(&content.introduction)?,
            members,
            published_at_ms,
            now_ms,
        ],
    )?;
    feed_entries::put(
        tx,
        DocumentKind::Branch,
        organization_id,
        &content.audience_id,
        now_ms,
    )
}

fn take_back(tx: &mut WriteTx<'_>, id: &str, now_ms: i64) -> Result<()> {
    tx.execute(
        "UPDATE branch_pages SET withdrawn_at_ms = ?2, version = version + 1, updated_at_ms = ?2 WHERE id = ?1",
        params![id, now_ms],
    )?;
    feed_entries::delete(tx, id, now_ms)
}

fn record(row: &Row) -> Result<Record> {
    let id = row.text(0)?;
    Ok(Record {
        organization: OrganizationRef {
            id: id.clone(),
            name: row.text(10)?,
        },
        organization_code: row.text(11)?,
        audience_code: row.text(12)?,
        version: row.int(1)?,
        members: u32::try_from(row.int(7)?).unwrap_or(0),
        published_at_ms: row.int(8)?,
        withdrawn_at_ms: row.opt_int(9)?,
        content: Content {
            audience_id: row.text(2)?,
            secretary: row.text(3)?,
            telephone: row.text(4)?,
            photo: row.opt_text(5)?.as_deref().map(from_json).transpose()?,
            introduction: from_json(&row.text(6)?)?,
        },
        id,
    })
}
