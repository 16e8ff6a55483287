//! People at a TV: who may sign in there, and what they see of themselves. How they prove who they
//! are is the same for everything ([`proof`](super::proof)).

pub mod pin;
pub mod record;
pub mod session;

use contract::member::TerminalPeople;
use contract::terminal::{Terminal, TerminalKind};
use store::{Store, Tx, households, people, terminals};

use super::kit::error::{Result, ServiceError};

/// Who may sign in at a TV.
///
/// # Errors
/// [`ServiceError::Unauthenticated`] for a terminal that is gone, [`ServiceError::Revoked`].
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

/// The terminal with this id, which asks.
///
/// # Errors
/// [`ServiceError::Unauthenticated`] for a terminal that is gone, [`ServiceError::Revoked`].
pub fn terminal(tx: &mut Tx<'_>, id: &str) -> Result<Terminal> {
    let terminal = terminals::get(tx, id)?.ok_or(ServiceError::Unauthenticated)?;
    // Its token may be in memory still.
    if terminal.revoked_at_ms.is_some() {
        return Err(ServiceError::Revoked);
    }
    Ok(terminal)
}
