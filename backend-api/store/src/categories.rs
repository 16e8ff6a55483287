//! Categories of one-key service and of suggestions: what is asked at a TV, and who answers.
//!
//! They are visible from when they are written until they are withdrawn; none is deleted, since what was
//! asked keeps its category. Every change of what terminals see goes to the [feed](crate::feed) in the same
//! transaction, and so does another name of the office that answers. Staff name the version they have seen;
//! a later one means [`Error::Stale`].

use std::collections::BTreeSet;

use contract::category::StaffCategory;
use contract::feed::Document;
use contract::kinds::DocumentKind;
use contract::organization::OrganizationRef;
use contract::request::{Category, CategoryDraft, CategoryKind, ClockKind, Level};

use crate::codec::{from_json, from_name, new_id, to_json, to_name};
use crate::driver::{Row, Tx, WriteTx, params};
use crate::error::{Error, Result};
use crate::feed_entries;
use crate::feed_kind::{self, FeedKind, Shelf};
use crate::journal::{Audience, Topic};
use crate::part::{Part, Promise};
use crate::source::{self, Imported, Outcome, Source, SourceEntry};
use crate::touch::Touch;
use crate::tree;
use crate::versions::Seen;

pub(crate) const PART: Part = Part {
    tables: &["categories"],
    promises: &[Promise {
        broken: "a category tells another name of its office than it has",
        cases: "SELECT c.id FROM categories c JOIN organizations o ON o.id = c.office_id
                WHERE c.withdrawn_at_ms IS NULL AND c.office <> o.name",
    }],
    ..Part::EMPTY
};

/// What terminals are told of who answers where the asker's own village does.
const OWN_VILLAGE: &str = "本村（社区）";

const SELECT: &str = "SELECT c.id, c.code, c.organization_id, c.version, c.digit, c.title, c.icon, c.about, \
                      c.kind, c.office_id, c.office, c.response_hours, c.clock, c.least_level, c.sentences, \
                      c.papers, c.canned_replies, c.withdrawn_at_ms, o.name, o.code, f.code \
                      FROM categories c JOIN organizations o ON o.id = c.organization_id \
                      LEFT JOIN organizations f ON f.id = c.office_id";

/// What somebody writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// The organization whose subtree may ask in it.
    pub organization_id: String,
    /// Its key, 1 to 9; suggestions 0.
    pub digit: u8,
    /// Name on the tile.
    pub title: String,
    /// Name of an icon; may be empty.
    pub icon: String,
    /// What it is for.
    pub about: String,
    /// What it is for, to the program.
    pub kind: CategoryKind,
    /// Who answers; `None`: the asker's own village.
    pub office_id: Option<String>,
    /// Hours until the first response.
    pub response_hours: u32,
    /// By which clock.
    pub clock: ClockKind,
    /// What belongs at least so high.
    pub least_level: Level,
    /// Common sentences.
    pub sentences: Vec<String>,
    /// Papers to bring.
    pub papers: Vec<String>,
    /// Sentences staff answer with.
    pub canned_replies: Vec<String>,
}

/// A stored category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Id.
    pub id: String,
    /// Short code that staff write, unique in the installation.
    pub code: String,
    /// Counts up with every change.
    pub version: i64,
    /// What was written.
    pub content: Content,
    /// Whose subtree may ask in it.
    pub organization: OrganizationRef,
    /// Code of that organization.
    pub organization_code: String,
    /// Who answers, as people read it.
    pub office: String,
    /// Code of the office; `None`: the asker's own village.
    pub office_code: Option<String>,
    /// When it was taken back.
    pub withdrawn_at_ms: Option<i64>,
}

impl Record {
    /// As a terminal shows it.
    #[must_use]
    pub fn to_document(&self) -> Category {
        let content = self.content.clone();
        Category {
            id: self.id.clone(),
            digit: content.digit,
            title: content.title,
            icon: content.icon,
            about: content.about,
            kind: content.kind,
            office: self.office.clone(),
            response_hours: content.response_hours,
            clock: content.clock,
            sentences: content.sentences,
            papers: content.papers,
        }
    }

    /// As staff see it.
    #[must_use]
    pub fn to_staff(&self) -> StaffCategory {
        let content = self.content.clone();
        StaffCategory {
            id: self.id.clone(),
            code: self.code.clone(),
            version: self.version,
            organization: self.organization.clone(),
            office: self.office.clone(),
            draft: CategoryDraft {
                organization_code: self.organization_code.clone(),
                digit: content.digit,
                title: content.title,
                icon: content.icon,
                about: content.about,
                kind: content.kind,
                office_code: self.office_code.clone(),
                response_hours: content.response_hours,
                clock: content.clock,
                least_level: content.least_level,
                sentences: content.sentences,
                papers: content.papers,
                canned_replies: content.canned_replies,
            },
        }
    }
}

/// Writes the category with this code, visible from now on. `read` is the version that was seen; 0 where
/// there was none.
///
/// # Errors
/// [`Error::NotFound`] if an organization does not exist, [`Error::Stale`].
pub fn publish(
    tx: &mut WriteTx<'_>,
    code: &str,
    read: Seen,
    content: &Content,
    now_ms: i64,
) -> Result<Record> {
    read.check(seen(tx, code)?.map_or(0, |category| category.version))?;
    write(tx, code, content, now_ms)
}

/// The category with this id, withdrawn or not.
///
/// # Errors
/// The database failed.
pub fn get(tx: &mut Tx<'_>, id: &str) -> Result<Option<Record>> {
    tx.query_opt(&format!("{SELECT} WHERE c.id = ?1"), params![id])?
        .as_ref()
        .map(record)
        .transpose()
}

/// The category with this code, withdrawn or not.
///
/// # Errors
/// The database failed.
pub fn by_code(tx: &mut Tx<'_>, code: &str) -> Result<Option<Record>> {
    tx.query_opt(&format!("{SELECT} WHERE c.code = ?1"), params![code])?
        .as_ref()
        .map(record)
        .transpose()
}

/// Those that staff of `within` see and that are not withdrawn, those made last first: of their own
/// organization, of those below it and, since their people may ask in them too, of those above it. At most
/// `limit`, made before the one with the id `before`.
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
            "{SELECT} WHERE c.withdrawn_at_ms IS NULL
               AND (c.organization_id IN (SELECT organization_id FROM organization_lines WHERE ancestor_id = ?1)
                 OR c.organization_id IN (SELECT ancestor_id FROM organization_lines WHERE organization_id = ?1))
               AND (CAST(?2 AS TEXT) IS NULL OR c.id < ?2)
             ORDER BY c.id DESC LIMIT ?3"
        ),
        params![within, before, limit],
    )?;
    rows.iter().map(record).collect()
}

/// Another category than the one with this code that has this key on a TV of `organization_id` or below it.
///
/// # Errors
/// The database failed.
pub fn with_digit(
    tx: &mut Tx<'_>,
    organization_id: &str,
    digit: u8,
    code: &str,
) -> Result<Option<Record>> {
    let rows = tx.query(
        &format!(
            "{SELECT} WHERE c.withdrawn_at_ms IS NULL AND c.digit = ?2 AND c.code <> ?3
               AND (c.organization_id IN (SELECT organization_id FROM organization_lines WHERE ancestor_id = ?1)
                 OR c.organization_id IN (SELECT ancestor_id FROM organization_lines WHERE organization_id = ?1))
             ORDER BY c.id LIMIT 1"
        ),
        params![organization_id, i64::from(digit), code],
    )?;
    rows.first().map(record).transpose()
}

/// Takes the category with this code back; terminals forget it.
///
/// # Errors
/// [`Error::NotFound`] without one that can be seen, [`Error::Stale`].
pub fn withdraw(tx: &mut WriteTx<'_>, code: &str, read: Seen, now_ms: i64) -> Result<Record> {
    let found = seen(tx, code)?.ok_or(Error::NotFound("category"))?;
    read.check(found.version)?;
    take_back(tx, &found.id, now_ms)?;
    Ok(found)
}

/// Creates or replaces the category of a row of a content folder. One that staff wrote under this code is the
/// row's from now on.
///
/// # Errors
/// [`Error::NotFound`] if an organization does not exist.
pub fn import(
    tx: &mut WriteTx<'_>,
    source: &Source,
    code: &str,
    content: &Content,
    now_ms: i64,
) -> Result<Imported> {
    let old = by_code(tx, code)?;
    if let Some(known) = source::find(tx, "categories", &source.key)? {
        let is_same = old.as_ref().is_some_and(|old| old.id == known.id);
        if is_same && known.hash.as_deref() == Some(&source.hash) {
            return Ok(Imported {
                id: known.id,
                outcome: Outcome::Unchanged,
            });
        }
        if !is_same {
            withdraw_source(tx, &source.key, now_ms)?;
            tx.execute(
                "UPDATE categories SET source_key = NULL WHERE id = ?1",
                params![&known.id],
            )?;
        }
    }
    let outcome = match old {
        Some(_) => Outcome::Updated,
        None => Outcome::Created,
    };
    let written = write(tx, code, content, now_ms)?;
    tx.execute(
        "UPDATE categories SET source_key = ?2, source_hash = ?3 WHERE id = ?1",
        params![&written.id, &source.key, &source.hash],
    )?;
    Ok(Imported {
        id: written.id,
        outcome,
    })
}

/// Every imported category, by key.
///
/// # Errors
/// The database failed.
pub fn sources(tx: &mut Tx<'_>) -> Result<Vec<SourceEntry>> {
    source::list(tx, "categories")
}

/// Takes back the category of a row that has disappeared; tells whether there was anything to take back.
/// Should the row return, importing it publishes it again.
///
/// # Errors
/// The database failed.
pub fn withdraw_source(tx: &mut WriteTx<'_>, key: &str, now_ms: i64) -> Result<bool> {
    let Some(SourceEntry {
        id, hash: Some(_), ..
    }) = source::find(tx, "categories", key)?
    else {
        return Ok(false);
    };
    tx.execute(
        "UPDATE categories SET source_hash = NULL WHERE id = ?1",
        params![&id],
    )?;
    if get(tx, &id)?.is_some_and(|category| category.withdrawn_at_ms.is_none()) {
        take_back(tx, &id, now_ms)?;
    }
    Ok(true)
}

/// Categories in the feed.
pub(crate) struct Kind;

/// What terminals are shown.
const SHOWN: &str = "c.withdrawn_at_ms IS NULL";

impl FeedKind for Kind {
    fn kind(&self) -> DocumentKind {
        DocumentKind::Category
    }

    fn shelf(&self) -> Option<Shelf> {
        Some(Shelf {
            table: "categories",
            shown: "withdrawn_at_ms IS NULL",
        })
    }

    fn documents(&self, tx: &mut Tx<'_>, ids: &[&str]) -> Result<Vec<Document>> {
        feed_kind::shown(tx, SELECT, SHOWN, "c.id", ids, |row| {
            Ok(record(row)?.to_document().into())
        })
    }

    /// A category tells what the office is called that answers.
    fn follow(&self, tx: &mut WriteTx<'_>, touched: &BTreeSet<Touch>) -> Result<()> {
        for Touch { audience_id, .. } in touched.iter().filter(|touch| of_a_name(touch)) {
            let rows = tx.query(
                "SELECT c.id, c.audience_id, c.updated_at_ms, o.name
                 FROM categories c JOIN organizations o ON o.id = c.office_id
                 WHERE c.office_id = ?1 AND c.office <> o.name",
                params![audience_id],
            )?;
            for row in rows {
                let (id, name) = (row.text(0)?, row.text(3)?);
                tx.execute(
                    "UPDATE categories SET office = ?2, version = version + 1 WHERE id = ?1",
                    params![&id, name],
                )?;
                if get(tx, &id)?.is_some_and(|category| category.withdrawn_at_ms.is_none()) {
                    // Of an entry that is live nobody asks when it changed.
                    feed_entries::put(tx, DocumentKind::Category, &id, &row.text(1)?, row.int(2)?)?;
                }
            }
        }
        Ok(())
    }
}

/// Whether an organization may have another name: its terminals carry it.
fn of_a_name(touch: &Touch) -> bool {
    *touch == Touch::new(Topic::Terminals, Audience::At(&touch.audience_id))
}

/// The category with this code if it can be seen.
fn seen(tx: &mut Tx<'_>, code: &str) -> Result<Option<Record>> {
    Ok(by_code(tx, code)?.filter(|category| category.withdrawn_at_ms.is_none()))
}

fn write(tx: &mut WriteTx<'_>, code: &str, content: &Content, now_ms: i64) -> Result<Record> {
    tree::require(tx, &[&content.organization_id])?;
    let office = match &content.office_id {
        Some(id) => {
            tree::get(tx, id)?
                .ok_or(Error::NotFound("organization"))?
                .name
        }
        None => OWN_VILLAGE.to_owned(),
    };
    tx.execute(
        "INSERT INTO categories (id, code, organization_id, audience_id, version, digit, title, icon, about, kind,
             office_id, office, response_hours, clock, least_level, sentences, papers, canned_replies,
             created_at_ms, updated_at_ms)
         VALUES (?1, ?2, ?3, ?3, 1, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?17)
         ON CONFLICT (code) DO UPDATE SET organization_id = excluded.organization_id,
             audience_id = excluded.audience_id, version = categories.version + 1, digit = excluded.digit,
             title = excluded.title, icon = excluded.icon, about = excluded.about, kind = excluded.kind,
             office_id = excluded.office_id, office = excluded.office, response_hours = excluded.response_hours,
             clock = excluded.clock, least_level = excluded.least_level, sentences = excluded.sentences,
             papers = excluded.papers, canned_replies = excluded.canned_replies, withdrawn_at_ms = NULL,
             updated_at_ms = excluded.updated_at_ms",
        params![
            new_id(now_ms),
            code,
            &content.organization_id,
            i64::from(content.digit),
            &content.title,
            &content.icon,
            &content.about,
            to_name(&content.kind)?,
            content.office_id.as_deref(),
            office,
            i64::from(content.response_hours),
            to_name(&content.clock)?,
            to_name(&content.least_level)?,
            to_json(&content.sentences)?,
            to_json(&content.papers)?,
            to_json(&content.canned_replies)?,
            now_ms,
        ],
    )?;
    let written = by_code(tx, code)?.ok_or(Error::NotFound("category"))?;
    feed_entries::put(
        tx,
        DocumentKind::Category,
        &written.id,
        &content.organization_id,
        now_ms,
    )?;
    Ok(written)
}

fn take_back(tx: &mut WriteTx<'_>, id: &str, now_ms: i64) -> Result<()> {
    tx.execute(
        "UPDATE categories SET withdrawn_at_ms = ?2, version = version + 1, updated_at_ms = ?2 WHERE id = ?1",
        params![id, now_ms],
    )?;
    feed_entries::delete(tx, id, now_ms)
}

fn record(row: &Row) -> Result<Record> {
    let organization_id = row.text(2)?;
    Ok(Record {
        id: row.text(0)?,
        code: row.text(1)?,
        version: row.int(3)?,
        organization: OrganizationRef {
            id: organization_id.clone(),
            name: row.text(18)?,
        },
        organization_code: row.text(19)?,
        office: row.text(10)?,
        office_code: row.opt_text(20)?,
        withdrawn_at_ms: row.opt_int(17)?,
        content: Content {
            organization_id,
            digit: u8::try_from(row.int(4)?).unwrap_or(0),
            title: row.text(5)?,
            icon: row.text(6)?,
            about: row.text(7)?,
            kind: from_name(row.text(8)?)?,
            office_id: row.opt_text(9)?,
            response_hours: u32::try_from(row.int(11)?).unwrap_or(0),
            clock: from_name(row.text(12)?)?,
            least_level: from_name(row.text(13)?)?,
            sentences: from_json(&row.text(14)?)?,
            papers: from_json(&row.text(15)?)?,
            canned_replies: from_json(&row.text(16)?)?,
        },
    })
}
