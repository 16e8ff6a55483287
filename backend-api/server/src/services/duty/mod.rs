//! Duty rooms (干部坐班): those with the right look into a station's or a camera's picture when they
//! need to, and the place is told and can read who did ([`contract::duty`]).
//!
//! | module | holds |
//! |---|---|
//! | [`rooms`] | making, changing and deleting rooms |
//! | [`Duty`] | opening and ending looks, and what a television is told |
//! | [`watch`] | who looks now, a plain state machine |
//! | [`cameras`] | fetching a camera while somebody looks |
//! | [`demonstration`] | stations that send a test picture while somebody looks |
//!
//! The log in the database is written before a look is possible, and closed after it is not any
//! more. What goes on besides (tokens, sessions, cameras) is in memory: a server that starts closes
//! what a killed one left open.

pub mod cameras;
pub mod demonstration;
mod looks;
pub mod rooms;
pub mod watch;

use super::kit::rights::Action;

pub use looks::{Duty, Parts};

/// Making rooms and looking into them.
const DUTY: Action = Action::Duty;
/// Seeing which rooms there are, and who looked.
const SEE: Action = Action::Read;
