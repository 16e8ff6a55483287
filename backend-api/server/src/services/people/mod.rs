//! People at a TV: who may sign in there, how they prove who they are, and what they see of
//! themselves.
//!
//! At a home its household's people may, by PIN; at a station the people of its subtree by PIN,
//! and anybody by card. A signage screen knows nobody.

pub mod announce;
pub mod pin;
pub mod record;
pub mod session;

use contract::member::{Proof, TerminalPeople};
use contract::terminal::{Terminal, TerminalKind};
use store::members::{self, Record};
use store::{Store, Tx, WriteTx, households, people, terminals};

use super::identity;
use super::kit::error::{Result, ServiceError};
use super::pins::{self, Verdict};
use super::vault::{Field, Vault};

const ELSEWHERE: ServiceError = ServiceError::Forbidden("您不在这台电视的名单里，请到村里的会议室");

/// Who may sign in at a TV.
///
/// # Errors
/// [`ServiceError::Unauthenticated`] for a terminal that is gone.
pub fn of_terminal(store: &Store, terminal_id: &str) -> Result<TerminalPeople> {
    store.read(|tx| {
        let terminal = terminal(tx, terminal_id)?;
        Ok(match terminal.kind {
            TerminalKind::Household => {
                let household = households::of_terminal(tx, terminal_id)?;
                let people = match &household {
                    Some(household) => people::of_household(tx, &household.id)?,
                    None => Vec::new(),
                };
                TerminalPeople { household, people }
            }
            TerminalKind::Station => TerminalPeople {
                household: None,
                people: people::of_subtree(tx, &terminal.organization.id)?,
            },
            TerminalKind::Signage => TerminalPeople::default(),
        })
    })
}

/// Whether somebody proved who they are. A refusal is a value, not an error: the transaction that
/// counted a wrong PIN must commit.
enum Proved {
    Yes(Box<Record>),
    No(ServiceError),
}

/// Judges a proof. Costs a try if the PIN is wrong.
fn prove(
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
            let verdict = pins::check_of(tx, vault, &member, &terminal.id, pin, now_ms)?;
            Ok(match verdict {
                Verdict::Right => Proved::Yes(Box::new(member)),
                other => Proved::No(other.must_be_right().err().unwrap_or(ELSEWHERE)),
            })
        }
    }
}

/// The one whose card this is, at a station.
fn by_card(tx: &mut Tx<'_>, vault: &Vault, terminal: &Terminal, card: &str) -> Result<Proved> {
    if terminal.kind != TerminalKind::Station {
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

/// Whether somebody may sign in by PIN at this TV.
fn knows(tx: &mut Tx<'_>, terminal: &Terminal, member: &Record) -> Result<bool> {
    Ok(match terminal.kind {
        TerminalKind::Household => {
            let household = households::of_terminal(tx, &terminal.id)?;
            household.is_some() && household == member.household
        }
        TerminalKind::Station => members::is_within(tx, member, &terminal.organization.id)?,
        TerminalKind::Signage => false,
    })
}

fn terminal(tx: &mut Tx<'_>, id: &str) -> Result<Terminal> {
    terminals::get(tx, id)?.ok_or(ServiceError::Unauthenticated)
}
