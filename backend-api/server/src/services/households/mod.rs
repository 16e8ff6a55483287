//! Households and their TVs.

pub mod import;

use contract::member::{Household, HouseholdDraft, HouseholdOnly};
use contract::organization::Organization;
use contract::terminal::{Terminal, TerminalKind};
use store::versions::Seen;
use store::{Store, Tx, WriteTx, households};

use super::kit::audit::{self, About, Actor, Thing, Words};
use super::kit::error::{Result, ServiceError};
use super::kit::rights::{Action, Staff};
use super::kit::subject::{self, Subject};
use super::kit::{names, reason};

/// Which households to list.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of the organization with this code and those below it; left out: of the own one.
    pub organization_code: Option<String>,
    /// Whose name, or that of somebody who lives there, contains this or is read so.
    pub name: Option<String>,
    /// Only these.
    pub only: Option<HouseholdOnly>,
    /// The one whose TV this is.
    pub terminal_id: Option<String>,
}

/// Households of the subtree, newest first.
///
/// # Errors
/// [`ServiceError::Forbidden`]; [`ServiceError::Invalid`] for an unknown organization.
pub fn list(
    store: &Store,
    staff: &Staff,
    filter: &Filter,
    before: Option<&str>,
    limit: u32,
) -> Result<Vec<Household>> {
    staff.may(Action::ReadMembers)?;
    store.read(|tx| {
        let code = filter.organization_code.as_deref();
        let wanted = households::Filter {
            within: &subject::within(tx, staff, Action::ReadMembers, code)?,
            name: filter.name.as_deref(),
            only: filter.only,
            terminal_id: filter.terminal_id.as_deref(),
        };
        Ok(households::list(tx, &wanted, before, limit)?)
    })
}

/// One household.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`].
pub fn get(store: &Store, staff: &Staff, id: &str) -> Result<Household> {
    store.read(|tx| subject::seen(tx, staff, id))
}

/// Adds a household.
///
/// # Errors
/// [`ServiceError::Invalid`], [`ServiceError::Forbidden`], [`ServiceError::Conflict`] for a name
/// that is there or a TV that is another household's.
pub fn create(
    store: &Store,
    staff: &Staff,
    draft: &HouseholdDraft,
    now_ms: i64,
) -> Result<Household> {
    let name = checked_name(&draft.name)?;
    let (staff, draft) = (staff.clone(), draft.clone());
    store.write(move |tx| {
        let organization = village(tx, &staff, &draft)?;
        let household = households::create(tx, &organization.id, &name, now_ms)?;
        bind(tx, &staff, &household.id, draft.terminal_id.as_deref())?;
        answer(tx, &staff, &household.id, "household.create", now_ms)
    })
}

/// Renames a household, gives it a TV or takes it away, if it still is of the version that was seen.
///
/// # Errors
/// As [`create`]; [`ServiceError::NotFound`], [`ServiceError::Stale`].
pub fn edit(
    store: &Store,
    staff: &Staff,
    id: &str,
    seen: Seen,
    draft: &HouseholdDraft,
    now_ms: i64,
) -> Result<Household> {
    let name = checked_name(&draft.name)?;
    let (staff, id, draft) = (staff.clone(), id.to_owned(), draft.clone());
    store.write(move |tx| {
        let old: Household = subject::allowed(tx, &staff, Action::WriteMembers, &id)?;
        seen.check(old.version)?;
        let organization = village(tx, &staff, &draft)?;
        if organization.id != old.organization.id {
            return Err(ServiceError::field(
                "organization_code",
                "一户不能改到别的组织，请在那边新建",
            ));
        }
        households::rename(tx, &id, &name)?;
        bind(tx, &staff, &id, draft.terminal_id.as_deref())?;
        answer(tx, &staff, &id, "household.update", now_ms)
    })
}

/// Takes a household away that nobody lives in, if it still is of the version that was seen.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`], [`ServiceError::Conflict`],
/// [`ServiceError::Stale`].
pub fn delete(store: &Store, staff: &Staff, id: &str, seen: Seen, now_ms: i64) -> Result<()> {
    let (staff, id) = (staff.clone(), id.to_owned());
    store.write(move |tx| {
        let old: Household = subject::allowed(tx, &staff, Action::WriteMembers, &id)?;
        seen.check(old.version)?;
        if !households::delete(tx, &id)? {
            return Err(ServiceError::Conflict(
                "这一户还有人，请先把他们改到别的户".to_owned(),
            ));
        }
        noted(
            tx,
            &Actor::of(Some(&staff)),
            "household.delete",
            &old,
            now_ms,
        )
    })
}

/// The household's name, [cleaned](names).
///
/// # Errors
/// [`ServiceError::Invalid`].
pub fn checked_name(name: &str) -> Result<String> {
    let name = names::field("name", name, "户名（例如“12 号”）", 40)?;
    if reason::holds_a_number(&name) {
        return Err(ServiceError::field("name", "户名里不要写证件号或电话"));
    }
    Ok(name)
}

/// The household of an organization with this [cleaned](names) name, or with the name as it is `given`:
/// so were names kept before they were cleaned.
///
/// # Errors
/// The database failed.
pub(super) fn by_name(
    tx: &mut Tx<'_>,
    organization_id: &str,
    name: &str,
    given: &str,
) -> Result<Option<Household>> {
    Ok(match households::by_name(tx, organization_id, name)? {
        None => households::by_name(tx, organization_id, given)?,
        found => found,
    })
}

/// Notes what was done to a household.
pub(super) fn noted(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    action: &'static str,
    household: &Household,
    now_ms: i64,
) -> Result<()> {
    let about = About::one(Thing::Household, &household.id);
    let organization = Some(household.organization.id.as_str());
    // Its name may be a person's.
    Ok(audit::note(
        tx,
        actor,
        action,
        &about,
        organization,
        Words::None,
        now_ms,
    )?)
}

fn bind(tx: &mut WriteTx<'_>, staff: &Staff, id: &str, terminal_id: Option<&str>) -> Result<()> {
    if let Some(terminal_id) = terminal_id {
        let wrong = |message: &str| ServiceError::field("terminal_id", message);
        let terminal: Terminal = subject::chosen(tx, staff, terminal_id)?
            .ok_or_else(|| wrong("没有这台电视，请重新选择"))?;
        if terminal.kind != TerminalKind::Household || terminal.revoked_at_ms.is_some() {
            return Err(wrong("只有在用的户内电视才能归到一户"));
        }
    }
    Ok(households::bind(tx, id, terminal_id)?)
}

/// Checks that a TV of this organization and kind may become this household's, and answers the TV
/// that the household loses by it.
///
/// # Errors
/// [`ServiceError::Invalid`] on `household_id`, also when the household has a TV and `replace` does
/// not say that it may lose it.
pub(super) fn to_be_given(
    tx: &mut Tx<'_>,
    id: &str,
    organization_id: &str,
    kind: TerminalKind,
    replace: bool,
    now_ms: i64,
) -> Result<Option<String>> {
    let wrong = |message: String| ServiceError::field("household_id", message);
    let household =
        households::get(tx, id)?.ok_or_else(|| wrong("没有这一户，请重新选择".to_owned()))?;
    if household.organization.id != organization_id {
        return Err(wrong("这一户不在所选的组织里".to_owned()));
    }
    if kind != TerminalKind::Household {
        return Err(wrong("只有户内的电视才能归到一户".to_owned()));
    }
    let has = households::tv(tx, id)?;
    if replace {
        return Ok(has.map(|tv| tv.id));
    }
    if let Some(tv) = has {
        let name = tv.name;
        return Err(wrong(format!(
            "这一户已经有电视“{name}”；要换成这一台，请确认更换，旧电视上就不能再签到"
        )));
    }
    if households::is_awaited(tx, id, now_ms)? {
        return Err(wrong(
            "已经有一台电视登记给这一户，还没有开通；要换成这一台，请确认更换".to_owned(),
        ));
    }
    Ok(None)
}

fn answer(
    tx: &mut WriteTx<'_>,
    staff: &Staff,
    id: &str,
    action: &'static str,
    now_ms: i64,
) -> Result<Household> {
    let household = subject::existing(tx, id)?;
    noted(tx, &Actor::of(Some(staff)), action, &household, now_ms)?;
    Ok(household)
}

fn village(tx: &mut Tx<'_>, staff: &Staff, draft: &HouseholdDraft) -> Result<Organization> {
    let (action, code) = (Action::WriteMembers, &draft.organization_code);
    subject::organization(tx, staff, action, "organization_code", code)
}

impl Subject for Household {
    const NAME: &'static str = "这一户";
    const SEE: Action = Action::ReadMembers;

    fn find(tx: &mut Tx<'_>, id: &str) -> store::Result<Option<Self>> {
        households::get(tx, id)
    }

    fn organization_id(&self) -> &str {
        &self.organization.id
    }
}
