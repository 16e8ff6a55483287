//! The tree of organizations.

pub mod rows;

use contract::organization::{Organization, OrganizationKind};
use store::{Outcome, Store, WriteTx, organizations};

use super::kit::audit::{self, About, Thing, Words};
use super::kit::error::{Result, ServiceError};
use super::kit::names;
use super::kit::publishing::Source;
use super::kit::rights::{Action, Staff};
use super::kit::subject;

/// Longest name, in characters.
const MAX_NAME: usize = 60;

/// An organization as somebody wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationDraft {
    /// Code of the node above; `None` for the root.
    pub parent_code: Option<String>,
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

/// Every organization.
///
/// # Errors
/// The database failed.
pub fn all(store: &Store) -> Result<Vec<Organization>> {
    Ok(store.read(organizations::all)?)
}

/// Creates an organization below one of the subtree.
///
/// # Errors
/// [`ServiceError::Invalid`], [`ServiceError::Forbidden`], [`ServiceError::Conflict`] when the
/// code is taken.
pub fn create(
    store: &Store,
    staff: &Staff,
    draft: OrganizationDraft,
    now_ms: i64,
) -> Result<Organization> {
    let source = Source::staff(staff);
    store.write(move |tx| put(tx, &source, &draft, now_ms).map(|(_, made)| made))
}

/// Creates, renames and moves organizations so that they are as listed, in one transaction.
/// Organizations that are not listed stay: something may have been published for them. Parents may
/// stand anywhere in the list or exist already; one without a parent stays where it is.
///
/// # Errors
/// [`ServiceError::Invalid`] with `organizations[INDEX].FIELD`; then nothing was changed.
pub fn import(store: &Store, drafts: &[OrganizationDraft], now_ms: i64) -> Result<Vec<Outcome>> {
    let drafts = drafts.to_vec();
    store.write(move |tx| {
        let mut outcomes = vec![None; drafts.len()];
        let mut left: Vec<usize> = (0..drafts.len()).collect();
        // Parents first, in whatever order they are listed: every round takes those whose parent is
        // there.
        while !left.is_empty() {
            let before = left.len();
            let mut later = Vec::new();
            for index in left {
                let listed_later = |code: &String| {
                    let mut listed = drafts.iter().zip(&outcomes);
                    listed.any(|(draft, outcome)| draft.code == *code && outcome.is_none())
                };
                let draft = &drafts[index];
                if draft.parent_code.as_ref().is_some_and(listed_later) {
                    later.push(index);
                } else {
                    // It is known again by its code and compared field by field.
                    let source = Source::item(&draft.code, "");
                    let put = put(tx, &source, draft, now_ms).map_err(|error| at(error, index));
                    outcomes[index] = Some(put?.0);
                }
            }
            if later.len() == before {
                let error = ServiceError::field("parent_code", "上级组织互相包含，成了一个圈");
                return Err(at(error, later[0]));
            }
            left = later;
        }
        Ok(outcomes.into_iter().flatten().collect())
    })
}

fn at(error: ServiceError, index: usize) -> ServiceError {
    match error {
        ServiceError::Invalid(mut fields) => {
            for field in &mut fields {
                field.field = format!("organizations[{index}].{}", field.field);
            }
            ServiceError::Invalid(fields)
        }
        other => other,
    }
}

/// Creates an organization; one that comes from outside may be there already and becomes what the draft
/// says.
pub(super) fn put(
    tx: &mut WriteTx<'_>,
    source: &Source,
    draft: &OrganizationDraft,
    now_ms: i64,
) -> Result<(Outcome, Organization)> {
    let name = check(&draft.code, &draft.name)?;
    source.may(Action::Organize)?;
    let mut parent_id = None;
    if let Some(code) = &draft.parent_code {
        let parent = source.organization(tx, Action::Organize, "parent_code", code)?;
        check_below(parent.kind, draft.kind)
            .map_err(|message| ServiceError::field("kind", message))?;
        parent_id = Some(parent.id);
    }
    let there = match source.known_by() {
        Some(_) => organizations::by_code(tx, &draft.code)?,
        None => None,
    };
    let Some(old) = there else {
        let new = organizations::NewOrganization {
            parent_id,
            kind: draft.kind,
            code: draft.code.clone(),
            name,
        };
        let made = organizations::create(tx, &new, now_ms)?;
        noted(tx, source, "organization.create", &made, now_ms)?;
        return Ok((Outcome::Created, made));
    };
    let mut changed = organizations::update(tx, &old.id, draft.kind, &name, now_ms)?;
    if let Some(parent_id) = parent_id
        && old.parent_id.as_ref() != Some(&parent_id)
    {
        organizations::move_to(tx, &old.id, &parent_id)?;
        changed = true;
    }
    if !changed {
        return Ok((Outcome::Unchanged, old));
    }
    noted(tx, source, "organization.update", &old, now_ms)?;
    Ok((
        Outcome::Updated,
        subject::organization(tx, None, Action::Organize, "code", &draft.code)?,
    ))
}

fn noted(
    tx: &mut WriteTx<'_>,
    source: &Source,
    action: &'static str,
    organization: &Organization,
    now_ms: i64,
) -> Result<()> {
    let about = About::one(Thing::Organization, &organization.id);
    let own = Some(organization.id.as_str());
    let words = Words::Code(&organization.code);
    audit::note(tx, &source.actor(), action, &about, own, words, now_ms)?;
    Ok(())
}

/// Whether code and name can be used; answers the name [cleaned](names).
fn check(code: &str, name: &str) -> Result<String> {
    check_code(code).map_err(|message| ServiceError::field("code", message))?;
    checked_name(name).map_err(|message| ServiceError::field("name", message))
}

/// Whether a code can be used.
///
/// # Errors
/// What is wrong and what to write instead.
pub fn check_code(code: &str) -> Result<(), &'static str> {
    // Some letters show nothing.
    let good_code = (1..=32).contains(&code.chars().count())
        && names::cleaned(code) == code
        && code
            .chars()
            .all(|c| c.is_alphanumeric() || "-_.".contains(c));
    if good_code {
        Ok(())
    } else {
        Err("组织代码须为 1 到 32 个字母、数字或汉字，可含 - _ .")
    }
}

/// The name, [cleaned](names).
///
/// # Errors
/// What is wrong and what to write instead.
pub fn checked_name(name: &str) -> Result<String, String> {
    names::title(name, "组织名称", MAX_NAME)
}

/// Whether an organization of `kind` may stand below one of the kind `above`.
///
/// # Errors
/// What is wrong and what to write instead.
pub fn check_below(above: OrganizationKind, kind: OrganizationKind) -> Result<(), &'static str> {
    let village_of_an_office =
        above == OrganizationKind::Office && kind == OrganizationKind::Village;
    if above < kind && !village_of_an_office {
        Ok(())
    } else {
        Err("下级组织的级别必须低于上级")
    }
}
