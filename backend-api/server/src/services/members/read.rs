//! Lists of members.

use contract::member::{DuplicateGroup, DuplicatePerson, Member, MemberOnly, MemberStatus};
use jiff::ToSpan as _;
use store::Store;
use store::members::search::Only;
use store::members::{Record, search};

use super::super::identity;
use super::super::kit::audit::{self, About, Actor, Thing, Words};
use super::super::kit::calendar;
use super::super::kit::error::{Result, ServiceError};
use super::super::kit::rights::{Action, Staff};
use super::super::kit::subject;
use super::super::vault::{Field, Vault};
use super::{compared, noted, shown, shown_one};

/// Which members to list.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of the organization with this code and those below it; left out: of the own one.
    pub organization_code: Option<String>,
    /// Whose name contains this, or is read so.
    pub name: Option<String>,
    /// Whose telephone number ends, as it may be shown, with these.
    pub phone_tail: Option<String>,
    /// Of this standing.
    pub status: Option<MemberStatus>,
    /// Of this household.
    pub household_id: Option<String>,
    /// Those who left, too.
    pub left: bool,
    /// Only these.
    pub only: Option<MemberOnly>,
}

/// Members of the subtree, newest first.
///
/// # Errors
/// [`ServiceError::Forbidden`](super::super::kit::error::ServiceError::Forbidden),
/// [`ServiceError::Invalid`](super::super::kit::error::ServiceError::Invalid) for an unknown
/// organization, and for digits of a telephone number that are not four.
pub fn list(
    store: &Store,
    staff: &Staff,
    filter: &Filter,
    before: Option<&str>,
    limit: u32,
    now_ms: i64,
) -> Result<Vec<Member>> {
    staff.may(Action::ReadMembers)?;
    // Fewer would tell nothing, more than is shown would be guessed at.
    if let Some(tail) = &filter.phone_tail
        && (tail.len() != 4 || !tail.bytes().all(|it| it.is_ascii_digit()))
    {
        return Err(ServiceError::field("phone_tail", "请写电话的后四位数字"));
    }
    let eighty = eighty_years_before(now_ms);
    let (within, found) = store.read(|tx| {
        let code = filter.organization_code.as_deref();
        let within = subject::within(tx, staff, Action::ReadMembers, code)?;
        let wanted = search::Filter {
            within: &within,
            name: filter.name.as_deref(),
            phone_tail: filter.phone_tail.as_deref(),
            status: filter.status,
            household_id: filter.household_id.as_deref(),
            index: None,
            left: filter.left,
            only: filter.only.map(|only| match only {
                MemberOnly::Exempt => Only::Exempt,
                MemberOnly::NoPin => Only::NoPin,
                MemberOnly::NoPhone => Only::NoPhone,
                MemberOnly::Over80 => Only::BornUntil(&eighty),
                MemberOnly::Double => Only::Double(&staff.organization.id),
                MemberOnly::Left => Only::Left,
            }),
        };
        let found = search::list(tx, &wanted, before, limit)?;
        let found = shown(tx, &staff.organization.id, found)?;
        Ok::<_, ServiceError>((within, found))
    })?;
    read_by(store, staff, "member.list", &within, found.len(), now_ms)?;
    Ok(found)
}

/// Who was born on this day or before is 80 or older: the same day, as an ISO 8601 date.
fn eighty_years_before(now_ms: i64) -> String {
    let today = calendar::today(now_ms);
    today.saturating_sub(80.years()).to_string()
}

/// Members of the subtree who have exactly this identity number, telephone number or card.
///
/// # Errors
/// [`ServiceError::Forbidden`](super::super::kit::error::ServiceError::Forbidden), or the database
/// failed.
pub fn by_number(
    store: &Store,
    vault: &Vault,
    staff: &Staff,
    number: &str,
    now_ms: i64,
) -> Result<Vec<Member>> {
    staff.may(Action::ReadMembers)?;
    let today = calendar::today(now_ms);
    let mut indexes = vec![vault.index(Field::Card, &identity::normal_card(number))];
    if let Ok(read) = identity::id_number(number, today) {
        indexes.push(vault.index(Field::IdNumber, &read.normal));
    }
    if let Ok(phone) = identity::phone(number) {
        indexes.push(vault.index(Field::Phone, &phone));
    }
    let found = store.read(|tx| {
        let mut found = Vec::new();
        for index in &indexes {
            let wanted = search::Filter {
                within: &staff.organization.id,
                index: Some(index),
                left: true,
                ..search::Filter::default()
            };
            found.extend(search::list(tx, &wanted, None, 200)?);
        }
        shown(tx, &staff.organization.id, found)
    })?;
    let within = &staff.organization.id;
    read_by(store, staff, "member.search", within, found.len(), now_ms)?;
    Ok(found)
}

/// One member.
///
/// # Errors
/// [`ServiceError::NotFound`](super::super::kit::error::ServiceError::NotFound),
/// [`ServiceError::Forbidden`](super::super::kit::error::ServiceError::Forbidden).
pub fn get(store: &Store, staff: &Staff, id: &str, now_ms: i64) -> Result<Member> {
    let (staff, id) = (staff.clone(), id.to_owned());
    store.write(move |tx| {
        let record: Record = subject::seen(tx, &staff, &id)?;
        noted(
            tx,
            &Actor::of(Some(&staff)),
            "member.read",
            &record,
            Words::None,
            now_ms,
        )?;
        shown_one(tx, &staff, record)
    })
}

/// Who is probably registered twice: members of the subtree with one identity number, the one
/// registered last at the end; by the id of that one, after `after`. Nothing is ever merged.
///
/// # Errors
/// [`ServiceError::Forbidden`](super::super::kit::error::ServiceError::Forbidden), or the database
/// failed.
pub fn duplicates(
    store: &Store,
    staff: &Staff,
    after: Option<&str>,
    limit: u32,
    now_ms: i64,
) -> Result<Vec<DuplicateGroup>> {
    staff.may(Action::ReadMembers)?;
    let within = &staff.organization.id;
    let groups = store.read(|tx| {
        let found = search::repeated(tx, within, after, limit)?;
        let ids: Vec<&str> = found.iter().map(|record| record.id.as_str()).collect();
        let mut like = search::duplicates(tx, within, &ids)?;
        let mut groups = Vec::with_capacity(found.len());
        for record in found {
            let others = like.remove(&record.id).unwrap_or_default();
            let mut people = compared(tx, &record, others)?;
            people.push(DuplicatePerson {
                member_id: record.id.clone(),
                name: record.name,
                organization: record.organization,
                shared: vec!["id_number".to_owned()],
                differs: Vec::new(),
            });
            groups.push(DuplicateGroup {
                member_id: record.id,
                people,
            });
        }
        Ok::<_, ServiceError>(groups)
    })?;
    read_by(
        store,
        staff,
        "member.duplicates",
        within,
        groups.len(),
        now_ms,
    )?;
    Ok(groups)
}

fn read_by(
    store: &Store,
    staff: &Staff,
    action: &'static str,
    organization_id: &str,
    count: usize,
    now_ms: i64,
) -> Result<()> {
    let (actor, id) = (Actor::of(Some(staff)), organization_id.to_owned());
    store.write(move |tx| {
        let about = About::one(Thing::Organization, &id);
        audit::note(
            tx,
            &actor,
            action,
            &about,
            Some(&id),
            Words::People(count),
            now_ms,
        )
    })?;
    Ok(())
}
