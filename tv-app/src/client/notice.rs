//! What the client tells the rest of the program.

use std::sync::Arc;

use contract::meeting::{JoinAccess, MediaLink, Place};

use crate::cache::KeepState;
use crate::cache::command::Told;

/// Where an enrolment stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnrolmentState {
    /// Asking the server for a code.
    Asking,
    /// Waiting for staff to approve this code.
    Code {
        /// Eight digits in two groups, e.g. `4821-7730`.
        user_code: String,
        /// Where staff type it.
        verification_uri: String,
        /// The same with the code filled in, for the QR code.
        verification_uri_complete: String,
        /// When it becomes void and another one comes by itself, in milliseconds from now.
        good_for_ms: u64,
    },
    /// Staff approved; content is coming.
    Approved,
    /// Staff declined; another code comes by itself after a while, or at once with
    /// [`Client::retry_now`](super::Client::retry_now).
    Declined,
    /// The server does not answer.
    NoNetwork {
        /// The next try, in milliseconds from now.
        retry_in_ms: u64,
    },
}

/// Why a meeting cannot be joined. The screen has a plain sentence for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinFailure {
    /// It is not going on: not yet, or no longer.
    NotLive,
    /// There is no such meeting for this terminal.
    NotFound,
    /// This terminal may not take part.
    NotAllowed,
    /// The server does not answer; it is tried again until one leaves.
    NoNetwork,
    /// The server answers, but cannot let anybody in now; it is tried again until one leaves.
    Busy,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Documents changed; the cache's generation is this.
    ContentChanged(u64),
    /// The server began or ceased to answer.
    Online(bool),
    /// It is another time than was thought.
    ClockChanged,
    /// The enrolment moved on.
    Enrolment(EnrolmentState),
    /// Show this over everything else. Its text comes with the feed.
    Urgent {
        /// The bulletin.
        bulletin_id: String,
        /// Its title.
        title: String,
    },
    /// The token is void; the terminal enrols again by itself. Content stays readable.
    Revoked,
    /// A file is in the cache now.
    FileReady(String),
    /// Keeping a programme for offline watching moved on.
    Keep {
        /// The programme.
        programme_id: String,
        /// How far it is.
        state: KeepState,
    },
    /// So many writes of the user wait for the server; told as well when one was refused for good.
    OutboxChanged(u64),
    /// The people or the roll calls in the cache changed.
    PeopleChanged,
    /// The meeting that was wanted is joined, for the first time or again after a break.
    Joined {
        /// The meeting.
        meeting_id: String,
        /// Where picture and sound are, with absolute URLs.
        access: Box<JoinAccess>,
    },
    /// The meeting that was wanted is not joined.
    JoinFailed(JoinFailure),
    /// How this terminal stands in the meeting it has joined changed, or the hand could not be
    /// moved and stays as it was.
    Place {
        /// The meeting.
        meeting_id: String,
        /// How it stands.
        place: Place,
    },
    /// The server said how the duty rooms of this place stand; rooms and log are in the cache.
    Duty {
        /// Where this television's own camera is to be sent, with an absolute URL; `None`: nobody
        /// wants it.
        publish: Option<MediaLink>,
    },
    /// This terminal is something else now: another kind, name or organization.
    TerminalChanged,
    /// The devices of this station are to be looked at, and what was found is to be told with
    /// [`Client::devices_checked`](super::Client::devices_checked).
    CheckStation,
    /// Staff have this program begin anew.
    Restart,
    /// What became of something that somebody did and waits for; what it means is in the cache.
    Told {
        /// Its idempotency key.
        key: String,
        /// What became of it.
        told: Told,
    },
}

/// Where notices go. Called from the client's thread; must not block.
pub type Notify = Arc<dyn Fn(Notice) + Send + Sync>;
