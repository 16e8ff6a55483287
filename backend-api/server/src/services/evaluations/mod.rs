//! Evaluations, questionnaires and motions. What is published of the answers is decided by [`suppress`]
//! alone; [`table`] publishes the same figures one by one.
//!
//! | module | holds |
//! |---|---|
//! | [`draft`] | what may be written |
//! | [`manage`] | what staff do: write, announce, open, close, cancel, answer objections |
//! | [`schedule`] | what happens by itself: opening and closing |
//! | [`folder`] | those of a content folder |
//! | [`entitlement`] | 我能投吗, and objections |
//! | [`ballots`] | casting, on paper too, and counting |
//! | [`hash`], [`tally`], [`suppress`], [`table`] | from ballots to what is published |
//! | [`published`] | the table, for everybody |
//! | [`participation`] | how many took part, counted at most once a minute |

pub mod ballots;
pub mod draft;
pub mod entitlement;
pub mod folder;
pub mod hash;
pub mod manage;
pub mod participation;
pub mod published;
pub mod schedule;
pub mod suppress;
pub mod table;
pub mod tally;
#[cfg(test)]
mod verifier_tests;

use contract::evaluation::EvaluationState;
use contract::terminal::Terminal;
use store::evaluations::{self, Record};
use store::{Tx, organizations, terminals};

use super::kit::audit::{About, Thing};
use super::kit::error::{Result, ServiceError};
use super::kit::rights::{Action, Staff};
use super::kit::subject::{Shown, Subject};

/// How the audit log names an evaluation.
fn about(id: &str) -> About {
    About::one(Thing::Evaluation, id)
}

impl Subject for Record {
    const NAME: &'static str = "这次测评";
    const SEE: Action = Action::Read;

    fn find(tx: &mut Tx<'_>, id: &str) -> store::Result<Option<Self>> {
        evaluations::get(tx, id)
    }

    fn organization_id(&self) -> &str {
        &self.organization.id
    }

    /// Those below, whose members are asked, see it once it was announced.
    fn is_seen_from(&self, tx: &mut Tx<'_>, own: &str) -> store::Result<bool> {
        let theirs = &self.organization.id;
        if organizations::is_within(tx, theirs, own)? {
            return Ok(true);
        }
        Ok(self.announced_at_ms.is_some() && organizations::is_within(tx, own, theirs)?)
    }
}

impl Shown for Record {
    /// Nobody but staff sees a draft.
    fn audience_id(&self) -> &str {
        if self.state == EvaluationState::Draft {
            ""
        } else {
            &self.organization.id
        }
    }
}

/// The right to make, announce, open and close, and to take back what was entered by mistake.
///
/// # Errors
/// [`ServiceError::Forbidden`].
pub fn lead(staff: &Staff) -> Result<()> {
    staff.may(Action::Evaluate)?;
    staff.may(Action::Publish)
}

/// Whether who is entitled can still change.
///
/// # Errors
/// [`ServiceError::WrongState`].
fn may_still_join(record: &Record) -> Result<()> {
    match record.state {
        EvaluationState::Announced | EvaluationState::Open => Ok(()),
        other => Err(ServiceError::WrongState(other.into())),
    }
}

/// The terminal that asks; its token may be in memory still.
fn terminal(tx: &mut Tx<'_>, id: &str) -> Result<Terminal> {
    let terminal = terminals::get(tx, id)?.ok_or(ServiceError::Unauthenticated)?;
    if terminal.revoked_at_ms.is_some() {
        return Err(ServiceError::Revoked);
    }
    Ok(terminal)
}
