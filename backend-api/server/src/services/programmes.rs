//! Programmes as staff see them. They come in by import.

use contract::programme::Programme;
use store::{Store, programmes};

use super::kit::audit::{self, Actor};
use super::kit::error::{Result, ServiceError};
use super::kit::rights::{Action, Staff};

/// Programmes of the subtree that are not withdrawn, newest first, and the id to continue before.
///
/// # Errors
/// [`ServiceError::Forbidden`], or the database failed.
pub fn list(
    store: &Store,
    staff: &Staff,
    before: Option<&str>,
    limit: u32,
) -> Result<(Vec<Programme>, Option<String>)> {
    staff.may(Action::Read)?;
    let found = store.read(|tx| programmes::list(tx, &staff.organization.id, before, limit))?;
    let next = (found.len() >= limit as usize)
        .then(|| found.last().map(|record| record.id.clone()))
        .flatten();
    let shown = found
        .iter()
        .filter(|record| record.withdrawn_at_ms.is_none())
        .map(programmes::Record::to_document);
    Ok((shown.collect(), next))
}

/// Withdraws a programme; twice is fine.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`].
pub fn withdraw(store: &Store, staff: &Staff, id: &str, now_ms: i64) -> Result<()> {
    let (staff, id) = (staff.clone(), id.to_owned());
    store.write(move |tx| {
        let record = programmes::get(tx, &id)?.ok_or(ServiceError::NotFound("这个节目"))?;
        let organization = &record.content.organization_id;
        staff.may_in(tx, Action::Publish, organization)?;
        programmes::withdraw(tx, &id, now_ms)?;
        let (actor, subject) = (Actor::of(Some(&staff)), format!("programme:{id}"));
        let organization = Some(organization.as_str());
        audit::note(
            tx,
            &actor,
            "programme.withdraw",
            &subject,
            organization,
            "",
            now_ms,
        )?;
        Ok(())
    })
}
