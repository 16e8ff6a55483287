//! How somebody proves who they are at a TV: one judgement for everything that a person does there,
//! with one limit of tries ([`limits`](super::kit::limits)).
//!
//! At a home its household's people do, by PIN; at a station the people of its organization and of those
//! below it by PIN, and anybody by card. A signage screen knows nobody. A PIN is six digits: what
//! protects it is the limit of tries and a key outside the database, see
//! `docs/decisions/0009-people.md`.

use contract::proof::Proof;
use contract::terminal::{Terminal, TerminalKind};
use store::members::{self, Record};
use store::{Tx, WriteTx, households};

use super::kit::error::{Result, ServiceError};
use super::kit::limits::{Attempt, Failed, Guessable, Limits};
use crate::services::identity;
use crate::services::vault::{Field, Vault};

const ELSEWHERE: ServiceError = ServiceError::Forbidden("您不在这台电视的名单里，请到村里的会议室");

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
    /// Of a wrong PIN that was counted.
    #[must_use]
    pub fn wrong(failed: &Failed) -> Self {
        match failed.locked_until_ms {
            Some(until_ms) => Self::Locked { until_ms },
            None => Self::Wrong { left: failed.left },
        }
    }

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

/// What proofs are compared with.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The keys of personal data.
    pub vault: &'a Vault,
    /// Counts wrong ones.
    pub limits: &'a Limits,
}

/// Judges a proof at a terminal that asks from an address, as it is counted. Costs a try if it is wrong.
///
/// # Errors
/// The database failed.
pub fn prove(
    tx: &mut WriteTx<'_>,
    Known { vault, limits }: Known<'_>,
    (terminal, address): (&Terminal, &str),
    proof: &Proof,
    now_ms: i64,
) -> Result<Proved> {
    let attempt = |what| {
        Attempt::new(what)
            .terminal(&terminal.id, &terminal.organization.id)
            .by_address(address)
    };
    match proof {
        Proof::Card { card } => {
            let attempt = attempt(Guessable::Card);
            if takes_cards(terminal.kind)
                && let Some(until_ms) = limits.locked(tx, &attempt, now_ms)?
            {
                return Ok(Proved::No(ServiceError::too_many(until_ms, now_ms)));
            }
            let proved = by_card(tx, vault, terminal, card)?;
            if matches!(proved, Proved::No(ServiceError::UnknownCard)) {
                limits.failed(tx, &attempt, now_ms)?;
            }
            Ok(proved)
        }
        Proof::Pin { member_id, pin } => {
            let found = members::get(tx, member_id)?.filter(|it| it.left_at_ms.is_none());
            let Some(member) = found else {
                return Ok(Proved::No(ELSEWHERE));
            };
            if !knows(tx, terminal, &member)? {
                return Ok(Proved::No(ELSEWHERE));
            }
            let attempt = attempt(Guessable::Pin).member(&member.id);
            let verdict = check(tx, vault, limits, &member, &attempt, pin, now_ms)?;
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

/// Checks a member's PIN on a terminal, and counts it if it is wrong. While it is locked no PIN is
/// looked at. The one that locks leaves staff a notice.
fn check(
    tx: &mut WriteTx<'_>,
    vault: &Vault,
    limits: &Limits,
    member: &Record,
    attempt: &Attempt,
    pin: &str,
    now_ms: i64,
) -> Result<Verdict> {
    let Some(kept) = &member.pin_hash else {
        return Ok(Verdict::NoPin);
    };
    if let Some(until_ms) = limits.locked(tx, attempt, now_ms)? {
        return Ok(Verdict::Locked { until_ms });
    }
    if vault.pin_matches(&member.id, pin, kept) {
        limits.forget(tx, attempt)?;
        return Ok(Verdict::Right);
    }
    Ok(Verdict::wrong(&limits.failed(tx, attempt, now_ms)?))
}
