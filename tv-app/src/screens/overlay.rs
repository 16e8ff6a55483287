//! What lies over any screen: a short message, or a question.

use crate::cache::ToldLater;

/// What just happened, said at the bottom of the screen until a key or 8 s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toast {
    /// The network is gone; what is here can be read.
    Offline,
    /// The network is back.
    BackOnline,
    /// A setting was taken over.
    Saved,
    /// A programme is being kept.
    KeepStarted,
    /// A kept programme was removed.
    KeepRemoved,
    /// A programme could not be kept.
    KeepFailed,
    /// The disk is full.
    DiskFull,
    /// A programme that needs the network.
    NotHere,
    /// No speech program is installed.
    NoSpeech,
    /// The text size changed.
    SizeChanged,
    /// Captions are shown.
    CaptionsOn,
    /// Captions are hidden.
    CaptionsOff,
    /// The key does nothing here.
    KeyUnknown,
    /// No roll call is open.
    NoRollCall,
}

/// How long a message stays, in ms (UX: “until a key or 8 s”).
pub const TOAST_MS: u64 = 8_000;

/// A question that must be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// Leave the application?
    Quit,
    /// An urgent notice: its id and title.
    Urgent(String, String),
    /// Staff have revoked this terminal.
    Revoked,
    /// A sign-in that had been kept was refused.
    Refused(ToldLater),
}

/// An answer to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Stay in the application.
    Stay,
    /// Leave the application.
    Quit,
    /// It was read.
    Understood,
    /// Read it now.
    ReadNow,
    /// Not now.
    Later,
}

impl Dialog {
    /// The answers on offer; the first is the harmless one and has the focus.
    #[must_use]
    pub fn answers(&self) -> &'static [Answer] {
        match self {
            Self::Quit => &[Answer::Stay, Answer::Quit],
            Self::Urgent(..) => &[Answer::ReadNow, Answer::Later],
            Self::Revoked | Self::Refused(_) => &[Answer::Understood],
        }
    }
}
