//! The rooms: making, changing and deleting them.

use std::sync::Arc;

use contract::duty::{DutyRoom, DutyRoomDraft};
use contract::error::FieldError;
use contract::terminal::TerminalKind;
use store::duty::{self, Content, Picture, Record};
use store::{Store, Tx, WriteTx, organizations, terminals};

use super::{DUTY, SEE, UNKNOWN};
use crate::services::kit::audit::{self, Actor};
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::names;
use crate::services::kit::rights::Staff;
use crate::services::media::camera::{WRONG_URL, camera_url};
use crate::services::vault::{Place, Vault};

/// Longest title, in characters.
pub const MAX_TITLE: usize = 30;

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

/// Makes a room.
///
/// # Errors
/// [`ServiceError::Invalid`], [`ServiceError::Forbidden`].
pub fn create(
    store: &Store,
    vault: &Arc<Vault>,
    staff: &Staff,
    draft: &DutyRoomDraft,
    now_ms: i64,
) -> Result<DutyRoom> {
    staff.may(DUTY)?;
    let (staff, draft, vault) = (staff.clone(), draft.clone(), Arc::clone(vault));
    store.write(move |tx| {
        let id = duty::new_id(now_ms);
        let content = checked(tx, &vault, &staff, &id, &draft, None)?;
        let record = duty::create(tx, &id, &content, &staff.login, now_ms)?;
        note(tx, &staff, "duty_room.create", &record, now_ms)?;
        Ok(record.to_room())
    })
}

/// Changes a room that nobody looks into; answers what it was and what it is. The address of its
/// camera may be left out: it stays.
///
/// # Errors
/// [`ServiceError::Invalid`], [`ServiceError::Forbidden`], [`ServiceError::NotFound`],
/// [`ServiceError::Conflict`] while somebody looks.
pub fn edit(
    store: &Store,
    vault: &Arc<Vault>,
    staff: &Staff,
    id: &str,
    draft: &DutyRoomDraft,
    now_ms: i64,
) -> Result<(DutyRoom, DutyRoom)> {
    let (staff, draft, id) = (staff.clone(), draft.clone(), id.to_owned());
    let vault = Arc::clone(vault);
    store.write(move |tx| {
        let before = own(tx, &staff, &id)?;
        if before.looking > 0 {
            return Err(ServiceError::Conflict(
                "有人正在查看，请等查看结束后再修改".to_owned(),
            ));
        }
        let content = checked(tx, &vault, &staff, &id, &draft, Some(&before))?;
        let record = duty::edit(tx, &id, &content, now_ms)?;
        note(tx, &staff, "duty_room.update", &record, now_ms)?;
        Ok((before.to_room(), record.to_room()))
    })
}

/// Deletes a room; its log stays.
///
/// # Errors
/// [`ServiceError::Forbidden`], [`ServiceError::NotFound`].
pub fn delete(store: &Store, staff: &Staff, id: &str, now_ms: i64) -> Result<()> {
    let (staff, id) = (staff.clone(), id.to_owned());
    store.write(move |tx| {
        let record = own(tx, &staff, &id)?;
        duty::delete(tx, &id, now_ms)?;
        note(tx, &staff, "duty_room.delete", &record, now_ms)
    })
}

/// A room that somebody may change and look into.
pub(super) fn own(tx: &mut Tx<'_>, staff: &Staff, id: &str) -> Result<Record> {
    staff.may(DUTY)?;
    let record = duty::get(tx, id)?.ok_or(UNKNOWN)?;
    staff.may_in(tx, DUTY, &record.organization.id)?;
    Ok(record)
}

/// The title of a room, [cleaned](names).
///
/// # Errors
/// What is wrong and what to write instead.
pub fn checked_title(title: &str) -> Result<String, String> {
    names::title(title, "名称", MAX_TITLE)
}

fn checked(
    tx: &mut Tx<'_>,
    vault: &Vault,
    staff: &Staff,
    id: &str,
    draft: &DutyRoomDraft,
    before: Option<&Record>,
) -> Result<Content> {
    let mut wrong = Vec::new();
    let mut complain = |field: &str, message: String| {
        wrong.push(FieldError {
            field: field.to_owned(),
            message,
        });
    };
    let title = checked_title(&draft.title).unwrap_or_else(|message| {
        complain("title", message);
        String::new()
    });
    let organization = organizations::by_code(tx, &draft.organization_code)?;
    if let Some(organization) = &organization {
        staff.may_in(tx, DUTY, &organization.id)?;
    } else {
        let message = format!("没有代码为“{}”的组织", draft.organization_code);
        complain("organization_code", message);
    }
    let kept = before.and_then(|before| match &before.picture {
        Picture::Camera(sealed) => Some(sealed.clone()),
        Picture::Station(_) => None,
    });
    let mut picture = None;
    match (&draft.terminal_id, &draft.camera_url, kept) {
        (Some(_), Some(_), _) | (None, None, None) => {
            let message = "请选一台站点电视，或者填一个摄像头地址，两样选一样";
            complain("terminal_id", message.to_owned());
        }
        (Some(terminal_id), None, _) => {
            let place = organization.as_ref().map(|place| place.id.as_str());
            match station(tx, id, terminal_id, place)? {
                None => picture = Some(Picture::Station(terminal_id.clone())),
                Some(message) => complain("terminal_id", message.to_owned()),
            }
        }
        (None, Some(url), _) => match camera_url(url) {
            Some(url) => {
                picture = Some(Picture::Camera(vault.seal(tx, Place::Camera(id), url)?));
            }
            None => complain("camera_url", WRONG_URL.to_owned()),
        },
        (None, None, Some(sealed)) => picture = Some(Picture::Camera(sealed)),
    }
    match (wrong.is_empty(), organization, picture) {
        (true, Some(organization), Some(picture)) => Ok(Content {
            title,
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
    place: Option<&str>,
) -> Result<Option<&'static str>> {
    let found = terminals::get(tx, terminal_id)?;
    let found = found.filter(|it| it.revoked_at_ms.is_none());
    // One of another place is not told from one that is not there.
    let found = found.filter(|it| place.is_none_or(|place| it.organization.id == place));
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
    staff: &Staff,
    action: &str,
    record: &Record,
    now_ms: i64,
) -> Result<()> {
    let subject = format!("duty_room:{}", record.id);
    let organization = Some(record.organization.id.as_str());
    let actor = Actor::of(Some(staff));
    audit::note(tx, &actor, action, &subject, organization, "", now_ms)?;
    Ok(())
}
