//! Roll calls: calling, signing in, correcting, reporting.
//!
//! | module | holds |
//! |---|---|
//! | [`judge`] | whether a sign-in counts: one pure function |
//! | [`presence`] | codes shown in the meeting picture |
//! | [`codes`] | which meeting shows them, and what becomes of them when it ends |
//! | [`manage`] | what staff do: make, open, close, cancel, correct |
//! | [`schedule`] | what happens by itself: opening, closing, spot checks |
//! | [`sign_in`] | a batch of sign-ins in one transaction |
//! | [`queue`] | where sign-ins wait for the next batch |
//! | [`show`] | what staff and terminals see |
//! | [`report`] | months, as tables |

pub mod codes;
pub mod judge;
pub mod manage;
pub mod presence;
pub mod queue;
pub mod report;
pub mod schedule;
pub mod show;
pub mod sign_in;

use super::kit::audit::{About, Thing};
use super::kit::rights::Action;

/// Seeing roll calls and their figures.
const SEE: Action = Action::Read;

/// How the audit log names a roll call.
fn about(id: &str) -> About {
    About::one(Thing::RollCall, id)
}
