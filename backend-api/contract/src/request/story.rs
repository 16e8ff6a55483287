//! How a request stands and what happened to it, as its asker sees it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::asked::PhoneOffer;
use super::category::CategoryKind;
use crate::error::CurrentState;
use crate::organization::OrganizationRef;

/// Where a request stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RequestState {
    /// With an organization that has not looked yet.
    #[default]
    Received,
    /// Passed on to an office.
    Assigned,
    /// Somebody works on it; the first response may be out.
    InProgress,
    /// Staff say it is done; the asker has not said anything.
    Answered,
    /// The asker said it is done.
    Closed,
    /// The asker said it is not done: one level higher, with a new clock.
    Reopened,
    /// It cannot be done, with a reason.
    Declined,
    /// It is one with another; its answers reach this asker too.
    Merged,
    /// The asker took it back.
    Withdrawn,
    /// A state that came after this program.
    #[serde(other)]
    Unknown,
}

impl From<RequestState> for CurrentState {
    fn from(state: RequestState) -> Self {
        let (name, says) = match state {
            RequestState::Received => ("received", "这件事已收到，还没有分派"),
            RequestState::Assigned => ("assigned", "这件事已转办"),
            RequestState::InProgress => ("in_progress", "这件事正在办"),
            RequestState::Answered => ("answered", "这件事已答复，等本人确认"),
            RequestState::Closed => ("closed", "这件事已办结"),
            RequestState::Reopened => ("reopened", "本人说没有解决，已升一级重办"),
            RequestState::Declined => ("declined", "这件事已说明不能办"),
            RequestState::Merged => ("merged", "这件事已并到另一件"),
            RequestState::Withdrawn => ("withdrawn", "本人已撤回"),
            RequestState::Unknown => ("unknown", "这件事的状态不认识"),
        };
        Self { name, says }
    }
}

/// `GET /api/v1/terminal/requests`: what the people of this TV asked, and what is offered to them. With an
/// ETag. Confidential reports are never in it. A station asks with a member session and gets that member's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TerminalRequests {
    /// The server's clock.
    pub server_time_ms: i64,
    /// Open ones first, the one that is due next first; then those that ended in the last 90 days.
    pub requests: Vec<TerminalRequest>,
    /// Numbers that can be offered; empty at stations.
    #[serde(default)]
    pub phones: Vec<PhoneOffer>,
}

/// A request as a TV shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TerminalRequest {
    /// Id.
    pub id: String,
    /// Its number.
    pub number: String,
    /// Title of its category.
    pub category: String,
    /// The category.
    pub category_id: String,
    /// What it is for.
    #[serde(default)]
    pub kind: CategoryKind,
    /// What it says in a line: the first sentence, or 语音 18 秒.
    pub summary: String,
    /// Who has it now.
    pub office: OrganizationRef,
    /// Where it stands.
    pub state: RequestState,
    /// When it was asked.
    pub asked_at_ms: i64,
    /// Until when somebody answers; `None` when nothing is due.
    #[serde(default)]
    pub due_at_ms: Option<i64>,
    /// Why then, line by line.
    #[serde(default)]
    pub due_because: Vec<String>,
    /// The asker is asked whether it is solved.
    #[serde(default)]
    pub wants_verdict: bool,
    /// The asker is asked something: it can be answered.
    #[serde(default)]
    pub wants_addition: bool,
    /// What happened that the asker may know, the oldest first.
    #[serde(default)]
    pub history: Vec<HistoryEntry>,
}

/// What happened to a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HistoryEntry {
    /// Counts up from 1 within the request; the asker's view leaves some out.
    pub number: u32,
    /// When.
    pub at_ms: i64,
    /// What.
    pub what: Happened,
    /// Who did, as may be known there: an office, a person of the staff, the asker; empty: the clock.
    #[serde(default)]
    pub who: String,
    /// What was said: a reply, a reason, a question, a note.
    #[serde(default)]
    pub text: String,
    /// What was attached.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
    /// Only staff see it.
    #[serde(default)]
    pub is_internal: bool,
}

/// What can happen to a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Happened {
    /// It came.
    #[default]
    Asked,
    /// The asker added something.
    Added,
    /// Passed on to another office.
    PassedOn,
    /// An office gave it back as not its own, with a reason.
    Returned,
    /// The office accepted it and works on it.
    Accepted,
    /// A first response or an answer that is not the last one.
    Replied,
    /// The office says it is done.
    Answered,
    /// The office asks the asker something.
    AskedBack,
    /// More time was asked for.
    ExtensionAsked,
    /// More time was given.
    ExtensionGiven,
    /// More time was refused.
    ExtensionRefused,
    /// It cannot be done.
    Declined,
    /// It became one with another.
    Merged,
    /// The office telephoned; the text says what came of it.
    Called,
    /// A note among staff.
    Noted,
    /// It is due soon.
    DueSoon,
    /// It was overdue and went one level higher.
    Escalated,
    /// The asker was reminded to say whether it is solved.
    Reminded,
    /// The asker said it is solved, or partly.
    Closed,
    /// The asker said it is not solved.
    Reopened,
    /// The asker took it back.
    Withdrawn,
    /// Its answer was made public.
    Published,
    /// Something that came after this program.
    #[serde(other)]
    Unknown,
}

/// A file of an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Attachment {
    /// Id; its bytes are below the request: `attachments/{id}`.
    pub id: String,
    /// `audio/ogg` or `image/jpeg`.
    pub media_type: String,
    /// How many bytes.
    pub size: u64,
    /// Of a recording.
    #[serde(default)]
    pub length_ms: Option<u32>,
}
