//! Somebody answers an evaluation: who, their PIN or card, a question a screen, all answers once more,
//! and the ballot.
//!
//! Every answer is on the disk as soon as it is given, sealed with what they prove who they are with
//! ([`ballot_draft`](crate::cache::ballot_draft)), and gone from it as soon as the ballot is written down.

mod answers;
mod asking;
mod controller;
mod handing;
mod number;
mod parts;
mod proving;
mod sheet;
mod shown;
#[cfg(test)]
mod tests;
pub mod view;

pub use asking::{Asking, OPTIONS};
pub use controller::{Answering, Block, Step, Turned};
pub use handing::{Handing, Outcome};
pub use number::{NumberPad, QUESTION, Said};
pub use parts::{Choice, Line, Row};
pub use sheet::{Picked, Place, Sheet};
