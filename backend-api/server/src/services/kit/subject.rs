//! What staff name: by an id, or an organization by its code. It is there for those who may see it,
//! and for nobody else, so that no answer tells what others have.
//!
//! | | answer |
//! |---|---|
//! | the role may see nothing of this kind | forbidden, whatever the id |
//! | there is none, or it is out of sight | not found, the same for both |
//! | it is in sight, and the action is not allowed | forbidden |

use contract::organization::Organization;
use store::{Tx, organizations};

use super::error::{Result, ServiceError};
use super::rights::{Action, Staff};

/// A kind of thing that staff name by an id.
pub trait Subject: Sized {
    /// What there is none of, in Chinese: 这场会议.
    const NAME: &'static str;
    /// What it takes to see one.
    const SEE: Action;

    /// The one with this id, whoever asks.
    ///
    /// # Errors
    /// The database failed.
    fn find(tx: &mut Tx<'_>, id: &str) -> store::Result<Option<Self>>;

    /// Whose it is: whoever does something to it must be allowed to there.
    fn organization_id(&self) -> &str;

    /// Whether somebody of this organization sees it. Those it belongs to do, and those above them; some
    /// things are seen from below as well.
    ///
    /// # Errors
    /// The database failed.
    fn is_seen_from(&self, tx: &mut Tx<'_>, organization_id: &str) -> store::Result<bool> {
        organizations::is_within(tx, self.organization_id(), organization_id)
    }
}

/// There is none.
#[must_use]
pub const fn missing<S: Subject>() -> ServiceError {
    ServiceError::NotFound(S::NAME)
}

/// The one with this id, whoever asks: for what was found a moment ago, and the command line.
///
/// # Errors
/// [`ServiceError::NotFound`], or the database failed.
pub fn existing<S: Subject>(tx: &mut Tx<'_>, id: &str) -> Result<S> {
    S::find(tx, id)?.ok_or(missing::<S>())
}

/// The one with this id, for somebody who wants to look at it.
///
/// # Errors
/// See the [module](self); or the database failed.
pub fn seen<S: Subject>(tx: &mut Tx<'_>, staff: &Staff, id: &str) -> Result<S> {
    staff.may(S::SEE)?;
    let found: S = existing(tx, id)?;
    if found.is_seen_from(tx, &staff.organization.id)? {
        Ok(found)
    } else {
        Err(missing::<S>())
    }
}

/// The one with this id, for somebody who wants to do something to it. The command line (`None`) is asked
/// nothing: who can run it can write the database.
///
/// # Errors
/// See the [module](self); or the database failed.
pub fn allowed<'a, S: Subject>(
    tx: &mut Tx<'_>,
    by: impl Into<Option<&'a Staff>>,
    action: Action,
    id: &str,
) -> Result<S> {
    let Some(staff) = by.into() else {
        return existing(tx, id);
    };
    let found: S = seen(tx, staff, id)?;
    staff.may_in(tx, action, found.organization_id())?;
    Ok(found)
}

/// The one with this id that somebody chose in a form; nothing if there is none, or it is out of sight.
///
/// # Errors
/// [`ServiceError::Forbidden`] if the role may see nothing of this kind; or the database failed.
pub fn chosen<S: Subject>(tx: &mut Tx<'_>, staff: &Staff, id: &str) -> Result<Option<S>> {
    match seen(tx, staff, id) {
        Ok(found) => Ok(Some(found)),
        Err(ServiceError::NotFound(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

/// The organization with this code, for somebody who wants to do something there; the command line
/// (`None`) is asked nothing. One that is none of theirs is as unknown as one that is not there.
///
/// # Errors
/// [`ServiceError::Forbidden`] for an action that the role never may, [`ServiceError::Invalid`] naming
/// `field`, or the database failed.
pub fn organization<'a>(
    tx: &mut Tx<'_>,
    by: impl Into<Option<&'a Staff>>,
    action: Action,
    field: &str,
    code: &str,
) -> Result<Organization> {
    let by = by.into();
    if let Some(staff) = by {
        staff.may(action)?;
    }
    let mut found = organizations::by_code(tx, code)?;
    if let (Some(staff), Some(one)) = (by, &found)
        && !organizations::is_within(tx, &one.id, &staff.organization.id)?
    {
        found = None;
    }
    found.ok_or_else(|| {
        let message = match by {
            Some(_) => format!("您管理的组织里没有代码为“{code}”的，请检查代码"),
            None => format!("没有代码为“{code}”的组织，请检查代码"),
        };
        ServiceError::field(field, message)
    })
}

/// The organization that a list is narrowed to, by its code: with those below it. Without a code all that one
/// works on.
///
/// # Errors
/// As [`organization`], naming `organization`.
pub fn within(tx: &mut Tx<'_>, by: &Staff, action: Action, code: Option<&str>) -> Result<String> {
    match code {
        Some(code) => Ok(organization(tx, by, action, "organization", code)?.id),
        None => Ok(by.organization.id.clone()),
    }
}

/// A kind of thing that terminals name by an id.
pub trait Shown: Subject {
    /// The organization whose terminals, and those below it, show it.
    fn audience_id(&self) -> &str;
}

/// The one with this id, for a terminal of this organization. One that is not for it is not there.
///
/// # Errors
/// [`ServiceError::NotFound`], or the database failed.
pub fn shown<S: Shown>(tx: &mut Tx<'_>, organization_id: &str, id: &str) -> Result<S> {
    let found: S = existing(tx, id)?;
    if organizations::is_within(tx, organization_id, found.audience_id())? {
        Ok(found)
    } else {
        Err(missing::<S>())
    }
}
