//! What the player's thread is told, by whoever works for it.

use crate::machine::Fact;
use crate::signalling::SignalError;
use crate::{Command, peer};

/// What the player's thread waits for.
pub(super) enum Note {
    Command(Command),
    /// From the pipeline with this number.
    Bus(u64, gst::Message),
    Fact(u64, Fact),
    /// The offer of the session with this number is complete, or cannot be made.
    Offer(u64, Result<(), peer::Refusal>),
    /// The server's answer to it.
    Answer(u64, Result<String, SignalError>),
    Quit,
}
