//! Server-sent events of `GET /api/v1/events`. They carry what cannot wait and otherwise only
//! say that the feed has something new; a missed event costs nothing but time.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One event; the SSE field `event` is its tag, `data` its JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// Ask the feed.
    FeedChanged,
    /// An urgent bulletin was published: show it over everything else.
    UrgentNotice {
        /// The bulletin's id; its text comes by the feed.
        bulletin_id: String,
        /// Its title.
        title: String,
    },
    /// A roll call or a round of it opened: interrupt, and ask for the roll calls.
    RollCallOpened {
        /// The roll call.
        roll_call_id: String,
        /// Its title.
        title: String,
        /// The round, 2 and more for spot checks.
        round: u32,
        /// Until when one may sign in.
        closes_at_ms: i64,
    },
    /// Something about a roll call changed (somebody signed in, it closed, staff corrected): ask
    /// for the roll calls. At most one a second.
    RollCallChanged {
        /// The roll call; empty if events were missed: it may be any.
        roll_call_id: String,
    },
    /// A meeting for this audience is live now: offer it over every screen. The meeting itself
    /// comes by the feed.
    MeetingStarted {
        /// The meeting.
        meeting_id: String,
        /// Its title.
        title: String,
        /// How it is held.
        meeting_kind: crate::meeting::MeetingKind,
    },
    /// A meeting is over.
    MeetingEnded {
        /// The meeting.
        meeting_id: String,
    },
    /// How a terminal stands in a meeting changed; it goes to all terminals of the organization.
    MeetingPlace {
        /// The meeting.
        meeting_id: String,
        /// The terminal it is about.
        terminal_id: String,
        /// How it stands.
        place: crate::meeting::Place,
    },
    /// Somebody began or ceased to look into a duty room of this place, or its duty rooms changed: ask
    /// for `terminal/duty`.
    DutyChanged,
    /// Something about what was asked here changed: ask for the requests.
    RequestsChanged,
    /// Who may take part in evaluations here, or who did, changed: ask for them.
    EvaluationsChanged,
    /// Staff ask this terminal to do something: ask for `terminal/actions`.
    RemoteActionsChanged,
    /// Who may sign in here changed: ask for the people.
    PeopleChanged,
    /// This terminal is something else now, has another name, or belongs to another organization: ask for
    /// `terminal`, and for everything else too.
    TerminalChanged,
    /// This terminal's token was revoked; it must enrol again.
    Revoked,
}
