//! Rooms of live meetings: who is there, whose hand is up, who was called on, and what everybody sees
//! and hears because of it.
//!
//! | module | holds |
//! |---|---|
//! | [`Director`] | how one meeting stands, a plain state machine |
//! | [`Session`] | one live meeting: its director, and the thread that keeps the [media](super::media) at its plan |
//! | [`Rooms`] | all live meetings of this process |
//! | [`people`] | who takes part and who directs |
//! | [`recording`] | a meeting that is over becomes a programme |
//! | [`demonstration`] | a meeting that runs by itself |
//!
//! [`Director`] owns no clock, thread or stream: inputs go in, and it can be asked for the
//! [`Plan`](super::media::Plan) the media have to follow, for the room's state as the host's page shows it and
//! for each terminal's place.

pub mod demonstration;
mod director;
mod encoders;
mod host_source;
mod outside;
mod parts;
pub mod people;
pub mod recording;
mod rooms;
mod session;
#[cfg(test)]
mod tests;

pub use director::{Director, Input, Participant, Refused, Terminal};
pub use parts::Parts;
pub use people::LiveMeeting;
pub use rooms::Rooms;
pub use session::Session;
