//! The rooms: making, changing and deleting them.

use std::sync::Arc;

use contract::duty::{DutyRoom, DutyRoomDraft};
use contract::error::FieldError;
use contract::terminal::TerminalKind;
use store::duty::{self, Content, Picture, Record};
use store::versions::Seen;
use store::{Outcome, SourceEntry, Store, Tx, WriteTx, terminals};

use super::{DUTY, SEE};
use crate::services::kit::audit::{self, About, Actor, Thing, Words};
use crate::services::kit::error::{Result, ServiceError, or_complaints};
use crate::services::kit::names;
use crate::services::kit::publishing::{self, Gone, Kind, Source};
use crate::services::kit::rights::{Action, Staff};
use crate::services::kit::subject::{self, Subject};
use crate::services::media::Reach;
use crate::services::media::camera::{WRONG_URL, camera_url};
use crate::services::vault::{Place, Vault};

/// Longest title, in characters.
pub const MAX_TITLE: usize = 30;

/// What is wrong with a room that has no picture, or two.
pub const ONE_PICTURE: &str = "请选一台站点电视，或者填一个摄像头地址，两样选一样";

/// Rooms of a list.
pub const KIND: Kind = Kind {
    thing: Thing::DutyRoom,
    creation: "duty_room.create",
    change: "duty_room.update",
    withdrawal: "duty_room.delete",
    sources: duty::sources,
    gone,
    withdraw: duty::withdraw_source,
};

fn gone(tx: &mut Tx<'_>, entry: &SourceEntry, _now_ms: i64) -> store::Result<Gone> {
    let record = duty::get(tx, &entry.id)?;
    Ok(record.map_or(Gone::Stays, |record| Gone::TakenBack {
        title: record.title,
        organization_id: record.organization.id,
    }))
}

/// Rooms of the subtree, newest first.
///
/// # Errors
/// [`ServiceError::Forbidden`], or the database failed.
pub fn list(
    store: &Store,
    staff: &Staff,
    before: Option<&str>,
    limit: u32,
) -> Result<Vec<DutyRoom>> {
    staff.may(SEE)?;
    let found = store.read(|tx| duty::list(tx, &staff.organization.id, before, limit))?;
    Ok(found.iter().map(Record::to_room).collect())
}

/// One room of the subtree.
///
/// # Errors
/// See [`subject`].
pub fn get(store: &Store, staff: &Staff, id: &str) -> Result<DutyRoom> {
    store.read(|tx| Ok(subject::seen::<Record>(tx, staff, id)?.to_room()))
}

/// Makes a room.
///
/// # Errors
/// [`ServiceError::Invalid`], [`ServiceError::Forbidden`].
pub fn create(
    store: &Store,
    vault: &Arc<Vault>,
    cameras: &Arc<Reach>,
    staff: &Staff,
    draft: &DutyRoomDraft,
    now_ms: i64,
) -> Result<DutyRoom> {
    let (source, draft, vault) = (Source::staff(staff), draft.clone(), Arc::clone(vault));
    let cameras = Arc::clone(cameras);
    store.write(move |tx| {
        let (_, record) = put(tx, &vault, &cameras, &source, &draft, now_ms)?;
        Ok(record.to_room())
    })
}

/// Makes a room of a list, or changes one that came from it and that nobody looks into.
///
/// # Errors
/// [`ServiceError::Invalid`], [`ServiceError::Conflict`] while somebody looks.
pub fn import(
    store: &Store,
    vault: &Arc<Vault>,
    cameras: &Arc<Reach>,
    source: &Source,
    draft: &DutyRoomDraft,
    now_ms: i64,
) -> Result<Outcome> {
    let (source, draft, vault) = (source.clone(), draft.clone(), Arc::clone(vault));
    let cameras = Arc::clone(cameras);
    store.write(move |tx| {
        let (outcome, _) = put(tx, &vault, &cameras, &source, &draft, now_ms)?;
        Ok(outcome)
    })
}

fn put(
    tx: &mut WriteTx<'_>,
    vault: &Vault,
    cameras: &Reach,
    source: &Source,
    draft: &DutyRoomDraft,
    now_ms: i64,
) -> Result<(Outcome, Record)> {
    source.may(DUTY)?;
    let there = match source.known_by() {
        Some(item) => duty::by_source(tx, &item.key)?,
        None => None,
    };
    let before = match &there {
        Some(id) => duty::get(tx, id)?,
        None => None,
    };
    if let Some(before) = &before {
        idle(before)?;
    }
    let id = there.unwrap_or_else(|| duty::new_id(now_ms));
    let content = checked(tx, (vault, cameras), source, &id, draft, before.as_ref())?;
    let Some(item) = source.known_by() else {
        let record = duty::create(tx, &id, &content, source.login(), now_ms)?;
        note(tx, &source.actor(), "duty_room.create", &record, now_ms)?;
        return Ok((Outcome::Created, record));
    };
    let imported = duty::import(tx, &id, item, &content, source.login(), now_ms)?;
    let outcome = publishing::imported(tx, &KIND, &imported, &content.organization_id, now_ms)?;
    Ok((outcome, subject::existing(tx, &imported.id)?))
}

/// Whether nobody looks into a room, so that it may be changed.
fn idle(room: &Record) -> Result<()> {
    if room.looking > 0 {
        return Err(ServiceError::Conflict(
            "有人正在查看，请等查看结束后再修改".to_owned(),
        ));
    }
    Ok(())
}

/// Ids of the stations of an organization that are called this.
///
/// # Errors
/// The database failed.
pub fn stations_named(store: &Store, organization_id: &str, name: &str) -> Result<Vec<String>> {
    let found = store.read(|tx| {
        let named = terminals::named(tx, organization_id, &names::cleaned(name))?;
        // One that was admitted before names were cleaned.
        if named.is_empty() {
            return terminals::named(tx, organization_id, name);
        }
        Ok(named)
    })?;
    let stations = found
        .into_iter()
        .filter(|terminal| terminal.kind == TerminalKind::Station);
    Ok(stations.map(|terminal| terminal.id).collect())
}

/// Changes a room that nobody looks into and that still is of the version that was seen; answers what it
/// is now. The address of its camera may be left out: it stays.
///
/// # Errors
/// [`ServiceError::Invalid`], [`ServiceError::Forbidden`], [`ServiceError::NotFound`],
/// [`ServiceError::Stale`], [`ServiceError::Conflict`] while somebody looks.
#[expect(
    clippy::too_many_arguments,
    reason = "the parts it needs, and what is asked"
)]
pub fn edit(
    store: &Store,
    vault: &Arc<Vault>,
    cameras: &Arc<Reach>,
    staff: &Staff,
    id: &str,
    seen: Seen,
    draft: &DutyRoomDraft,
    now_ms: i64,
) -> Result<DutyRoom> {
    let (staff, draft, id) = (staff.clone(), draft.clone(), id.to_owned());
    let (vault, cameras) = (Arc::clone(vault), Arc::clone(cameras));
    store.write(move |tx| {
        let before = own(tx, &staff, &id)?;
        seen.check(before.version)?;
        idle(&before)?;
        let source = Source::staff(&staff);
        let content = checked(tx, (&vault, &cameras), &source, &id, &draft, Some(&before))?;
        let record = duty::edit(tx, &id, &content, now_ms)?;
        note(tx, &source.actor(), "duty_room.update", &record, now_ms)?;
        Ok(record.to_room())
    })
}

/// Deletes a room that still is of the version that was seen; its log stays.
///
/// # Errors
/// [`ServiceError::Forbidden`], [`ServiceError::NotFound`], [`ServiceError::Stale`].
pub fn delete(store: &Store, staff: &Staff, id: &str, seen: Seen, now_ms: i64) -> Result<()> {
    let (staff, id) = (staff.clone(), id.to_owned());
    store.write(move |tx| {
        let record = own(tx, &staff, &id)?;
        seen.check(record.version)?;
        duty::delete(tx, &id, now_ms)?;
        note(
            tx,
            &Actor::of(Some(&staff)),
            "duty_room.delete",
            &record,
            now_ms,
        )
    })
}

impl Subject for Record {
    const NAME: &'static str = "这间坐班室";
    const SEE: Action = SEE;

    fn find(tx: &mut Tx<'_>, id: &str) -> store::Result<Option<Self>> {
        duty::get(tx, id)
    }

    fn organization_id(&self) -> &str {
        &self.organization.id
    }
}

/// A room that somebody may change and look into.
pub(super) fn own(tx: &mut Tx<'_>, staff: &Staff, id: &str) -> Result<Record> {
    subject::allowed(tx, staff, DUTY, id)
}

/// The title of a room, [cleaned](names).
///
/// # Errors
/// What is wrong and what to write instead.
pub fn checked_title(title: &str) -> Result<String, String> {
    names::title(title, "名称", MAX_TITLE)
}

/// Everything that can be seen to be wrong with the draft of a new room without a look at the database.
#[must_use]
pub fn check(cameras: &Reach, draft: &DutyRoomDraft) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    let mut complain = |field: &str, message: String| {
        wrong.push(FieldError {
            field: field.to_owned(),
            message,
        });
    };
    if let Err(message) = checked_title(&draft.title) {
        complain("title", message);
    }
    match (&draft.terminal_id, &draft.camera_url) {
        (Some(_), Some(_)) | (None, None) => complain("terminal_id", ONE_PICTURE.to_owned()),
        (None, Some(url)) if camera_url(url).is_none() => {
            complain("camera_url", WRONG_URL.to_owned());
        }
        (None, Some(url)) => {
            if let Some(message) = cameras.complaint(url) {
                complain("camera_url", message.to_owned());
            }
        }
        (Some(_), None) => {}
    }
    wrong
}

fn checked(
    tx: &mut Tx<'_>,
    (vault, cameras): (&Vault, &Reach),
    source: &Source,
    id: &str,
    draft: &DutyRoomDraft,
    before: Option<&Record>,
) -> Result<Content> {
    let kept = before.and_then(|before| match &before.picture {
        Picture::Camera(sealed) => Some(sealed.clone()),
        Picture::Station(_) => None,
    });
    let neither = draft.terminal_id.is_none() && draft.camera_url.is_none();
    let mut wrong = check(cameras, draft);
    // The address of a camera may be left out: it stays.
    wrong.retain(|error| error.field != "terminal_id" || !neither || kept.is_none());
    let mut complain = |field: &str, message: String| {
        wrong.push(FieldError {
            field: field.to_owned(),
            message,
        });
    };
    let code = &draft.organization_code;
    let organization = source.organization(tx, DUTY, "organization_code", code);
    let organization = or_complaints(organization)?.map_err(|complaints| {
        for it in complaints {
            complain(&it.field, it.message);
        }
    });
    let organization = organization.ok();
    let mut picture = None;
    match (&draft.terminal_id, &draft.camera_url, kept) {
        // Both, or neither: that is complained of already.
        (Some(_), Some(_), _) | (None, None, None) => {}
        // Without a place there is nothing to choose from.
        (Some(terminal_id), None, _) => {
            if let Some(place) = &organization {
                match station(tx, id, terminal_id, &place.id)? {
                    None => picture = Some(Picture::Station(terminal_id.clone())),
                    Some(message) => complain("terminal_id", message.to_owned()),
                }
            }
        }
        (None, Some(url), _) => {
            if let Some(url) = camera_url(url) {
                picture = Some(Picture::Camera(vault.seal(tx, Place::Camera(id), url)?));
            }
        }
        (None, None, Some(sealed)) => picture = Some(Picture::Camera(sealed)),
    }
    match (wrong.is_empty(), organization, picture) {
        (true, Some(organization), Some(picture)) => Ok(Content {
            title: names::cleaned(&draft.title),
            organization_id: organization.id,
            picture,
        }),
        _ => Err(ServiceError::Invalid(wrong)),
    }
}

/// Why a terminal cannot be the station of a room; nothing if it can.
fn station(
    tx: &mut Tx<'_>,
    room_id: &str,
    terminal_id: &str,
    place: &str,
) -> Result<Option<&'static str>> {
    let found = terminals::get(tx, terminal_id)?;
    let found = found.filter(|it| it.revoked_at_ms.is_none());
    // One of another place is not told from one that is not there.
    let found = found.filter(|it| it.organization.id == place);
    let Some(terminal) = found else {
        return Ok(Some("这个单位没有这台电视，请重新选择"));
    };
    if terminal.kind != TerminalKind::Station {
        return Ok(Some("只有登记为“站点”的电视才能作坐班室"));
    }
    let other = duty::of_terminal(tx, terminal_id)?;
    Ok(other
        .is_some_and(|other| other.id != room_id)
        .then_some("这台电视已经有坐班室了"))
}

/// Writes down what was done with a room. Without its title, which may name somebody.
pub(super) fn note(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    action: &'static str,
    record: &Record,
    now_ms: i64,
) -> Result<()> {
    let about = About::one(Thing::DutyRoom, &record.id);
    let organization = Some(record.organization.id.as_str());
    audit::note(tx, actor, action, &about, organization, Words::None, now_ms)?;
    Ok(())
}
