//! Programmes: video on demand. They come from import, are recordings, or staff make them of what they uploaded:
//! then they are drafts first. They are visible until withdrawn.

use contract::feed::Document;
use contract::file::Picture;
use contract::kinds::DocumentKind;
use contract::organization::OrganizationRef;
use contract::programme::{Caption, Programme, Rendition};
use contract::staff::TakenBack;
use contract::staff_programme::{Film, FilmState, ProgrammeStand, ProgrammeState, StaffProgramme};

use crate::codec::{from_json, new_id, to_json};
use crate::driver::{Row, Tx, WriteTx, params};
use crate::error::{Error, Result};
use crate::feed_entries;
use crate::feed_kind::{self, FeedKind, Shelf};
use crate::films;
use crate::found_by;
use crate::part::Part;
use crate::source::{self, Imported, Outcome, Source, SourceEntry};
use crate::tree;
use crate::versions::Seen;
use crate::wanted::Wanted;

pub(crate) const PART: Part = Part {
    tables: &["programmes"],
    ..Part::EMPTY
};

const SELECT: &str = "SELECT p.id, p.category, p.organization_id, p.audience_id, p.title, p.description, \
                      p.published_at_ms, p.duration_ms, p.poster, p.renditions, p.captions, p.withdrawn_at_ms, \
                      p.source_key, o.name, p.version, p.draft, p.updated_at_ms, o.code, a.code, f.state, \
                      f.percent, f.problem, f.upload_id, p.taken_back \
                      FROM programmes p JOIN organizations o ON o.id = p.organization_id \
                      JOIN organizations a ON a.id = p.audience_id \
                      LEFT JOIN films f ON f.programme_id = p.id";

/// Condition on its columns: terminals are shown it.
const SHOWN: &str = "withdrawn_at_ms IS NULL AND draft = 0";

/// What a programme consists of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// Id of the list it belongs to.
    pub category: String,
    /// Who publishes it.
    pub organization_id: String,
    /// The organization whose subtree may watch it.
    pub audience_id: String,
    /// Title.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// Date it carries.
    pub published_at_ms: i64,
    /// Length.
    pub duration_ms: i64,
    /// Still picture.
    pub poster: Picture,
    /// The same programme in different qualities, best first.
    pub renditions: Vec<Rendition>,
    /// Captions, one a language.
    pub captions: Vec<Caption>,
}

impl Content {
    fn found_by(&self) -> String {
        found_by::document(&self.title, &self.description, &[])
    }
}

/// Which programmes to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// Those published by this organization or one below it.
    pub within: &'a str,
    /// Only those of this list.
    pub list: Option<&'a str>,
    /// Only those with these words, or whose title, or whose organization, is read so.
    pub text: Option<&'a str>,
    /// Only those with captions, or only those without.
    pub captions: Option<bool>,
    /// Only those that stand so.
    pub stand: Option<ProgrammeStand>,
    /// Not those that were withdrawn.
    pub kept: bool,
}

/// A stored programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Id.
    pub id: String,
    /// What it consists of.
    pub content: Content,
    /// Who publishes it.
    pub organization: OrganizationRef,
    /// When it was taken back.
    pub withdrawn_at_ms: Option<i64>,
    /// Key of the item it was imported from.
    pub source_key: Option<String>,
    /// Counts up with every change that staff make.
    pub version: i64,
    /// Staff have not published it.
    pub draft: bool,
    /// When it was changed last.
    pub updated_at_ms: i64,
    /// Code of the organization that publishes it.
    pub organization_code: String,
    /// Code of the organization whose subtree may watch it.
    pub audience_code: String,
    /// Its film.
    pub film: Film,
    /// Why staff withdrew it.
    pub taken_back: Option<TakenBack>,
}

impl Record {
    /// Where it stands.
    #[must_use]
    pub const fn state(&self) -> ProgrammeState {
        match (self.withdrawn_at_ms, self.draft) {
            (Some(_), _) => ProgrammeState::Withdrawn,
            (None, true) => ProgrammeState::Draft,
            (None, false) => ProgrammeState::Published,
        }
    }

    /// As staff see it, without figures.
    #[must_use]
    pub fn to_staff(&self) -> StaffProgramme {
        StaffProgramme {
            programme: self.to_document(),
            state: self.state(),
            version: self.version,
            organization_code: self.organization_code.clone(),
            audience_code: self.audience_code.clone(),
            imported: self.source_key.is_some(),
            updated_at_ms: self.updated_at_ms,
            film: self.film.clone(),
            taken_back: self.taken_back.clone(),
            figures: None,
        }
    }

    /// As a terminal shows and plays it.
    #[must_use]
    pub fn to_document(&self) -> Programme {
        let content = self.content.clone();
        Programme {
            id: self.id.clone(),
            category: content.category,
            organization: self.organization.clone(),
            title: content.title,
            description: content.description,
            published_at_ms: content.published_at_ms,
            duration_ms: content.duration_ms,
            poster: content.poster,
            renditions: content.renditions,
            captions: content.captions,
        }
    }
}

/// Creates or replaces the programme of an item of a content folder.
///
/// # Errors
/// [`Error::NotFound`] if publisher or audience does not exist.
pub fn import(
    tx: &mut WriteTx<'_>,
    source: &Source,
    content: &Content,
    now_ms: i64,
) -> Result<Imported> {
    let old = source::find(tx, "programmes", &source.key)?;
    if let Some(old) = &old
        && old.hash.as_deref() == Some(&source.hash)
    {
        return Ok(Imported {
            id: old.id.clone(),
            outcome: Outcome::Unchanged,
        });
    }
    tree::require(tx, &[&content.organization_id, &content.audience_id])?;
    let outcome = if old.is_some() {
        Outcome::Updated
    } else {
        Outcome::Created
    };
    let id = old.map_or_else(|| new_id(now_ms), |old| old.id);
    tx.execute(
        "INSERT INTO programmes (id, category, organization_id, audience_id, title, description, published_at_ms,
             duration_ms, poster, renditions, captions, source_key, source_hash, created_at_ms, updated_at_ms,
             found_by)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?14, ?15)
         ON CONFLICT (id) DO UPDATE SET category = excluded.category, organization_id = excluded.organization_id,
             audience_id = excluded.audience_id, title = excluded.title, description = excluded.description,
             published_at_ms = excluded.published_at_ms, duration_ms = excluded.duration_ms,
             poster = excluded.poster, renditions = excluded.renditions, captions = excluded.captions,
             source_hash = excluded.source_hash, updated_at_ms = excluded.updated_at_ms, withdrawn_at_ms = NULL,
             taken_back = NULL, draft = 0, found_by = excluded.found_by, version = programmes.version + 1",
        params![
            &id,
            &content.category,
            &content.organization_id,
            &content.audience_id,
            &content.title,
            &content.description,
            content.published_at_ms,
            content.duration_ms,
            to_json(&content.poster)?,
            to_json(&content.renditions)?,
            to_json(&content.captions)?,
            &source.key,
            &source.hash,
            now_ms,
            content.found_by(),
        ],
    )?;
    feed_entries::put(
        tx,
        DocumentKind::Programme,
        &id,
        &content.audience_id,
        now_ms,
    )?;
    Ok(Imported { id, outcome })
}

/// Publishes a programme that is not from a content folder, such as a recording.
///
/// # Errors
/// [`Error::NotFound`] if publisher or audience does not exist.
pub fn create(tx: &mut WriteTx<'_>, content: &Content, now_ms: i64) -> Result<String> {
    let id = insert(tx, content, false, now_ms)?;
    shown(tx, &id, &content.audience_id, now_ms)?;
    Ok(id)
}

/// Makes a programme that nobody but staff is shown until it is [published](publish).
///
/// # Errors
/// [`Error::NotFound`] if publisher or audience does not exist.
pub fn draft(tx: &mut WriteTx<'_>, content: &Content, now_ms: i64) -> Result<String> {
    insert(tx, content, true, now_ms)
}

fn insert(tx: &mut WriteTx<'_>, content: &Content, draft: bool, now_ms: i64) -> Result<String> {
    tree::require(tx, &[&content.organization_id, &content.audience_id])?;
    let id = new_id(now_ms);
    tx.execute(
        "INSERT INTO programmes (id, category, organization_id, audience_id, title, description, published_at_ms,
             duration_ms, poster, renditions, captions, created_at_ms, updated_at_ms, draft, found_by)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?12, ?13, ?14)",
        params![
            &id,
            &content.category,
            &content.organization_id,
            &content.audience_id,
            &content.title,
            &content.description,
            content.published_at_ms,
            content.duration_ms,
            to_json(&content.poster)?,
            to_json(&content.renditions)?,
            to_json(&content.captions)?,
            now_ms,
            draft,
            content.found_by(),
        ],
    )?;
    Ok(id)
}

fn shown(tx: &mut WriteTx<'_>, id: &str, audience_id: &str, now_ms: i64) -> Result<()> {
    feed_entries::put(tx, DocumentKind::Programme, id, audience_id, now_ms)
}

/// Replaces what staff write of a programme, but not its film; one that is published changes on every television.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], [`Error::WrongState`] if it was withdrawn.
pub fn edit(
    tx: &mut WriteTx<'_>,
    id: &str,
    seen: Seen,
    content: &Content,
    now_ms: i64,
) -> Result<Record> {
    let old = existing(tx, id)?;
    seen.check(old.version)?;
    if old.state() == ProgrammeState::Withdrawn {
        return Err(Error::WrongState(old.state().into()));
    }
    tree::require(tx, &[&content.organization_id, &content.audience_id])?;
    tx.execute(
        "UPDATE programmes SET version = version + 1, category = ?2, organization_id = ?3, audience_id = ?4,
             title = ?5, description = ?6, published_at_ms = ?7, poster = ?8, captions = ?9, updated_at_ms = ?10,
             found_by = ?11
         WHERE id = ?1",
        params![
            id,
            &content.category,
            &content.organization_id,
            &content.audience_id,
            &content.title,
            &content.description,
            content.published_at_ms,
            to_json(&content.poster)?,
            to_json(&content.captions)?,
            now_ms,
            content.found_by(),
        ],
    )?;
    if !old.draft {
        shown(tx, id, &content.audience_id, now_ms)?;
    }
    existing(tx, id)
}

/// Shows a draft whose film is ready to its audience. It carries the date `dated_at_ms`.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], [`Error::WrongState`] if it is no draft or its film is not ready.
pub fn publish(
    tx: &mut WriteTx<'_>,
    id: &str,
    seen: Seen,
    dated_at_ms: i64,
    now_ms: i64,
) -> Result<Record> {
    let old = existing(tx, id)?;
    seen.check(old.version)?;
    if old.state() != ProgrammeState::Draft {
        return Err(Error::WrongState(old.state().into()));
    }
    if old.film.state != FilmState::Ready {
        return Err(Error::WrongState(old.film.state.into()));
    }
    tx.execute(
        "UPDATE programmes SET version = version + 1, draft = 0, published_at_ms = ?2, updated_at_ms = ?3
         WHERE id = ?1",
        params![id, dated_at_ms, now_ms],
    )?;
    shown(tx, id, &old.content.audience_id, now_ms)?;
    existing(tx, id)
}

/// Gives a programme its film, and a still picture if it has none. What staff write of it stays as it is, so
/// nobody's version is another one by that.
///
/// # Errors
/// [`Error::NotFound`], or the database failed.
pub fn set_film(
    tx: &mut WriteTx<'_>,
    id: &str,
    rendition: &Rendition,
    duration_ms: i64,
    poster: &Picture,
    now_ms: i64,
) -> Result<()> {
    let old = existing(tx, id)?;
    let poster = if old.content.poster == Picture::default() {
        poster
    } else {
        &old.content.poster
    };
    tx.execute(
        "UPDATE programmes SET renditions = ?2, duration_ms = ?3, poster = ?4 WHERE id = ?1",
        params![id, to_json(&[rendition])?, duration_ms, to_json(poster)?],
    )?;
    if old.state() == ProgrammeState::Published {
        shown(tx, id, &old.content.audience_id, now_ms)?;
    }
    Ok(())
}

fn existing(tx: &mut Tx<'_>, id: &str) -> Result<Record> {
    get(tx, id)?.ok_or(Error::NotFound("programme"))
}

/// The programme with this id, withdrawn ones too.
///
/// # Errors
/// The database failed.
pub fn get(tx: &mut Tx<'_>, id: &str) -> Result<Option<Record>> {
    tx.query_opt(&format!("{SELECT} WHERE p.id = ?1"), params![id])?
        .as_ref()
        .map(record)
        .transpose()
}

/// At most `limit` programmes, newest first, created before the one with the id `before`.
///
/// # Errors
/// The database failed.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &Filter<'_>,
    before: Option<&str>,
    limit: u32,
) -> Result<Vec<Record>> {
    let mut wanted = Wanted::within(tx, "p.organization_id", filter.within)?;
    wanted.and_if(before, "p.id < @");
    wanted.and_if(filter.list, "p.category = @");
    let text = filter.text.and_then(found_by::pattern);
    let said = "(p.found_by LIKE @ ESCAPE '~' OR o.found_by LIKE @ ESCAPE '~')";
    wanted.and_if(text, said);
    match filter.captions {
        None => {}
        Some(true) => wanted.and("p.captions <> '[]'"),
        Some(false) => wanted.and("p.captions = '[]'"),
    }
    let is_withdrawn = filter.stand == Some(ProgrammeStand::Withdrawn);
    if !is_withdrawn && (filter.kept || filter.stand.is_some()) {
        wanted.and("p.withdrawn_at_ms IS NULL");
    }
    match filter.stand {
        None => {}
        Some(ProgrammeStand::Withdrawn) => wanted.and("p.withdrawn_at_ms IS NOT NULL"),
        Some(ProgrammeStand::Published) => wanted.and("p.draft = 0"),
        Some(ProgrammeStand::Draft) => {
            wanted.and("p.draft = 1 AND (f.state IS NULL OR f.state = 'ready')");
        }
        Some(ProgrammeStand::Making) => {
            wanted.and("p.draft = 1 AND f.state IN ('waiting', 'transcoding')");
        }
        Some(ProgrammeStand::Failed) => wanted.and("p.draft = 1 AND f.state = 'failed'"),
    }
    let (sql, values) = wanted.newest(SELECT, "p.id", limit);
    let rows = tx.query(&sql, &values)?;
    rows.iter().map(record).collect()
}

/// Takes a programme back; tells whether it was visible.
///
/// # Errors
/// The database failed.
pub fn withdraw(tx: &mut WriteTx<'_>, id: &str, now_ms: i64) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE programmes SET version = version + 1, withdrawn_at_ms = ?2, updated_at_ms = ?2
         WHERE id = ?1 AND withdrawn_at_ms IS NULL",
        params![id, now_ms],
    )?;
    if changed > 0 {
        feed_entries::delete(tx, id, now_ms)?;
    }
    Ok(changed > 0)
}

/// Keeps why it is withdrawn, which is done in the same transaction.
///
/// # Errors
/// The database failed.
pub fn keep_why(tx: &mut WriteTx<'_>, id: &str, why: &TakenBack) -> Result<()> {
    tx.execute(
        "UPDATE programmes SET taken_back = ?2 WHERE id = ?1",
        params![id, to_json(why)?],
    )?;
    Ok(())
}

/// Every imported programme, by key.
///
/// # Errors
/// The database failed.
pub fn sources(tx: &mut Tx<'_>) -> Result<Vec<SourceEntry>> {
    source::list(tx, "programmes")
}

/// Takes back the programme of an item that has disappeared from its folder; tells whether there
/// was anything to take back. Should the item return, importing it publishes it again.
///
/// # Errors
/// The database failed.
pub fn withdraw_source(tx: &mut WriteTx<'_>, key: &str, now_ms: i64) -> Result<bool> {
    let Some(SourceEntry {
        id, hash: Some(_), ..
    }) = source::find(tx, "programmes", key)?
    else {
        return Ok(false);
    };
    tx.execute(
        "UPDATE programmes SET source_hash = NULL WHERE id = ?1",
        params![&id],
    )?;
    withdraw(tx, &id, now_ms)?;
    Ok(true)
}

/// Programmes in the feed.
pub(crate) struct Kind;

impl FeedKind for Kind {
    fn kind(&self) -> DocumentKind {
        DocumentKind::Programme
    }

    fn shelf(&self) -> Option<Shelf> {
        Some(Shelf {
            table: "programmes",
            shown: SHOWN,
        })
    }

    fn documents(&self, tx: &mut Tx<'_>, ids: &[&str]) -> Result<Vec<Document>> {
        feed_kind::shown(
            tx,
            SELECT,
            "p.withdrawn_at_ms IS NULL AND p.draft = 0",
            "p.id",
            ids,
            |row| Ok(record(row)?.to_document().into()),
        )
    }
}

fn record(row: &Row) -> Result<Record> {
    let organization_id = row.text(2)?;
    Ok(Record {
        id: row.text(0)?,
        organization: OrganizationRef {
            id: organization_id.clone(),
            name: row.text(13)?,
        },
        withdrawn_at_ms: row.opt_int(11)?,
        source_key: row.opt_text(12)?,
        version: row.int(14)?,
        draft: row.truth(15)?,
        updated_at_ms: row.int(16)?,
        organization_code: row.text(17)?,
        audience_code: row.text(18)?,
        film: films::joined(row, 19)?,
        taken_back: row.opt_text(23)?.as_deref().map(from_json).transpose()?,
        content: Content {
            category: row.text(1)?,
            organization_id,
            audience_id: row.text(3)?,
            title: row.text(4)?,
            description: row.text(5)?,
            published_at_ms: row.int(6)?,
            duration_ms: row.int(7)?,
            poster: from_json(&row.text(8)?)?,
            renditions: from_json(&row.text(9)?)?,
            captions: from_json(&row.text(10)?)?,
        },
    })
}
