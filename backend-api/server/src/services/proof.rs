//! How somebody proves who they are at a TV: one judgement for everything that a person does there,
//! with one limit of tries.
//!
//! At a home its household's people do, by PIN; at a station the people of its organization and of those
//! below it by PIN, and anybody by card. A signage screen knows nobody. A PIN is six digits: what
//! protects it is the limit of tries and a key outside the database, see
//! `docs/decisions/0009-people.md`.

use contract::proof::Proof;
use contract::staff::NoticeKind;
use contract::terminal::{Terminal, TerminalKind};
use store::members::{self, Record};
use store::{Tx, WriteTx, households, notices, pins, terminals};

use super::kit::audit::{self, About, Actor, Thing, Words};
use super::kit::error::{Result, ServiceError};
use crate::services::identity;
use crate::services::vault::{Field, Vault};

const ELSEWHERE: ServiceError = ServiceError::Forbidden("您不在这台电视的名单里，请到村里的会议室");

/// Five wrong ones lock that member on that terminal for a quarter of an hour.
pub const RULE: pins::Rule = pins::Rule {
    tries: 5,
    lock_ms: 15 * 60_000,
};

/// What came of a PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is theirs.
    Right,
    /// It is not, and so many tries are left.
    Wrong {
        /// Tries until it is locked.
        left: u32,
    },
    /// Too many were wrong; this one was the last or was not looked at.
    Locked {
        /// Until when.
        until_ms: i64,
    },
    /// They have none.
    NoPin,
}

impl Verdict {
    /// The refusal of anything but the right PIN. A transaction that counted a wrong one must
    /// commit first.
    ///
    /// # Errors
    /// [`ServiceError::WrongPin`], [`ServiceError::PinLocked`], [`ServiceError::NoPin`].
    pub fn must_be_right(self) -> Result<()> {
        match self {
            Self::Right => Ok(()),
            Self::Wrong { left } => Err(ServiceError::WrongPin { left }),
            Self::Locked { until_ms } => Err(ServiceError::PinLocked { until_ms }),
            Self::NoPin => Err(ServiceError::NoPin),
        }
    }
}

/// Whether somebody proved who they are. A refusal is a value, not an error: the transaction that
/// counted a wrong PIN must commit.
pub enum Proved {
    /// It is this member.
    Yes(Box<Record>),
    /// They did not.
    No(ServiceError),
}

/// Judges a proof at a terminal. Costs a try if the PIN is wrong.
///
/// # Errors
/// The database failed.
pub fn prove(
    tx: &mut WriteTx<'_>,
    vault: &Vault,
    terminal: &Terminal,
    proof: &Proof,
    now_ms: i64,
) -> Result<Proved> {
    match proof {
        Proof::Card { card } => by_card(tx, vault, terminal, card),
        Proof::Pin { member_id, pin } => {
            let found = members::get(tx, member_id)?.filter(|it| it.left_at_ms.is_none());
            let Some(member) = found else {
                return Ok(Proved::No(ELSEWHERE));
            };
            if !knows(tx, terminal, &member)? {
                return Ok(Proved::No(ELSEWHERE));
            }
            let verdict = check(tx, vault, &member, &terminal.id, pin, now_ms)?;
            Ok(match verdict {
                Verdict::Right => Proved::Yes(Box::new(member)),
                other => Proved::No(other.must_be_right().err().unwrap_or(ELSEWHERE)),
            })
        }
    }
}

/// The one whose card this is, at a station.
fn by_card(tx: &mut Tx<'_>, vault: &Vault, terminal: &Terminal, card: &str) -> Result<Proved> {
    if !takes_cards(terminal.kind) {
        return Ok(Proved::No(ServiceError::Forbidden(
            "这台电视不能刷卡，请选择姓名并输入 PIN",
        )));
    }
    let index = vault.index(Field::Card, &identity::normal_card(card));
    let found = members::by_card(tx, &index)?.filter(|it| it.left_at_ms.is_none());
    Ok(match found {
        Some(member) => Proved::Yes(Box::new(member)),
        None => Proved::No(ServiceError::UnknownCard),
    })
}

/// Whether somebody may prove themselves by PIN at this TV.
fn knows(tx: &mut Tx<'_>, terminal: &Terminal, member: &Record) -> Result<bool> {
    let household = match terminal.kind {
        TerminalKind::Household => households::of_terminal(tx, &terminal.id)?.map(|it| it.id),
        TerminalKind::Station | TerminalKind::Signage => None,
    };
    let is_below = match terminal.kind {
        TerminalKind::Station => members::is_within(tx, member, &terminal.organization.id)?,
        TerminalKind::Household | TerminalKind::Signage => false,
    };
    let theirs = member.household.as_ref().map(|it| it.id.as_str());
    Ok(is_of(terminal.kind, household.as_deref(), theirs, is_below))
}

/// Whether somebody is one of the people of a terminal: at a home those of its household are, at a
/// station those of its organization and of those below it.
#[must_use]
pub fn is_of(
    kind: TerminalKind,
    household: Option<&str>,
    theirs: Option<&str>,
    is_below: bool,
) -> bool {
    match kind {
        TerminalKind::Household => household.is_some() && household == theirs,
        TerminalKind::Station => is_below,
        TerminalKind::Signage => false,
    }
}

/// Whether a card is proof at a terminal of this kind.
#[must_use]
pub fn takes_cards(kind: TerminalKind) -> bool {
    kind == TerminalKind::Station
}

/// What was read of a member before a PIN of theirs is checked.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a> {
    /// Who.
    pub member_id: &'a str,
    /// What is kept of their PIN.
    pub pin_hash: &'a str,
    /// No wrong one is counted at this terminal.
    pub is_clean: bool,
}

/// Checks a PIN of which what is needed was read in the same transaction with many others: the right
/// one costs no statement where none was wrong.
///
/// # Errors
/// The database failed.
pub fn check_one_of_many(
    tx: &mut WriteTx<'_>,
    vault: &Vault,
    owner: Owner<'_>,
    terminal_id: &str,
    pin: &str,
    now_ms: i64,
) -> Result<Verdict> {
    if owner.is_clean && vault.pin_matches(owner.member_id, pin, owner.pin_hash) {
        return Ok(Verdict::Right);
    }
    let member = members::get(tx, owner.member_id)?.ok_or(ServiceError::NotFound("这位党员"))?;
    check(tx, vault, &member, terminal_id, pin, now_ms)
}

/// Checks a member's PIN on a terminal, and counts it if it is wrong. While it is locked no PIN is
/// looked at. The one that locks leaves staff a notice.
///
/// # Errors
/// The database failed.
fn check(
    tx: &mut WriteTx<'_>,
    vault: &Vault,
    member: &Record,
    terminal_id: &str,
    pin: &str,
    now_ms: i64,
) -> Result<Verdict> {
    let Some(kept) = &member.pin_hash else {
        return Ok(Verdict::NoPin);
    };
    if let Some(until_ms) = pins::locked_until(tx, &member.id, terminal_id, now_ms)? {
        return Ok(Verdict::Locked { until_ms });
    }
    if vault.pin_matches(&member.id, pin, kept) {
        pins::record_success(tx, &member.id, terminal_id)?;
        return Ok(Verdict::Right);
    }
    match pins::record_failure(tx, &member.id, terminal_id, RULE, now_ms)? {
        pins::Failed::Left(left) => Ok(Verdict::Wrong { left }),
        pins::Failed::Locked { until_ms } => {
            locked(tx, member, terminal_id, now_ms)?;
            Ok(Verdict::Locked { until_ms })
        }
    }
}

fn locked(tx: &mut WriteTx<'_>, member: &Record, terminal_id: &str, now_ms: i64) -> Result<()> {
    let terminal = terminals::get(tx, terminal_id)?.map_or_else(String::new, |it| it.name);
    let about = About::one(Thing::Member, &member.id);
    let notice = notices::NewNotice {
        organization_id: member.organization.id.clone(),
        kind: NoticeKind::PinLocked,
        subject: about.to_string(),
        detail: format!(
            "{} 在电视“{terminal}”上连续 {} 次输错 PIN，已锁定 15 分钟",
            member.name, RULE.tries
        ),
    };
    notices::raise(tx, &notice, now_ms)?;
    let actor = Actor::Terminal(terminal_id.to_owned());
    let place = Some(member.organization.id.as_str());
    audit::note(tx, &actor, "pin.lock", &about, place, Words::None, now_ms)?;
    Ok(())
}
