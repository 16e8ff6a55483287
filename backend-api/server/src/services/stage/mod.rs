//! The direction of a live meeting: who is there, whose hand is up, who was called on, what the
//! picture is put together from.
//!
//! [`Director`] is a plain state machine: inputs go in, and it can be asked for the [`Plan`] the
//! media have to follow, for the stage as the host's page shows it and for each terminal's place.
//! It owns no clock, thread or stream; [`studio`](super::studio) does what the plan says and
//! tells it what the media really do.

mod director;
mod plan;
#[cfg(test)]
mod tests;

pub use director::{Director, Input, Refused, Seat, StreamNews, Terminal};
pub use plan::{Plan, Program, Source, Who};
