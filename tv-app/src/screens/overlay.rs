//! What lies over any screen: a short message, or a question.

use contract::meeting::MeetingKind;

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
    /// A reminder was set.
    RemindOn,
    /// A reminder was taken away.
    RemindOff,
    /// A meeting cannot be watched without the network.
    MeetingOffline,
    /// A meeting that is over was not recorded.
    NoRecording,
    /// A meeting does not take place.
    MeetingCancelled,
    /// Somebody has begun to look into this place.
    LookBegan,
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
    /// A meeting is live: the call to it.
    Meeting {
        /// The meeting.
        id: String,
        /// Its title.
        title: String,
        /// Name of who holds it; empty while unknown.
        organization: String,
        /// How it is held.
        kind: MeetingKind,
        /// It begins by itself when nobody answers.
        by_itself: bool,
        /// When it goes away, in monotonic ms.
        until: u64,
    },
    /// A meeting that somebody wanted to be reminded of.
    Reminder {
        /// The meeting.
        id: String,
        /// Its title.
        title: String,
        /// Name of who holds it.
        organization: String,
        /// When it is planned to begin, Unix ms.
        starts_at_ms: i64,
        /// It is time; otherwise it begins soon.
        is_time: bool,
        /// When it goes away, in monotonic ms.
        until: u64,
    },
    /// A meeting that somebody wanted to be reminded of is at another time, or does not take
    /// place. It stays until it was read.
    Moved {
        /// The meeting.
        id: String,
        /// Its title.
        title: String,
        /// Name of who holds it.
        organization: String,
        /// When it is planned to begin now, or was, Unix ms.
        starts_at_ms: i64,
        /// It does not take place.
        off: bool,
    },
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
    /// Take part.
    Join,
    /// Do not take part.
    Decline,
}

impl Dialog {
    /// The answers on offer; the first has the focus: the harmless one, or what most people want.
    #[must_use]
    pub fn answers(&self) -> &'static [Answer] {
        match self {
            Self::Quit => &[Answer::Stay, Answer::Quit],
            Self::Urgent(..) => &[Answer::ReadNow, Answer::Later],
            Self::Meeting { .. } => &[Answer::Join, Answer::Decline],
            Self::Revoked | Self::Refused(_) | Self::Reminder { .. } | Self::Moved { .. } => {
                &[Answer::Understood]
            }
        }
    }

    /// The answer that changes nothing: what Back and Home mean, which never do harm.
    #[must_use]
    pub const fn harmless(&self) -> Answer {
        match self {
            Self::Quit => Answer::Stay,
            Self::Urgent(..) => Answer::Later,
            Self::Meeting { .. } => Answer::Decline,
            Self::Revoked | Self::Refused(_) | Self::Reminder { .. } | Self::Moved { .. } => {
                Answer::Understood
            }
        }
    }

    /// When it goes away by itself, in monotonic ms.
    #[must_use]
    pub const fn until(&self) -> Option<u64> {
        match self {
            Self::Meeting { until, .. } | Self::Reminder { until, .. } => Some(*until),
            Self::Quit
            | Self::Urgent(..)
            | Self::Revoked
            | Self::Refused(_)
            | Self::Moved { .. } => None,
        }
    }

    /// Whether it takes the whole screen, so that a programme below waits.
    #[must_use]
    pub const fn covers(&self) -> bool {
        matches!(
            self,
            Self::Urgent(..) | Self::Meeting { .. } | Self::Reminder { .. } | Self::Moved { .. }
        )
    }

    /// Whether it gives way to what is more important, and comes again by itself because it is
    /// derived from what the cache says.
    #[must_use]
    pub const fn yields(&self) -> bool {
        matches!(
            self,
            Self::Meeting { .. } | Self::Reminder { .. } | Self::Moved { .. }
        )
    }
}
