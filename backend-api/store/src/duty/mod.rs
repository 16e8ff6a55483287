//! Duty rooms: whose picture those with the right can look into.
//!
//! | module | holds |
//! |---|---|
//! | here | the rooms |
//! | [`looks`] | their log: who looked, from when to when |
//!
//! A deleted room keeps its row, without its source, because its log refers to it.

pub mod looks;

use contract::duty::{DutyRoom, DutySource};
use contract::organization::OrganizationRef;

use crate::codec;
use crate::driver::{Row, Tx, WriteTx, params};
use crate::error::{Error, Result};
use crate::journal::{self, Audience, Topic};
use crate::part::{Part, Promise};
use crate::source::{self, Imported, Outcome, Source, SourceEntry};
use crate::tree;

pub(crate) const PART: Part = Part {
    tables: &["duty_looks"],
    scrubbed: &["duty_rooms"],
    sealed: &["duty_rooms WHERE camera_sealed IS NOT NULL"],
    promises: &[Promise {
        broken: "somebody looks into a duty room that is deleted",
        cases: "SELECT l.id FROM duty_looks l JOIN duty_rooms r ON r.id = l.room_id
             WHERE l.closed_at_ms IS NULL AND r.deleted_at_ms IS NOT NULL",
    }],
};

const SELECT: &str = "SELECT r.id, r.title, r.organization_id, o.name, r.terminal_id, r.camera_sealed, \
     (SELECT COUNT(*) FROM duty_looks l WHERE l.room_id = r.id AND l.closed_at_ms IS NULL), \
     r.version \
     FROM duty_rooms r JOIN organizations o ON o.id = r.organization_id";

/// What makes the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Picture {
    /// The camera of the station with this id.
    Station(String),
    /// The camera with this address, sealed.
    Camera(String),
}

/// What somebody writes of a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// What people read.
    pub title: String,
    /// Whose room it is.
    pub organization_id: String,
    /// What makes its picture.
    pub picture: Picture,
}

/// A stored room that is not deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Id.
    pub id: String,
    /// What people read.
    pub title: String,
    /// Whose room it is.
    pub organization: OrganizationRef,
    /// What makes its picture.
    pub picture: Picture,
    /// How many look into it now.
    pub looking: u32,
    /// Counts up with every change.
    pub version: i64,
}

impl Record {
    /// As it is given out: without the camera's address.
    #[must_use]
    pub fn to_room(&self) -> DutyRoom {
        let (source, terminal_id) = match &self.picture {
            Picture::Station(id) => (DutySource::Station, Some(id.clone())),
            Picture::Camera(_) => (DutySource::Camera, None),
        };
        DutyRoom {
            id: self.id.clone(),
            title: self.title.clone(),
            organization: self.organization.clone(),
            source,
            terminal_id,
            looking: self.looking,
            version: self.version,
        }
    }
}

/// A new id of a room: a camera's address is sealed for the room, before there is one.
#[must_use]
pub fn new_id(now_ms: i64) -> String {
    codec::new_id(now_ms)
}

/// Adds a room.
///
/// # Errors
/// [`Error::NotFound`] without the organization, [`Error::Taken`] if the station has a room.
pub fn create(
    tx: &mut WriteTx<'_>,
    id: &str,
    content: &Content,
    created_by: &str,
    now_ms: i64,
) -> Result<Record> {
    insert(tx, id, content, created_by, None, now_ms)?;
    existing(tx, id)
}

/// The room with this id, unless it is deleted.
///
/// # Errors
/// The database failed.
pub fn get(tx: &mut Tx<'_>, id: &str) -> Result<Option<Record>> {
    let sql = format!("{SELECT} WHERE r.id = ?1 AND r.deleted_at_ms IS NULL");
    tx.query_opt(&sql, params![id])?
        .as_ref()
        .map(record)
        .transpose()
}

/// At most `limit` rooms of `within` and the organizations below it, newest first, made before the
/// one with the id `before`.
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
            "{SELECT} WHERE r.deleted_at_ms IS NULL AND r.organization_id IN
                 (SELECT organization_id FROM organization_lines WHERE ancestor_id = ?1)
               AND (CAST(?2 AS TEXT) IS NULL OR r.id < ?2)
             ORDER BY r.id DESC LIMIT ?3"
        ),
        params![within, before, limit],
    )?;
    rows.iter().map(record).collect()
}

/// The rooms of exactly this organization, in the order in which they were made.
///
/// # Errors
/// The database failed.
pub fn of_organization(tx: &mut Tx<'_>, organization_id: &str) -> Result<Vec<Record>> {
    let sql =
        format!("{SELECT} WHERE r.organization_id = ?1 AND r.deleted_at_ms IS NULL ORDER BY r.id");
    tx.query(&sql, params![organization_id])?
        .iter()
        .map(record)
        .collect()
}

/// The room of a station.
///
/// # Errors
/// The database failed.
pub fn of_terminal(tx: &mut Tx<'_>, terminal_id: &str) -> Result<Option<Record>> {
    let sql = format!("{SELECT} WHERE r.terminal_id = ?1");
    tx.query_opt(&sql, params![terminal_id])?
        .as_ref()
        .map(record)
        .transpose()
}

/// Writes other contents.
///
/// # Errors
/// [`Error::NotFound`] without the room or the organization, [`Error::Taken`] if the station has
/// another room.
pub fn edit(tx: &mut WriteTx<'_>, id: &str, content: &Content, now_ms: i64) -> Result<Record> {
    existing(tx, id)?;
    replace(tx, id, content, now_ms)?;
    existing(tx, id)
}

/// Deletes a room; looks into it end, and its log stays. Tells whether it was there.
///
/// # Errors
/// The database failed.
pub fn delete(tx: &mut WriteTx<'_>, id: &str, now_ms: i64) -> Result<bool> {
    looks::close_all_of(tx, id, now_ms)?;
    let deleted = tx.query_opt(
        "UPDATE duty_rooms SET deleted_at_ms = ?2, updated_at_ms = ?2, terminal_id = NULL, camera_sealed = NULL,
             version = version + 1
         WHERE id = ?1 AND deleted_at_ms IS NULL RETURNING organization_id",
        params![id, now_ms],
    )?;
    if let Some(row) = &deleted {
        changed(tx, &row.text(0)?);
    }
    Ok(deleted.is_some())
}

/// Every imported room, by key.
///
/// # Errors
/// The database failed.
pub fn sources(tx: &mut Tx<'_>) -> Result<Vec<SourceEntry>> {
    source::list(tx, "duty_rooms")
}

/// Writes an imported room, `id` being that of [`sources`] or a new one. A room that was taken away
/// is back.
///
/// # Errors
/// As [`create`].
pub fn import(
    tx: &mut WriteTx<'_>,
    id: &str,
    source: &Source,
    content: &Content,
    created_by: &str,
    now_ms: i64,
) -> Result<Imported> {
    let imported = |id: String, outcome| Imported { id, outcome };
    let Some(entry) = source::find(tx, "duty_rooms", &source.key)? else {
        insert(tx, id, content, created_by, Some(source), now_ms)?;
        return Ok(imported(id.to_owned(), Outcome::Created));
    };
    if entry.hash.as_deref() == Some(&source.hash) {
        return Ok(imported(entry.id, Outcome::Unchanged));
    }
    replace(tx, &entry.id, content, now_ms)?;
    tx.execute(
        "UPDATE duty_rooms SET source_hash = ?2, deleted_at_ms = NULL WHERE id = ?1",
        params![&entry.id, &source.hash],
    )?;
    Ok(imported(entry.id, Outcome::Updated))
}

/// Id of what was made from the item with this key of a source.
///
/// # Errors
/// The database failed.
pub fn by_source(tx: &mut Tx<'_>, key: &str) -> Result<Option<String>> {
    Ok(source::find(tx, "duty_rooms", key)?.map(|entry| entry.id))
}

/// Deletes the room that was imported with this key, because it is not in the folder any more.
/// Tells whether it was there.
///
/// # Errors
/// The database failed.
pub fn withdraw_source(tx: &mut WriteTx<'_>, key: &str, now_ms: i64) -> Result<bool> {
    let Some(entry) = source::find(tx, "duty_rooms", key)? else {
        return Ok(false);
    };
    let sql = "UPDATE duty_rooms SET source_hash = NULL WHERE id = ?1";
    tx.execute(sql, params![&entry.id])?;
    delete(tx, &entry.id, now_ms)
}

/// At most `limit` sealed addresses, with their room's id, that do not begin with `prefix` (the name
/// of the key they were sealed with), by id, after `after`.
///
/// # Errors
/// The database failed.
pub fn cameras_without_prefix(
    tx: &mut Tx<'_>,
    prefix: &str,
    after: &str,
    limit: u32,
) -> Result<Vec<(String, String)>> {
    let rows = tx.query(
        "SELECT id, camera_sealed FROM duty_rooms WHERE id > ?2 AND camera_sealed NOT LIKE ?1 ORDER BY id LIMIT ?3",
        params![format!("{prefix}%"), after, limit],
    )?;
    rows.iter()
        .map(|row| Ok((row.text(0)?, row.text(1)?)))
        .collect()
}

/// Puts the same address, sealed anew, in the place of the old one.
///
/// # Errors
/// The database failed.
pub fn replace_camera(tx: &mut WriteTx<'_>, id: &str, sealed: &str) -> Result<()> {
    let sql = "UPDATE duty_rooms SET camera_sealed = ?2 WHERE id = ?1";
    tx.execute(sql, params![id, sealed])?;
    Ok(())
}

fn existing(tx: &mut Tx<'_>, id: &str) -> Result<Record> {
    get(tx, id)?.ok_or(Error::NotFound("duty room"))
}

fn insert(
    tx: &mut WriteTx<'_>,
    id: &str,
    content: &Content,
    created_by: &str,
    source: Option<&Source>,
    now_ms: i64,
) -> Result<()> {
    require(tx, id, content)?;
    let (terminal_id, camera) = columns(&content.picture);
    tx.execute(
        "INSERT INTO duty_rooms (id, organization_id, title, terminal_id, camera_sealed, source_key, source_hash,
             created_by, created_at_ms, updated_at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)",
        params![
            id,
            &content.organization_id,
            &content.title,
            terminal_id,
            camera,
            source.map(|source| &source.key),
            source.map(|source| &source.hash),
            created_by,
            now_ms
        ],
    )?;
    changed(tx, &content.organization_id);
    Ok(())
}

fn replace(tx: &mut WriteTx<'_>, id: &str, content: &Content, now_ms: i64) -> Result<()> {
    require(tx, id, content)?;
    let (terminal_id, camera) = columns(&content.picture);
    // A place that loses its room is told, too.
    let before = tx.query_opt(
        "SELECT organization_id FROM duty_rooms WHERE id = ?1",
        params![id],
    )?;
    if let Some(row) = before {
        changed(tx, &row.text(0)?);
    }
    changed(tx, &content.organization_id);
    tx.execute(
        "UPDATE duty_rooms SET organization_id = ?2, title = ?3, terminal_id = ?4, camera_sealed = ?5, updated_at_ms = ?6,
             version = version + 1
         WHERE id = ?1",
        params![
            id,
            &content.organization_id,
            &content.title,
            terminal_id,
            camera,
            now_ms
        ],
    )?;
    Ok(())
}

/// Notes that the rooms of a place changed, or who looks into them.
fn changed(tx: &mut WriteTx<'_>, organization_id: &str) {
    journal::touch(tx, Topic::Duty, Audience::At(organization_id));
}

/// The unique constraint stands behind this for two who write at once.
fn require(tx: &mut Tx<'_>, id: &str, content: &Content) -> Result<()> {
    tree::require(tx, &[&content.organization_id])?;
    if let Picture::Station(terminal_id) = &content.picture
        && of_terminal(tx, terminal_id)?.is_some_and(|other| other.id != id)
    {
        return Err(Error::Taken("station of a duty room"));
    }
    Ok(())
}

fn columns(picture: &Picture) -> (Option<&str>, Option<&str>) {
    match picture {
        Picture::Station(id) => (Some(id), None),
        Picture::Camera(sealed) => (None, Some(sealed)),
    }
}

fn record(row: &Row) -> Result<Record> {
    let id = row.text(0)?;
    let picture = match (row.opt_text(4)?, row.opt_text(5)?) {
        (Some(terminal_id), None) => Picture::Station(terminal_id),
        (None, Some(sealed)) => Picture::Camera(sealed),
        _ => return Err(Error::Damaged(format!("source of the duty room {id}"))),
    };
    Ok(Record {
        id,
        title: row.text(1)?,
        organization: OrganizationRef {
            id: row.text(2)?,
            name: row.text(3)?,
        },
        picture,
        looking: u32::try_from(row.int(6)?).unwrap_or(u32::MAX),
        version: row.int(7)?,
    })
}
