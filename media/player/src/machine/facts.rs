//! What goes between the state machine and a pipeline.

use crate::{Event, PlayError, Source};

/// What the pipeline tells.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fact {
    /// Data has reached every sink: after opening, and after each seek.
    Ready,
    /// The pipeline runs (true) or stands (false).
    Moving(bool),
    /// Percent of the network buffer that is filled; 100 ends buffering.
    Buffering(u8),
    /// Where it is.
    Position(i64),
    /// Length, if it has one.
    Duration(Option<i64>),
    /// What part of a live stream can be reached now.
    Window { start_ms: i64, end_ms: i64 },
    /// Whether there is sound in it.
    HasAudio(bool),
    /// Bytes have come in or something was shown since the last time.
    Progress,
    /// A seek was refused: the stream cannot do it.
    SeekRefused,
    /// Everything has been shown.
    EndOfStream,
    /// The sound device has gone; the programme itself is fine.
    SoundLost,
    /// It cannot go on. [`PlayError::Network`] on a remote source starts reconnecting, on a live one
    /// nearly everything does.
    Fault(PlayError),
}

/// What the pipeline is to do.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Action {
    /// Build a pipeline for this and hold it at its first picture. With `hold_pictures` nothing
    /// is shown before the seek that follows.
    Open {
        source: Source,
        hold_pictures: bool,
        silent: bool,
    },
    /// Throw the pipeline away.
    Close,
    /// Run or stand.
    SetMoving(bool),
    /// Flush and go there.
    Seek { position_ms: i64, exact: bool },
    /// Loudness 0–100 (perceived) and whether the sound is off.
    Loudness { volume: u8, muted: bool },
}

/// What comes out, in order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Output {
    Event(Event),
    Action(Action),
}
