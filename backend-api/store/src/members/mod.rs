//! Members: people in one home organization each.
//!
//! | module | holds |
//! |---|---|
//! | here | the person: adding, changing, finding one |
//! | [`search`] | lists, exact numbers, who is registered twice |
//! | [`imports`] | what imports changed, for as long as they can be taken back |
//! | [`moves`] | transfers between organizations, leaving, coming back |
//! | [`purge`] | taking everything away that names a person |
//! | [`sealing`] | sealed numbers, one by one and all, for a new key |
//!
//! Numbers come sealed, with a blind index that finds them and a hint that may be shown; nothing
//! here can open them. Every change that a TV could show is told to [`people`].

pub mod imports;
pub mod moves;
pub mod purge;
pub mod sealing;
pub mod search;

use std::fmt;

use contract::member::{HouseholdRef, Member, MemberRef, MemberStatus, Sex};
use contract::organization::OrganizationRef;

use crate::codec::{from_name, to_name};
use crate::driver::{Row, Tx, Value, WriteTx, params};
use crate::error::{Error, Result};
use crate::part::Part;
use crate::source::Source;
use crate::versions::Seen;
use crate::{found_by, limits, member_sessions, people, tree};

pub(crate) const PART: Part = Part {
    tables: &["member_imports", "member_import_households"],
    scrubbed: &["members", "member_import_people", "member_transfers"],
    sealed: &[
        "members WHERE id_sealed IS NOT NULL OR phone_sealed IS NOT NULL OR card_sealed IS NOT NULL
         OR pin_hash IS NOT NULL",
        "member_import_people WHERE id_sealed IS NOT NULL OR phone_sealed IS NOT NULL OR card_sealed IS NOT NULL",
    ],
    ..Part::EMPTY
};

const SELECT: &str = "SELECT m.id, m.version, m.organization_id, o.name, m.household_id, h.name, m.name, m.status, \
     m.id_index, m.id_hint, m.born_on, m.sex, m.phone_index, m.phone_hint, m.card_index, m.card_hint, m.joined_on, \
     m.exempt_reason, m.pin_hash, m.source_key, m.source_hash, m.left_at_ms, m.created_at_ms, m.updated_at_ms, m.updated_by \
     FROM members m JOIN organizations o ON o.id = m.organization_id LEFT JOIN households h ON h.id = m.household_id";

/// A personal number as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Number {
    /// The number, sealed.
    pub sealed: String,
    /// Blind index of its normal form.
    pub index: String,
    /// The form that may be shown.
    pub hint: String,
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Number({})", self.hint)
    }
}

/// What happens to a number when a member is changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum NumberChange {
    /// It stays.
    #[default]
    Keep,
    /// It is taken away.
    Clear,
    /// It is this one from now on.
    Set(Number),
}

/// What is written of a member.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// Name.
    pub name: String,
    /// Standing.
    pub status: MemberStatus,
    /// Household.
    pub household_id: Option<String>,
    /// Identity number. Date of birth and sex go with it.
    pub id_number: NumberChange,
    /// Date of birth, if the identity number is set.
    pub born_on: Option<String>,
    /// Sex, if the identity number is set.
    pub sex: Option<Sex>,
    /// Telephone number.
    pub phone: NumberChange,
    /// Card.
    pub card: NumberChange,
    /// ISO 8601 date.
    pub joined_on: Option<String>,
    /// Why roll calls do not count them.
    pub exempt_reason: Option<String>,
}

/// A member as kept, without the sealed numbers.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    /// Id.
    pub id: String,
    /// Counts up with every change.
    pub version: i64,
    /// Home organization.
    pub organization: OrganizationRef,
    /// Household.
    pub household: Option<HouseholdRef>,
    /// Name.
    pub name: String,
    /// Standing.
    pub status: MemberStatus,
    /// Blind index of the identity number.
    pub id_index: Option<String>,
    /// Identity number as it may be shown.
    pub id_hint: Option<String>,
    /// Date of birth.
    pub born_on: Option<String>,
    /// Sex.
    pub sex: Option<Sex>,
    /// Blind index of the telephone number.
    pub phone_index: Option<String>,
    /// Telephone number as it may be shown.
    pub phone_hint: Option<String>,
    /// Blind index of the card.
    pub card_index: Option<String>,
    /// Card as it may be shown.
    pub card_hint: Option<String>,
    /// When they joined.
    pub joined_on: Option<String>,
    /// Why roll calls do not count them.
    pub exempt_reason: Option<String>,
    /// Keyed hash of their PIN.
    pub pin_hash: Option<String>,
    /// Row of the list they were imported from.
    pub source: Option<Source>,
    /// When they left.
    pub left_at_ms: Option<i64>,
    /// When they were registered.
    pub created_at_ms: i64,
    /// When something about them was changed last.
    pub updated_at_ms: i64,
    /// Login name of who changed it; nothing: the server by itself, somebody at a TV, or it is not known.
    pub updated_by: Option<String>,
}

/// Names and hashes stay out of logs.
impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("id", &self.id)
            .field("version", &self.version)
            .field("organization", &self.organization.id)
            .field("status", &self.status)
            .field("left_at_ms", &self.left_at_ms)
            .finish_non_exhaustive()
    }
}

impl Record {
    /// As staff see it.
    #[must_use]
    pub fn shown(self, duplicate_ids: Vec<String>) -> Member {
        Member {
            id: self.id,
            version: self.version,
            organization: self.organization,
            name: self.name,
            status: self.status,
            id_number_masked: self.id_hint,
            born_on: self.born_on,
            sex: self.sex,
            phone_masked: self.phone_hint,
            card_masked: self.card_hint,
            joined_on: self.joined_on,
            exempt_reason: self.exempt_reason,
            household: self.household,
            pin_set: self.pin_hash.is_some(),
            duplicate_ids,
            left_at_ms: self.left_at_ms,
            updated_at_ms: self.updated_at_ms,
            updated_by: self.updated_by,
        }
    }

    /// As lists name them.
    #[must_use]
    pub fn named(&self) -> MemberRef {
        MemberRef {
            id: self.id.clone(),
            name: self.name.clone(),
        }
    }
}

/// An id for a member to be added: numbers are sealed for one member, so the id comes first.
#[must_use]
pub fn new_id(now_ms: i64) -> String {
    crate::codec::new_id(now_ms)
}

/// Adds a member under an id of [`new_id`].
///
/// # Errors
/// [`Error::NotFound`] without the organization or household, [`Error::Taken`] for a card or a
/// source that somebody else has.
pub fn create(
    tx: &mut WriteTx<'_>,
    id: &str,
    organization_id: &str,
    content: &Content,
    source: Option<&Source>,
    now_ms: i64,
) -> Result<Record> {
    tree::require(tx, &[organization_id])?;
    check(tx, id, content)?;
    let (identity, phone, card) = (
        set(&content.id_number),
        set(&content.phone),
        set(&content.card),
    );
    let with_identity = identity.is_some();
    let inserted = tx.execute(
        "INSERT INTO members (id, version, organization_id, household_id, name, status,
             id_sealed, id_index, id_hint, born_on, sex, phone_sealed, phone_index, phone_hint,
             card_sealed, card_index, card_hint, joined_on, exempt_reason, source_key, source_hash,
             created_at_ms, updated_at_ms, updated_by, found_by)
         VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
             ?21, ?21, ?22, ?23)
         ON CONFLICT DO NOTHING",
        params![
            id,
            organization_id,
            content.household_id.as_deref(),
            &content.name,
            to_name(&content.status)?,
            identity.map(|number| number.sealed.as_str()),
            identity.map(|number| number.index.as_str()),
            identity.map(|number| number.hint.as_str()),
            content.born_on.as_deref().filter(|_| with_identity),
            sex_name(content.sex.filter(|_| with_identity))?,
            phone.map(|number| number.sealed.as_str()),
            phone.map(|number| number.index.as_str()),
            phone.map(|number| number.hint.as_str()),
            card.map(|number| number.sealed.as_str()),
            card.map(|number| number.index.as_str()),
            card.map(|number| number.hint.as_str()),
            content.joined_on.as_deref(),
            content.exempt_reason.as_deref(),
            source.map(|source| source.key.as_str()),
            source.map(|source| source.hash.as_str()),
            now_ms,
            tx.writer(),
            found_by::name(&content.name)
        ],
    )?;
    if inserted == 0 {
        return Err(Error::Taken("source"));
    }
    let record = get(tx, id)?.ok_or(Error::NotFound("member"))?;
    told(tx, &record)?;
    Ok(record)
}

/// Changes a member; tells whether anything was different. If nothing was, nothing is written but
/// the source. With another card or household their sessions end.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], [`Error::Taken`] for a card that somebody else has.
pub fn update(
    tx: &mut WriteTx<'_>,
    id: &str,
    seen: impl Into<Seen>,
    content: &Content,
    source: Option<&Source>,
    now_ms: i64,
) -> Result<(Record, bool)> {
    let old = get(tx, id)?.ok_or(Error::NotFound("member"))?;
    seen.into().check(old.version)?;
    if let Some(source) = source.filter(|source| old.source.as_ref() != Some(source)) {
        let taken = by_source(tx, &source.key)?.is_some_and(|other| other.id != id);
        if taken {
            return Err(Error::Taken("source"));
        }
        tx.execute(
            "UPDATE members SET source_key = ?2, source_hash = ?3 WHERE id = ?1",
            params![id, &source.key, &source.hash],
        )?;
    }
    if !differs(&old, content) {
        let record = get(tx, id)?.ok_or(Error::NotFound("member"))?;
        return Ok((record, false));
    }
    check(tx, id, content)?;
    tx.execute(
        "UPDATE members SET version = version + 1, household_id = ?2, name = ?3, status = ?4, joined_on = ?5,
             exempt_reason = ?6, updated_at_ms = ?7, updated_by = ?8, found_by = ?9 WHERE id = ?1",
        params![
            id,
            content.household_id.as_deref(),
            &content.name,
            to_name(&content.status)?,
            content.joined_on.as_deref(),
            content.exempt_reason.as_deref(),
            now_ms,
            tx.writer(),
            found_by::name(&content.name)
        ],
    )?;
    if let Some([sealed, index, hint]) = changed(&content.id_number, old.id_index.as_deref()) {
        let (born_on, sex) = match index {
            Value::Null => (None, None),
            _ => (content.born_on.as_deref(), content.sex),
        };
        tx.execute(
            "UPDATE members SET id_sealed = ?2, id_index = ?3, id_hint = ?4, born_on = ?5, sex = ?6 WHERE id = ?1",
            &[id.into(), sealed, index, hint, born_on.into(), sex_name(sex)?.into()],
        )?;
    }
    if let Some([sealed, index, hint]) = changed(&content.phone, old.phone_index.as_deref()) {
        tx.execute(
            "UPDATE members SET phone_sealed = ?2, phone_index = ?3, phone_hint = ?4 WHERE id = ?1",
            &[id.into(), sealed, index, hint],
        )?;
    }
    if let Some([sealed, index, hint]) = changed(&content.card, old.card_index.as_deref()) {
        tx.execute(
            "UPDATE members SET card_sealed = ?2, card_index = ?3, card_hint = ?4 WHERE id = ?1",
            &[id.into(), sealed, index, hint],
        )?;
    }
    let record = get(tx, id)?.ok_or(Error::NotFound("member"))?;
    if old.household != record.household || old.card_index != record.card_index {
        member_sessions::end_all(tx, id)?;
    }
    if old.household != record.household {
        told(tx, &old)?;
    }
    told(tx, &record)?;
    Ok((record, true))
}

/// The member with this id.
///
/// # Errors
/// The database failed.
pub fn get(tx: &mut Tx<'_>, id: &str) -> Result<Option<Record>> {
    one(tx, "m.id", id)
}

/// The member with the card of this blind index.
///
/// # Errors
/// The database failed.
pub fn by_card(tx: &mut Tx<'_>, card_index: &str) -> Result<Option<Record>> {
    one(tx, "m.card_index", card_index)
}

/// The member who was imported from this row.
///
/// # Errors
/// The database failed.
pub fn by_source(tx: &mut Tx<'_>, source_key: &str) -> Result<Option<Record>> {
    one(tx, "m.source_key", source_key)
}

/// The members with these ids, in no particular order.
///
/// # Errors
/// The database failed.
pub fn by_ids(tx: &mut Tx<'_>, ids: &[&str]) -> Result<Vec<Record>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let places = crate::codec::placeholders(1, ids.len());
    let values: Vec<Value> = ids.iter().map(|id| Value::from(*id)).collect();
    tx.query(&format!("{SELECT} WHERE m.id IN ({places})"), &values)?
        .iter()
        .map(read)
        .collect()
}

/// Sets or takes away the PIN, forgets wrong tries and ends the member's sessions.
///
/// # Errors
/// [`Error::NotFound`].
pub fn set_pin(
    tx: &mut WriteTx<'_>,
    id: &str,
    pin_hash: Option<&str>,
    now_ms: i64,
) -> Result<Record> {
    let changed = tx.execute(
        "UPDATE members SET pin_hash = ?2, version = version + 1, updated_at_ms = ?3, updated_by = ?4 WHERE id = ?1",
        params![id, pin_hash, now_ms, tx.writer()],
    )?;
    found(changed)?;
    limits::forget_member(tx, id)?;
    member_sessions::end_all(tx, id)?;
    let record = get(tx, id)?.ok_or(Error::NotFound("member"))?;
    told(tx, &record)?;
    Ok(record)
}

/// Whether the member's home is `organization_id` or lies below it.
///
/// # Errors
/// The database failed.
pub fn is_within(tx: &mut Tx<'_>, member: &Record, organization_id: &str) -> Result<bool> {
    tree::is_within(tx, &member.organization.id, organization_id)
}

/// Tells the TVs that show this member.
pub(crate) fn told(tx: &mut WriteTx<'_>, member: &Record) -> Result<()> {
    let household = member
        .household
        .as_ref()
        .map(|household| household.id.as_str());
    people::changed(tx, &member.organization.id, household)
}

fn one(tx: &mut Tx<'_>, column: &str, value: &str) -> Result<Option<Record>> {
    tx.query_opt(&format!("{SELECT} WHERE {column} = ?1"), params![value])?
        .as_ref()
        .map(read)
        .transpose()
}

/// Fails before a statement would: a failed one would lose the transaction.
fn check(tx: &mut Tx<'_>, id: &str, content: &Content) -> Result<()> {
    if let Some(household) = &content.household_id {
        crate::households::get(tx, household)?.ok_or(Error::NotFound("household"))?;
    }
    if let Some(card) = set(&content.card)
        && by_card(tx, &card.index)?.is_some_and(|other| other.id != id)
    {
        return Err(Error::Taken("card"));
    }
    Ok(())
}

fn set(change: &NumberChange) -> Option<&Number> {
    match change {
        NumberChange::Set(number) => Some(number),
        NumberChange::Keep | NumberChange::Clear => None,
    }
}

/// The three columns of a number, if they change. The same number sealed anew is no change.
fn changed(change: &NumberChange, index: Option<&str>) -> Option<[Value; 3]> {
    match change {
        NumberChange::Set(number) if index != Some(&number.index) => Some([
            Value::from(&number.sealed),
            Value::from(&number.index),
            Value::from(&number.hint),
        ]),
        NumberChange::Clear if index.is_some() => Some([Value::Null, Value::Null, Value::Null]),
        _ => None,
    }
}

fn differs(old: &Record, content: &Content) -> bool {
    old.name != content.name
        || old.status != content.status
        || old.household.as_ref().map(|household| &household.id) != content.household_id.as_ref()
        || old.joined_on != content.joined_on
        || old.exempt_reason != content.exempt_reason
        || changed(&content.id_number, old.id_index.as_deref()).is_some()
        || changed(&content.phone, old.phone_index.as_deref()).is_some()
        || changed(&content.card, old.card_index.as_deref()).is_some()
}

fn sex_name(sex: Option<Sex>) -> Result<Option<String>> {
    sex.as_ref().map(to_name).transpose()
}

fn found(changed: u64) -> Result<()> {
    if changed == 0 {
        Err(Error::NotFound("member"))
    } else {
        Ok(())
    }
}

fn read(row: &Row) -> Result<Record> {
    let household = match (row.opt_text(4)?, row.opt_text(5)?) {
        (Some(id), Some(name)) => Some(HouseholdRef { id, name }),
        _ => None,
    };
    let source = match (row.opt_text(19)?, row.opt_text(20)?) {
        (Some(key), Some(hash)) => Some(Source { key, hash }),
        _ => None,
    };
    Ok(Record {
        id: row.text(0)?,
        version: row.int(1)?,
        organization: OrganizationRef {
            id: row.text(2)?,
            name: row.text(3)?,
        },
        household,
        name: row.text(6)?,
        status: from_name(row.text(7)?)?,
        id_index: row.opt_text(8)?,
        id_hint: row.opt_text(9)?,
        born_on: row.opt_text(10)?,
        sex: row.opt_text(11)?.map(from_name).transpose()?,
        phone_index: row.opt_text(12)?,
        phone_hint: row.opt_text(13)?,
        card_index: row.opt_text(14)?,
        card_hint: row.opt_text(15)?,
        joined_on: row.opt_text(16)?,
        exempt_reason: row.opt_text(17)?,
        pin_hash: row.opt_text(18)?,
        source,
        left_at_ms: row.opt_int(21)?,
        created_at_ms: row.int(22)?,
        updated_at_ms: row.int(23)?,
        updated_by: row.opt_text(24)?,
    })
}
