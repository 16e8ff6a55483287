//! What staff should look at.

use contract::staff::StaffNotice;
use store::{Store, Tx, notices};

use super::kit::audit::{self, About, Actor, Thing, Words};
use super::kit::error::Result;
use super::kit::rights::{Action, Staff};
use super::kit::subject::{self, Subject};

impl Subject for StaffNotice {
    const NAME: &'static str = "这条提醒";
    const SEE: Action = Action::ReadMembers;

    fn find(tx: &mut Tx<'_>, id: &str) -> store::Result<Option<Self>> {
        notices::get(tx, id)
    }

    fn organization_id(&self) -> &str {
        &self.organization.id
    }
}

/// Notices of the subtree, newest first. They name members.
///
/// # Errors
/// [`ServiceError::Forbidden`](super::kit::error::ServiceError::Forbidden), or the database failed.
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
/// See [`subject`].
pub fn mark_seen(store: &Store, staff: &Staff, id: &str, now_ms: i64) -> Result<StaffNotice> {
    let (staff, id) = (staff.clone(), id.to_owned());
    store.write(move |tx| {
        let notice: StaffNotice = subject::allowed(tx, &staff, Action::WriteMembers, &id)?;
        notices::mark_seen(tx, &id, now_ms)?;
        let (about, organization) = (
            About::one(Thing::Notice, &id),
            Some(notice.organization.id.as_str()),
        );
        let actor = Actor::of(Some(&staff));
        audit::note(
            tx,
            &actor,
            "notice.seen",
            &about,
            organization,
            Words::None,
            now_ms,
        )?;
        subject::existing(tx, &id)
    })
}
