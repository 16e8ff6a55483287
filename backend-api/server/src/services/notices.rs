//! What staff should look at.

use contract::staff::StaffNotice;
use store::{Store, notices};

use super::kit::audit::{self, Actor};
use super::kit::error::{Result, ServiceError};
use super::kit::rights::{Action, Staff};

/// Notices of the subtree, newest first. They name members.
///
/// # Errors
/// [`ServiceError::Forbidden`], or the database failed.
pub fn list(
    store: &Store,
    staff: &Staff,
    unseen: bool,
    before: Option<&str>,
    limit: u32,
) -> Result<Vec<StaffNotice>> {
    staff.may(Action::ReadMembers)?;
    Ok(store.read(|tx| notices::list(tx, &staff.organization.id, unseen, before, limit))?)
}

/// Notes that somebody has looked; twice is fine.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`].
pub fn mark_seen(store: &Store, staff: &Staff, id: &str, now_ms: i64) -> Result<StaffNotice> {
    staff.may(Action::WriteMembers)?;
    let (staff, id) = (staff.clone(), id.to_owned());
    store.write(move |tx| {
        let missing = || ServiceError::NotFound("这条提醒");
        let notice = notices::get(tx, &id)?.ok_or_else(missing)?;
        let within =
            store::organizations::is_within(tx, &notice.organization.id, &staff.organization.id)?;
        if !within {
            return Err(missing());
        }
        notices::mark_seen(tx, &id, now_ms)?;
        let (subject, organization) = (
            format!("notice:{id}"),
            Some(notice.organization.id.as_str()),
        );
        let actor = Actor::of(Some(&staff));
        audit::note(
            tx,
            &actor,
            "notice.seen",
            &subject,
            organization,
            "",
            now_ms,
        )?;
        notices::get(tx, &id)?.ok_or_else(missing)
    })
}
