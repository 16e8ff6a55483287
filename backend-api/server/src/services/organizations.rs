//! The tree of organizations.

use contract::organization::{Organization, OrganizationKind};
use store::{Store, organizations};

use super::kit::audit::{self, Actor};
use super::kit::error::{Result, ServiceError};
use super::kit::names;
use super::kit::rights::{Action, Staff};

/// What is needed to create an organization.
#[derive(Clone, Debug)]
pub struct NewOrganization {
    /// Code of the node above.
    pub parent_code: String,
    /// Kind of node.
    pub kind: OrganizationKind,
    /// Short code, unique.
    pub code: String,
    /// Name as shown on screens.
    pub name: String,
}

/// The subtree somebody works on, parents before children.
///
/// # Errors
/// [`ServiceError::Forbidden`], or the database failed.
pub fn list(store: &Store, staff: &Staff) -> Result<Vec<Organization>> {
    staff.may(Action::Read)?;
    Ok(store.read(|tx| organizations::subtree(tx, &staff.organization.id))?)
}

/// Creates an organization below one of the subtree.
///
/// # Errors
/// [`ServiceError::Invalid`], [`ServiceError::Forbidden`], [`ServiceError::Conflict`] when the
/// code is taken.
pub fn create(
    store: &Store,
    staff: &Staff,
    new: NewOrganization,
    now_ms: i64,
) -> Result<Organization> {
    let name = check(&new.code, &new.name)?;
    let staff = staff.clone();
    store.write(move |tx| {
        let parent = by_code(tx, "parent_code", &new.parent_code)?;
        staff.may_in(tx, Action::Organize, &parent.id)?;
        if new.kind <= parent.kind {
            return Err(ServiceError::field("kind", "下级组织的级别必须低于上级"));
        }
        let new = organizations::NewOrganization {
            parent_id: Some(parent.id),
            kind: new.kind,
            code: new.code.clone(),
            name: name.clone(),
        };
        let made = organizations::create(tx, &new, now_ms)?;
        let (actor, subject) = (Actor::of(Some(&staff)), format!("organization:{}", made.id));
        let own = Some(made.id.as_str());
        audit::note(
            tx,
            &actor,
            "organization.create",
            &subject,
            own,
            &made.code,
            now_ms,
        )?;
        Ok(made)
    })
}

/// The organization with this code; an unknown code is a mistake in `field`.
///
/// # Errors
/// [`ServiceError::Invalid`], or the database failed.
pub fn by_code(tx: &mut store::Tx<'_>, field: &str, code: &str) -> Result<Organization> {
    organizations::by_code(tx, code)?
        .ok_or_else(|| ServiceError::field(field, format!("没有代码为“{code}”的组织")))
}

/// Whether code and name can be used; answers the name [cleaned](names).
///
/// # Errors
/// [`ServiceError::Invalid`].
pub fn check(code: &str, name: &str) -> Result<String> {
    // Some letters show nothing.
    let good_code = (1..=32).contains(&code.chars().count())
        && names::cleaned(code) == code
        && code
            .chars()
            .all(|c| c.is_alphanumeric() || "-_.".contains(c));
    if !good_code {
        return Err(ServiceError::field(
            "code",
            "组织代码须为 1 到 32 个字母、数字或汉字，可含 - _ .",
        ));
    }
    names::field("name", name, "组织名称", 60)
}
