//! What staff should look at. Most of it names members, and is for those who may see them; what is said of a
//! request is for those who see the request, what is said of a submission for those above who sent it or for who sent it, and of
//! what was told in confidence for that office alone.

use contract::staff::{NoticeKind, StaffNotice};
use store::notices::{self, Viewer};
use store::{Store, Tx};

use super::kit::audit::{self, About, Actor, Thing, Words};
use super::kit::error::{Result, ServiceError};
use super::kit::rights::{Action, Staff, allows};

/// There is none, or it is not for who asks.
const MISSING: ServiceError = ServiceError::NotFound("这条提醒");

/// Somebody of the staff, as lists ask who looks.
fn viewer(staff: &Staff) -> Viewer<'_> {
    Viewer {
        organization_id: &staff.organization.id,
        sees_members: allows(staff.role, Action::ReadMembers),
        confides: allows(staff.role, Action::Confide),
    }
}

/// What it takes to say of a notice that it was looked at.
fn right(kind: NoticeKind) -> Action {
    if NoticeKind::REPORTS.contains(&kind) {
        Action::Confide
    } else if NoticeKind::REQUESTS.contains(&kind) {
        Action::Serve
    } else if kind == NoticeKind::NewSubmission {
        Action::Publish
    } else if kind == NoticeKind::SubmissionReturned {
        Action::Write
    } else {
        Action::WriteMembers
    }
}

/// Notices of the subtree that are for who asks, newest first.
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
    staff.may(Action::Read)?;
    Ok(store.read(|tx| notices::list(tx, viewer(staff), unseen, before, limit))?)
}

/// Notes that somebody has looked; twice is fine.
///
/// # Errors
/// [`ServiceError::NotFound`] also for one that is not for who asks, [`ServiceError::Forbidden`] for whoever may
/// read it and do nothing about it; or the database failed.
pub fn mark_seen(store: &Store, staff: &Staff, id: &str, now_ms: i64) -> Result<StaffNotice> {
    let (staff, id) = (staff.clone(), id.to_owned());
    store.write(move |tx| {
        let notice = seen(tx, &staff, &id)?;
        staff.may_in(tx, right(notice.kind), &notice.organization.id)?;
        notices::mark_seen(tx, &id, now_ms)?;
        audit::note(
            tx,
            &Actor::of(Some(&staff)),
            "notice.seen",
            &About::one(Thing::Notice, &id),
            Some(&notice.organization.id),
            Words::None,
            now_ms,
        )?;
        seen(tx, &staff, &id)
    })
}

fn seen(tx: &mut Tx<'_>, staff: &Staff, id: &str) -> Result<StaffNotice> {
    staff.may(Action::Read)?;
    notices::seen(tx, viewer(staff), id)?.ok_or(MISSING)
}
