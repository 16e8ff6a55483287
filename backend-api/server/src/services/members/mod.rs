//! Members as staff work with them. Numbers are sealed on the way in and masked on the way out;
//! everything that is read or written here ends up in the audit log.
//!
//! | module | holds |
//! |---|---|
//! | [`read`] | lists, searching by exact number, who is registered twice |
//! | [`write`](mod@write) | adding and changing |
//! | [`moves`] | transfers, leaving, coming back |
//! | [`confidential`] | numbers in clear, PINs, purging |
//! | `reveals` | how many numbers one may see in a day |
//! | [`import`], `rows`, `matching`, `doubles` | many at once, from a list; who a row is, or may be |
//! | [`imports`] | trying a list, writing it all at once, taking it back |

pub mod confidential;
mod doubles;
pub mod import;
pub mod imports;
mod matching;
pub mod moves;
pub mod read;
pub mod reveals;
mod rows;
pub mod write;

use contract::member::{DuplicatePerson, Member};
use contract::staff::NoticeKind;
use store::members::{self, Record, search};
use store::{Tx, WriteTx, notices, organizations};

use super::kit::audit::{self, About, Actor, Thing, Words};
use super::kit::error::{Result, ServiceError};
use super::kit::rights::{Action, Staff};
use super::kit::subject::Subject;

/// What the log calls a member.
#[must_use]
pub fn about(id: &str) -> About {
    About::one(Thing::Member, id)
}

impl Subject for Record {
    const NAME: &'static str = "这位党员";
    const SEE: Action = Action::ReadMembers;

    fn find(tx: &mut Tx<'_>, id: &str) -> store::Result<Option<Self>> {
        members::get(tx, id)
    }

    fn organization_id(&self) -> &str {
        &self.organization.id
    }
}

/// As staff see them, with who is like them in the subtree `within`.
fn shown(tx: &mut Tx<'_>, within: &str, records: Vec<Record>) -> Result<Vec<Member>> {
    let ids: Vec<&str> = records.iter().map(|record| record.id.as_str()).collect();
    let mut like = search::duplicates(tx, within, &ids)?;
    let member = |record: Record| {
        let like = like.remove(&record.id).unwrap_or_default();
        record.shown(like.into_iter().map(|person| person.member_id).collect())
    };
    Ok(records.into_iter().map(member).collect())
}

fn shown_one(tx: &mut Tx<'_>, staff: &Staff, record: Record) -> Result<Member> {
    shown(tx, &staff.organization.id, vec![record])?
        .pop()
        .ok_or_else(|| ServiceError::Internal("a member was lost on the way".to_owned()))
}

fn noted(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    action: &'static str,
    member: &Record,
    words: Words<'_>,
    now_ms: i64,
) -> Result<()> {
    let organization = Some(member.organization.id.as_str());
    Ok(audit::note(
        tx,
        actor,
        action,
        &about(&member.id),
        organization,
        words,
        now_ms,
    )?)
}

/// In what two members differ, by the names of the fields; numbers only if both have one.
fn differences(one: &Record, other: &Record) -> Vec<String> {
    let both = |a: &Option<String>, b: &Option<String>| a.is_some() && b.is_some() && a != b;
    let homes = (&one.household, &other.household);
    let apart = matches!(homes, (Some(one), Some(other)) if one.name != other.name);
    let fields = [
        ("name", one.name != other.name),
        ("organization", one.organization.id != other.organization.id),
        ("status", one.status != other.status),
        ("household", apart),
        ("id_number", both(&one.id_index, &other.id_index)),
        ("phone", both(&one.phone_index, &other.phone_index)),
        ("card", both(&one.card_index, &other.card_index)),
        ("joined_on", both(&one.joined_on, &other.joined_on)),
    ];
    let different = fields.iter().filter(|(_, different)| *different);
    different.map(|(field, _)| (*field).to_owned()).collect()
}

/// Says of people who are like somebody in what they differ.
fn compared(
    tx: &mut Tx<'_>,
    record: &Record,
    like: Vec<DuplicatePerson>,
) -> Result<Vec<DuplicatePerson>> {
    let mut compared = like;
    for person in &mut compared {
        if let Some(other) = members::get(tx, &person.member_id)? {
            person.differs = differences(record, &other);
        }
    }
    Ok(compared)
}

/// Tells staff of both if somebody else has the same identity number. A telephone number is often
/// a family's.
fn notice_duplicates(tx: &mut WriteTx<'_>, member: &Record, now_ms: i64) -> Result<()> {
    let Some(root) = organizations::root(tx)? else {
        return Ok(());
    };
    let mut like = search::duplicates(tx, &root.id, &[&member.id])?;
    for other in like.remove(&member.id).unwrap_or_default() {
        if !other.shared.iter().any(|what| what == "id_number") {
            continue;
        }
        // Those who see both of them.
        let one = organizations::ancestors(tx, &member.organization.id)?;
        let two = organizations::ancestors(tx, &other.organization.id)?;
        let common = one
            .iter()
            .zip(&two)
            .take_while(|(a, b)| a.id == b.id)
            .last();
        let notice = notices::NewNotice {
            organization_id: common.map_or(root.id.clone(), |(shared, _)| shared.id.clone()),
            kind: NoticeKind::Duplicate,
            subject: about(&member.id).to_string(),
            detail: "与另一位党员的身份证号相同，请核对是否重复登记".to_owned(),
        };
        notices::raise(tx, &notice, now_ms)?;
    }
    Ok(())
}
