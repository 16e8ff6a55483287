//! Adding and changing members.

use std::sync::Arc;

use contract::error::FieldError;
use contract::member::{Household, Member, MemberDraft, MemberStatus};
use contract::organization::Organization;
use store::members::{self, Content, Number, NumberChange, Record};
use store::versions::Seen;
use store::{Store, Tx, WriteTx};

use super::super::identity;
use super::super::kit::audit::{Actor, Words};
use super::super::kit::error::{Result, ServiceError};
use super::super::kit::rights::{Action, Staff};
use super::super::kit::{calendar, names, reason, subject};
use super::super::vault::{Field, Place, Vault};
use super::{noted, notice_duplicates, shown_one};

/// Adds a member.
///
/// # Errors
/// [`ServiceError::Invalid`] with every field that is wrong, [`ServiceError::Forbidden`],
/// [`ServiceError::Conflict`] for a card that somebody else has.
pub fn create(
    store: &Store,
    vault: &Arc<Vault>,
    staff: &Staff,
    draft: &MemberDraft,
    now_ms: i64,
) -> Result<Member> {
    let (vault, staff, draft) = (Arc::clone(vault), staff.clone(), draft.clone());
    store.write(move |tx| {
        let organization = home(tx, &staff, &draft)?;
        let checked = Checked::of(&draft, now_ms)?;
        let household = household(tx, &staff, draft.household_id.as_deref())?;
        let id = members::new_id(now_ms);
        let content = checked.seal(tx, &vault, &id, household)?;
        tx.written_by(&staff.login);
        let record = members::create(tx, &id, &organization.id, &content, None, now_ms)?;
        added(tx, &Actor::of(Some(&staff)), &record, now_ms)?;
        shown_one(tx, &staff, record)
    })
}

/// Changes a member, if they still are of this version. The home organization stays: changing it
/// is a transfer.
///
/// # Errors
/// As [`create`]; [`ServiceError::Stale`], [`ServiceError::NotFound`].
pub fn edit(
    store: &Store,
    vault: &Arc<Vault>,
    staff: &Staff,
    id: &str,
    seen: Seen,
    draft: &MemberDraft,
    now_ms: i64,
) -> Result<Member> {
    let (vault, staff, draft) = (Arc::clone(vault), staff.clone(), draft.clone());
    let id = id.to_owned();
    store.write(move |tx| {
        let old: Record = subject::allowed(tx, &staff, Action::WriteMembers, &id)?;
        not_purged(&old)?;
        let organization = home(tx, &staff, &draft)?;
        if organization.id != old.organization.id {
            return Err(ServiceError::field(
                "organization_code",
                "这里不能改所在组织，请办理转接",
            ));
        }
        let checked = Checked::of(&draft, now_ms)?;
        let household = household(tx, &staff, draft.household_id.as_deref())?;
        let content = checked.seal(tx, &vault, &id, household)?;
        tx.written_by(&staff.login);
        let (record, _) = members::update(tx, &id, seen, &content, None, now_ms)?;
        changed(tx, &Actor::of(Some(&staff)), &old, &record, now_ms)?;
        shown_one(tx, &staff, record)
    })
}

/// Notes a member who was added.
pub(super) fn added(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    record: &Record,
    now_ms: i64,
) -> Result<()> {
    notice_duplicates(tx, record, now_ms)?;
    noted(tx, actor, "member.create", record, Words::None, now_ms)
}

/// Notes what was changed of a member, by the names of the fields.
pub(super) fn changed(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    old: &Record,
    new: &Record,
    now_ms: i64,
) -> Result<()> {
    if old.id_index != new.id_index {
        notice_duplicates(tx, new, now_ms)?;
    }
    let fields = [
        ("name", old.name != new.name),
        ("status", old.status != new.status),
        ("household", old.household != new.household),
        ("id_number", old.id_index != new.id_index),
        ("phone", old.phone_index != new.phone_index),
        ("card", old.card_index != new.card_index),
        ("joined_on", old.joined_on != new.joined_on),
        ("exempt", old.exempt_reason != new.exempt_reason),
    ];
    let different: Vec<&'static str> = fields
        .iter()
        .filter(|(_, different)| *different)
        .map(|(name, _)| *name)
        .collect();
    if different.is_empty() {
        return Ok(());
    }
    noted(
        tx,
        actor,
        "member.update",
        new,
        Words::Fields(&different),
        now_ms,
    )
}

/// A draft whose fields are right, with its numbers still in clear.
pub(super) struct Checked {
    draft: MemberDraft,
    id_number: Written<identity::IdNumber>,
    phone: Written<String>,
    card: Written<String>,
    joined_on: Option<String>,
}

/// A number as it was written.
enum Written<T> {
    Keep,
    Empty,
    Set(T),
}

impl<T> Written<T> {
    fn read(
        written: Option<&str>,
        read: impl FnOnce(&str) -> Result<T, &'static str>,
    ) -> Result<Self, &'static str> {
        match written.map(str::trim) {
            None => Ok(Self::Keep),
            Some("") => Ok(Self::Empty),
            Some(text) => read(text).map(Self::Set),
        }
    }
}

impl Checked {
    /// # Errors
    /// [`ServiceError::Invalid`] with every field that is wrong.
    pub(super) fn of(draft: &MemberDraft, now_ms: i64) -> Result<Self> {
        let today = calendar::today(now_ms);
        let mut wrong = Vec::new();
        let mut complain = |field: &str, message: &str| {
            wrong.push(FieldError {
                field: field.to_owned(),
                message: message.to_owned(),
            });
        };
        let mut draft = draft.clone();
        match names::person_title(&draft.name, "姓名", 40) {
            Err(message) => complain("name", &message),
            Ok(name) if reason::holds_a_number(&name) => {
                complain("name", "姓名里不要写证件号或电话");
            }
            Ok(name) => draft.name = name,
        }
        draft.exempt_reason = draft.exempt_reason.filter(|text| !names::is_blank(text));
        if let Some(text) = &draft.exempt_reason {
            match reason::checked("exempt_reason", text) {
                Ok(text) => draft.exempt_reason = Some(text.to_string()),
                Err(ServiceError::Invalid(errors)) => {
                    errors
                        .iter()
                        .for_each(|it| complain(&it.field, &it.message));
                }
                Err(other) => return Err(other),
            }
        }
        if draft.status == MemberStatus::Unknown {
            complain("status", names::UNKNOWN_STATUS);
        }
        let mut joined_on = None;
        if let Some(text) = draft
            .joined_on
            .as_deref()
            .filter(|text| !text.trim().is_empty())
        {
            joined_on = calendar::day(text).filter(|day| *day <= today);
            if joined_on.is_none() {
                complain("joined_on", "日期须为过去的一天，请写成 2001-07-01 这样");
            }
        }
        let mut or_complain = |field: &str, message: &'static str| complain(field, message);
        let id_number = Written::read(draft.id_number.as_deref(), |text| {
            identity::id_number(text, today)
        });
        let id_number = id_number.unwrap_or_else(|message| {
            or_complain("id_number", message);
            Written::Keep
        });
        let phone =
            Written::read(draft.phone.as_deref(), identity::phone).unwrap_or_else(|message| {
                or_complain("phone", message);
                Written::Keep
            });
        let card = Written::read(draft.card.as_deref(), identity::card).unwrap_or_else(|message| {
            or_complain("card", message);
            Written::Keep
        });
        if wrong.is_empty() {
            Ok(Self {
                joined_on: joined_on.map(|day| day.to_string()),
                draft,
                id_number,
                phone,
                card,
            })
        } else {
            Err(ServiceError::Invalid(wrong))
        }
    }

    /// When they joined, `YYYY-MM-DD`.
    pub(super) fn joined_on(&self) -> Option<&str> {
        self.joined_on.as_deref()
    }

    /// Blind index of the identity number.
    pub(super) fn id_index(&self, vault: &Vault) -> Option<String> {
        match &self.id_number {
            Written::Set(number) => Some(vault.index(Field::IdNumber, &number.normal)),
            Written::Keep | Written::Empty => None,
        }
    }

    /// Blind index of the telephone number.
    pub(super) fn phone_index(&self, vault: &Vault) -> Option<String> {
        match &self.phone {
            Written::Set(number) => Some(vault.index(Field::Phone, number)),
            Written::Keep | Written::Empty => None,
        }
    }

    /// What is kept of it for the member with this id.
    pub(super) fn seal(
        &self,
        tx: &mut Tx<'_>,
        vault: &Vault,
        id: &str,
        household_id: Option<String>,
    ) -> Result<Content> {
        let mut sealed = |place: Place<'_>, field, normal: &str, hint: String| {
            Ok::<_, ServiceError>(NumberChange::Set(Number {
                sealed: vault.seal(tx, place, normal)?,
                index: vault.index(field, normal),
                hint,
            }))
        };
        let mut content = Content {
            name: self.draft.name.clone(),
            status: self.draft.status,
            household_id,
            joined_on: self.joined_on.clone(),
            exempt_reason: self.draft.exempt_reason.clone(),
            ..Content::default()
        };
        content.id_number = match &self.id_number {
            Written::Keep => NumberChange::Keep,
            Written::Empty => NumberChange::Clear,
            Written::Set(number) => {
                content.born_on = Some(number.born_on.clone());
                content.sex = Some(number.sex);
                let normal = &number.normal;
                let hint = identity::id_hint(normal);
                sealed(Place::IdNumber(id), Field::IdNumber, normal, hint)?
            }
        };
        content.phone = match &self.phone {
            Written::Keep => NumberChange::Keep,
            Written::Empty => NumberChange::Clear,
            Written::Set(number) => {
                let hint = identity::phone_hint(number);
                sealed(Place::Phone(id), Field::Phone, number, hint)?
            }
        };
        content.card = match &self.card {
            Written::Keep => NumberChange::Keep,
            Written::Empty => NumberChange::Clear,
            Written::Set(number) => {
                let hint = identity::card_hint(number);
                sealed(Place::Card(id), Field::Card, number, hint)?
            }
        };
        Ok(content)
    }
}

/// A purged row stands for nobody any more.
pub(super) fn not_purged(record: &Record) -> Result<()> {
    if record.left_at_ms.is_some() && record.name == members::purge::PURGED {
        return Err(ServiceError::Conflict(
            "这位党员的信息已清除，请重新登记".to_owned(),
        ));
    }
    Ok(())
}

/// The household, if it lies in the subtree.
fn household(tx: &mut Tx<'_>, staff: &Staff, id: Option<&str>) -> Result<Option<String>> {
    let Some(id) = id.filter(|id| !id.is_empty()) else {
        return Ok(None);
    };
    let found: Household = subject::chosen(tx, staff, id)?
        .ok_or_else(|| ServiceError::field("household_id", "没有这一户，请重新选择"))?;
    Ok(Some(found.id))
}

fn home(tx: &mut Tx<'_>, staff: &Staff, draft: &MemberDraft) -> Result<Organization> {
    let (action, code) = (Action::WriteMembers, &draft.organization_code);
    subject::organization(tx, staff, action, "organization_code", code)
}
