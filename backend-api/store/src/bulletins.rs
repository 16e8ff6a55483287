//! Bulletins: draft → submitted → published → withdrawn or expired.
//!
//! Every change of what terminals see goes to the [feed](crate::feed) in the same transaction.
//! Staff name the version they have seen; a later one means [`Error::Stale`].

use contract::bulletin::{Block, Bulletin, BulletinState};
use contract::feed::Document;
use contract::file::Picture;
use contract::kinds::DocumentKind;
use contract::organization::OrganizationRef;
use contract::staff::{BulletinConfirmed, BulletinDraft, StaffBulletin, TakenBack};

use crate::codec::{from_json, from_name, new_id, to_json, to_name};
use crate::driver::{Row, Tx, WriteTx, params};
use crate::due;
use crate::error::{Error, Result};
use crate::feed_entries;
use crate::feed_kind::{self, FeedKind, Shelf};
use crate::found_by;
use crate::part::{Part, Promise};
use crate::source::{self, Imported, Outcome, Source, SourceEntry};
use crate::tree;
use crate::versions::Seen;
use crate::wanted::Wanted;

pub(crate) const PART: Part = Part {
    tables: &["bulletins"],
    promises: &[Promise {
        broken: "a bulletin expires and no deadline is planned for it",
        cases: "SELECT b.id FROM bulletins b WHERE b.state = 'published' AND b.expires_at_ms IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM due d WHERE d.kind = 'bulletin_expiry' AND d.subject = b.id)",
    }],
    ..Part::EMPTY
};

const SELECT: &str = "SELECT b.id, b.state, b.version, b.list_id, b.organization_id, b.audience_id, b.title, \
                      b.summary, b.urgent, b.cover, b.body, b.published_at_ms, b.expires_at_ms, b.source_key, \
                      b.created_at_ms, b.updated_at_ms, o.name, o.code, a.code, b.updated_by, b.taken_back, \
                      b.confirmed, b.danger \
                      FROM bulletins b JOIN organizations o ON o.id = b.organization_id \
                      JOIN organizations a ON a.id = b.audience_id";

/// What somebody writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// Id of the list it belongs to.
    pub list: String,
    /// Who publishes it.
    pub organization_id: String,
    /// The organization whose subtree may read it.
    pub audience_id: String,
    /// Title.
    pub title: String,
    /// One or two sentences for lists; may be empty.
    pub summary: String,
    /// When it stops being shown.
    pub expires_at_ms: Option<i64>,
    /// Shown over everything else until it has been read.
    pub urgent: bool,
    /// Danger to life: an urgent one comes over everything at night, too.
    pub danger: bool,
    /// Picture for lists.
    pub cover: Option<Picture>,
    /// The text.
    pub body: Vec<Block>,
    /// What people have said of its numbers and pictures.
    pub confirmed: BulletinConfirmed,
}

impl Content {
    fn found_by(&self) -> String {
        found_by::document(&self.title, &self.summary, &self.body)
    }
}

/// A stored bulletin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Id.
    pub id: String,
    /// Where it stands.
    pub state: BulletinState,
    /// Counts up with every change.
    pub version: i64,
    /// What was written.
    pub content: Content,
    /// Who publishes it.
    pub organization: OrganizationRef,
    /// Code of that organization.
    pub organization_code: String,
    /// Code of the organization whose subtree may read it.
    pub audience_code: String,
    /// When it was published last.
    pub published_at_ms: Option<i64>,
    /// Key of the item it was imported from.
    pub source_key: Option<String>,
    /// When it was created.
    pub created_at_ms: i64,
    /// When it was changed last.
    pub updated_at_ms: i64,
    /// Login name of who changed it last; nothing: the server by itself, or it is not known.
    pub updated_by: Option<String>,
    /// Why it was handed back or withdrawn last, until it is published again.
    pub taken_back: Option<TakenBack>,
}

impl Record {
    /// As a terminal reads it.
    #[must_use]
    pub fn to_document(&self) -> Bulletin {
        let content = self.content.clone();
        Bulletin {
            id: self.id.clone(),
            list: content.list,
            organization: self.organization.clone(),
            title: content.title,
            summary: content.summary,
            published_at_ms: self.published_at_ms.unwrap_or(self.created_at_ms),
            expires_at_ms: content.expires_at_ms,
            urgent: content.urgent,
            danger: content.danger,
            cover: content.cover,
            body: content.body,
        }
    }

    /// As staff see it; what numbers stand in it nobody has looked for.
    #[must_use]
    pub fn to_staff(&self) -> StaffBulletin {
        let content = self.content.clone();
        StaffBulletin {
            id: self.id.clone(),
            state: self.state,
            version: self.version,
            published_at_ms: self.published_at_ms,
            updated_at_ms: self.updated_at_ms,
            updated_by: self.updated_by.clone(),
            taken_back: self.taken_back.clone(),
            confirmed: content.confirmed,
            numbers: Vec::new(),
            draft: BulletinDraft {
                list: content.list,
                organization_code: self.organization_code.clone(),
                audience_code: self.audience_code.clone(),
                title: content.title,
                summary: content.summary,
                expires_at_ms: content.expires_at_ms,
                urgent: content.urgent,
                danger: content.danger,
                cover: content.cover,
                body: content.body,
            },
        }
    }
}

/// Which bulletins to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Those published by this organization or one below it.
    pub within: String,
    /// Only those in this state.
    pub state: Option<BulletinState>,
    /// Only those of this list.
    pub list: Option<String>,
    /// Only those with these words, or whose title is read so.
    pub text: Option<String>,
}

/// Creates a draft.
///
/// # Errors
/// [`Error::NotFound`] if publisher or audience does not exist.
pub fn create(tx: &mut WriteTx<'_>, content: &Content, now_ms: i64) -> Result<Record> {
    let id = insert(tx, content, BulletinState::Draft, None, None, now_ms)?;
    existing(tx, &id)
}

/// The bulletin with this id, in whatever state.
///
/// # Errors
/// The database failed.
pub fn get(tx: &mut Tx<'_>, id: &str) -> Result<Option<Record>> {
    tx.query_opt(&format!("{SELECT} WHERE b.id = ?1"), params![id])?
        .as_ref()
        .map(record)
        .transpose()
}

/// At most `limit` bulletins, newest first, created before the one with the id `before`.
///
/// # Errors
/// The database failed.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &Filter,
    before: Option<&str>,
    limit: u32,
) -> Result<Vec<Record>> {
    let mut wanted = Wanted::within(tx, "b.organization_id", &filter.within)?;
    wanted.and_if(before, "b.id < @");
    let state = filter.state.as_ref().map(to_name).transpose()?;
    wanted.and_if(state, "b.state = @");
    wanted.and_if(filter.list.as_deref(), "b.list_id = @");
    let text = filter.text.as_deref().and_then(found_by::pattern);
    wanted.and_if(text, "b.found_by LIKE @ ESCAPE '~'");
    let (sql, values) = wanted.newest(SELECT, "b.id", limit);
    let rows = tx.query(&sql, &values)?;
    rows.iter().map(record).collect()
}

/// Replaces what was written. A published bulletin stays published, with the new text.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], [`Error::WrongState`] once withdrawn or expired.
pub fn edit(
    tx: &mut WriteTx<'_>,
    id: &str,
    seen: impl Into<Seen>,
    content: &Content,
    now_ms: i64,
) -> Result<Record> {
    use BulletinState::{Draft, Published, Submitted};
    let old = expected(tx, id, seen, &[Draft, Submitted, Published])?;
    replace(tx, id, content, old.state, old.published_at_ms, now_ms)?;
    if old.state == Published {
        feed_entries::put(tx, DocumentKind::Bulletin, id, &content.audience_id, now_ms)?;
    }
    existing(tx, id)
}

/// Draft → submitted.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], [`Error::WrongState`].
pub fn submit(
    tx: &mut WriteTx<'_>,
    id: &str,
    seen: impl Into<Seen>,
    now_ms: i64,
) -> Result<Record> {
    expected(tx, id, seen, &[BulletinState::Draft])?;
    set_state(tx, id, BulletinState::Submitted, now_ms)?;
    existing(tx, id)
}

/// Submitted, withdrawn or expired → draft, to be worked on again.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], [`Error::WrongState`].
pub fn return_to_draft(
    tx: &mut WriteTx<'_>,
    id: &str,
    seen: impl Into<Seen>,
    now_ms: i64,
) -> Result<Record> {
    use BulletinState::{Draft, Expired, Submitted, Withdrawn};
    expected(tx, id, seen, &[Submitted, Withdrawn, Expired])?;
    set_state(tx, id, Draft, now_ms)?;
    existing(tx, id)
}

/// Keeps why it is handed back or withdrawn, which is done in the same transaction.
///
/// # Errors
/// The database failed.
pub fn keep_why(tx: &mut WriteTx<'_>, id: &str, why: &TakenBack) -> Result<()> {
    tx.execute(
        "UPDATE bulletins SET taken_back = ?2 WHERE id = ?1",
        params![id, to_json(why)?],
    )?;
    Ok(())
}

/// Keeps what people have said of its numbers and pictures, as part of a step that counts the version.
///
/// # Errors
/// The database failed.
pub fn confirm(tx: &mut WriteTx<'_>, id: &str, confirmed: &BulletinConfirmed) -> Result<()> {
    tx.execute(
        "UPDATE bulletins SET confirmed = ?2 WHERE id = ?1",
        params![id, to_json(confirmed)?],
    )?;
    Ok(())
}

/// Submitted → published, visible to its audience from now on.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], [`Error::WrongState`].
pub fn publish(
    tx: &mut WriteTx<'_>,
    id: &str,
    seen: impl Into<Seen>,
    now_ms: i64,
) -> Result<Record> {
    let old = expected(tx, id, seen, &[BulletinState::Submitted])?;
    tx.execute(
        "UPDATE bulletins SET published_at_ms = ?2, taken_back = NULL WHERE id = ?1",
        params![id, now_ms],
    )?;
    set_state(tx, id, BulletinState::Published, now_ms)?;
    feed_entries::put(
        tx,
        DocumentKind::Bulletin,
        id,
        &old.content.audience_id,
        now_ms,
    )?;
    existing(tx, id)
}

/// Published → withdrawn; terminals forget it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], [`Error::WrongState`].
pub fn withdraw(
    tx: &mut WriteTx<'_>,
    id: &str,
    seen: impl Into<Seen>,
    now_ms: i64,
) -> Result<Record> {
    expected(tx, id, seen, &[BulletinState::Published])?;
    set_state(tx, id, BulletinState::Withdrawn, now_ms)?;
    feed_entries::delete(tx, id, now_ms)?;
    existing(tx, id)
}

/// Published → expired, if its time has come ([`due::Kind::BulletinExpiry`]). Tells whether it did.
///
/// # Errors
/// The database failed.
pub fn expire(tx: &mut WriteTx<'_>, id: &str, now_ms: i64) -> Result<bool> {
    let row = tx.query_opt(
        "SELECT id FROM bulletins WHERE id = ?1 AND state = 'published' AND expires_at_ms <= ?2",
        params![id, now_ms],
    )?;
    if row.is_some() {
        set_state(tx, id, BulletinState::Expired, now_ms)?;
        feed_entries::delete(tx, id, now_ms)?;
    }
    Ok(row.is_some())
}

/// Creates or replaces the bulletin of an item of a content folder, published since
/// `published_at_ms` (or expired, if its time is over).
///
/// # Errors
/// [`Error::NotFound`] if publisher or audience does not exist.
pub fn import(
    tx: &mut WriteTx<'_>,
    source: &Source,
    content: &Content,
    published_at_ms: i64,
    now_ms: i64,
) -> Result<Imported> {
    let over = content.expires_at_ms.is_some_and(|at| at <= now_ms);
    let state = if over {
        BulletinState::Expired
    } else {
        BulletinState::Published
    };
    let (id, outcome) = match source::find(tx, "bulletins", &source.key)? {
        Some(old) if old.hash.as_deref() == Some(&source.hash) => {
            return Ok(Imported {
                id: old.id,
                outcome: Outcome::Unchanged,
            });
        }
        Some(old) => {
            replace(tx, &old.id, content, state, Some(published_at_ms), now_ms)?;
            tx.execute(
                "UPDATE bulletins SET source_hash = ?2, taken_back = NULL WHERE id = ?1",
                params![&old.id, &source.hash],
            )?;
            (old.id, Outcome::Updated)
        }
        None => (
            insert(
                tx,
                content,
                state,
                Some(source),
                Some(published_at_ms),
                now_ms,
            )?,
            Outcome::Created,
        ),
    };
    if over {
        feed_entries::delete(tx, &id, now_ms)?;
    } else {
        feed_entries::put(
            tx,
            DocumentKind::Bulletin,
            &id,
            &content.audience_id,
            now_ms,
        )?;
    }
    Ok(Imported { id, outcome })
}

/// Every imported bulletin, by key.
///
/// # Errors
/// The database failed.
pub fn sources(tx: &mut Tx<'_>) -> Result<Vec<SourceEntry>> {
    source::list(tx, "bulletins")
}

/// Takes back the bulletin of an item that has disappeared from its folder; tells whether there
/// was anything to take back. Should the item return, importing it publishes it again.
///
/// # Errors
/// The database failed.
pub fn withdraw_source(tx: &mut WriteTx<'_>, key: &str, now_ms: i64) -> Result<bool> {
    let Some(SourceEntry {
        id, hash: Some(_), ..
    }) = source::find(tx, "bulletins", key)?
    else {
        return Ok(false);
    };
    tx.execute(
        "UPDATE bulletins SET source_hash = NULL WHERE id = ?1",
        params![&id],
    )?;
    if existing(tx, &id)?.state == BulletinState::Published {
        set_state(tx, &id, BulletinState::Withdrawn, now_ms)?;
        feed_entries::delete(tx, &id, now_ms)?;
    }
    Ok(true)
}

/// Bulletins in the feed.
pub(crate) struct Kind;

impl FeedKind for Kind {
    fn kind(&self) -> DocumentKind {
        DocumentKind::Bulletin
    }

    fn shelf(&self) -> Option<Shelf> {
        Some(Shelf {
            table: "bulletins",
            shown: "state = 'published'",
        })
    }

    fn documents(&self, tx: &mut Tx<'_>, ids: &[&str]) -> Result<Vec<Document>> {
        feed_kind::shown(tx, SELECT, "b.state = 'published'", "b.id", ids, |row| {
            Ok(record(row)?.to_document().into())
        })
    }
}

fn existing(tx: &mut Tx<'_>, id: &str) -> Result<Record> {
    get(tx, id)?.ok_or(Error::NotFound("bulletin"))
}

fn expected(
    tx: &mut Tx<'_>,
    id: &str,
    seen: impl Into<Seen>,
    states: &[BulletinState],
) -> Result<Record> {
    let record = existing(tx, id)?;
    seen.into().check(record.version)?;
    if !states.contains(&record.state) {
        return Err(Error::WrongState(record.state.into()));
    }
    Ok(record)
}

fn set_state(tx: &mut WriteTx<'_>, id: &str, state: BulletinState, now_ms: i64) -> Result<()> {
    tx.execute(
        "UPDATE bulletins SET state = ?2, version = version + 1, updated_at_ms = ?3, updated_by = ?4 WHERE id = ?1",
        params![id, to_name(&state)?, now_ms, tx.writer()],
    )?;
    follow_expiry(tx, id)
}

/// Keeps the deadline at what the row says, after every write of its state or its expiry.
fn follow_expiry(tx: &mut WriteTx<'_>, id: &str) -> Result<()> {
    let row = tx.query_opt(
        "SELECT expires_at_ms FROM bulletins WHERE id = ?1 AND state = 'published'",
        params![id],
    )?;
    let at_ms = row.map_or(Ok(None), |row| row.opt_int(0))?;
    due::set(tx, due::Kind::BulletinExpiry, id, at_ms)
}

fn insert(
    tx: &mut WriteTx<'_>,
    content: &Content,
    state: BulletinState,
    source: Option<&Source>,
    published_at_ms: Option<i64>,
    now_ms: i64,
) -> Result<String> {
    require_organizations(tx, content)?;
    let id = new_id(now_ms);
    tx.execute(
        "INSERT INTO bulletins (id, state, version, list_id, organization_id, audience_id, title, summary, urgent,
             cover, body, published_at_ms, expires_at_ms, source_key, source_hash, created_at_ms, updated_at_ms,
             updated_by, confirmed, found_by, danger)
         VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?15, ?16, ?17, ?18, ?19)",
        params![
            &id,
            to_name(&state)?,
            &content.list,
            &content.organization_id,
            &content.audience_id,
            &content.title,
            &content.summary,
            content.urgent,
            content.cover.as_ref().map(to_json).transpose()?,
            to_json(&content.body)?,
            published_at_ms,
            content.expires_at_ms,
            source.map(|source| &source.key),
            source.map(|source| &source.hash),
            now_ms,
            tx.writer(),
            to_json(&content.confirmed)?,
            content.found_by(),
            content.danger,
        ],
    )?;
    follow_expiry(tx, &id)?;
    Ok(id)
}

fn replace(
    tx: &mut WriteTx<'_>,
    id: &str,
    content: &Content,
    state: BulletinState,
    published_at_ms: Option<i64>,
    now_ms: i64,
) -> Result<()> {
    require_organizations(tx, content)?;
    tx.execute(
        "UPDATE bulletins SET state = ?2, version = version + 1, list_id = ?3, organization_id = ?4,
             audience_id = ?5, title = ?6, summary = ?7, urgent = ?8, cover = ?9, body = ?10,
             published_at_ms = ?11, expires_at_ms = ?12, updated_at_ms = ?13,
             updated_by = ?14, confirmed = ?15, found_by = ?16, danger = ?17
         WHERE id = ?1",
        params![
            id,
            to_name(&state)?,
            &content.list,
            &content.organization_id,
            &content.audience_id,
            &content.title,
            &content.summary,
            content.urgent,
            content.cover.as_ref().map(to_json).transpose()?,
            to_json(&content.body)?,
            published_at_ms,
            content.expires_at_ms,
            now_ms,
            tx.writer(),
            to_json(&content.confirmed)?,
            content.found_by(),
            content.danger,
        ],
    )?;
    follow_expiry(tx, id)
}

fn require_organizations(tx: &mut Tx<'_>, content: &Content) -> Result<()> {
    tree::require(tx, &[&content.organization_id, &content.audience_id])
}

fn record(row: &Row) -> Result<Record> {
    let organization_id = row.text(4)?;
    Ok(Record {
        id: row.text(0)?,
        state: from_name(row.text(1)?)?,
        version: row.int(2)?,
        organization: OrganizationRef {
            id: organization_id.clone(),
            name: row.text(16)?,
        },
        organization_code: row.text(17)?,
        audience_code: row.text(18)?,
        published_at_ms: row.opt_int(11)?,
        source_key: row.opt_text(13)?,
        created_at_ms: row.int(14)?,
        updated_at_ms: row.int(15)?,
        updated_by: row.opt_text(19)?,
        taken_back: row.opt_text(20)?.as_deref().map(from_json).transpose()?,
        content: Content {
            list: row.text(3)?,
            organization_id,
            audience_id: row.text(5)?,
            title: row.text(6)?,
            summary: row.text(7)?,
            urgent: row.truth(8)?,
            danger: row.truth(22)?,
            cover: row.opt_text(9)?.as_deref().map(from_json).transpose()?,
            body: from_json(&row.text(10)?)?,
            expires_at_ms: row.opt_int(12)?,
            confirmed: from_json(&row.text(21)?)?,
        },
    })
}
