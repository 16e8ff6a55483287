//! What staff see of requests, and what they do with them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::asked::Solved;
use super::category::{CategoryKind, Level};
use super::story::{HistoryEntry, RequestState};
use crate::member::HouseholdRef;
use crate::organization::OrganizationRef;
use crate::person::MemberRef;
use crate::staff::ConfirmedNumber;

/// Which requests staff look at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RequestGroup {
    /// 要办的: something is to be done by the office.
    #[default]
    ToDo,
    /// 等回音: answered or asked back, the asker has the word.
    Waiting,
    /// 办结: closed, declined, merged, withdrawn.
    Ended,
    /// 要回电话的: who asked to be telephoned and was not reached yet.
    ToCall,
}

/// A request in a work list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RequestLine {
    /// Id.
    pub id: String,
    /// Its number.
    pub number: String,
    /// Title of its category.
    pub category: String,
    /// What it is for.
    pub kind: CategoryKind,
    /// What it says in a line.
    pub summary: String,
    /// Whose household; empty: none, or not to be known.
    #[serde(default)]
    pub household: String,
    /// Who asked, the given name hidden: 孟**.
    #[serde(default)]
    pub asker: String,
    /// Who has it.
    pub office: OrganizationRef,
    /// How high.
    pub level: Level,
    /// Where it stands.
    pub state: RequestState,
    /// When it came.
    pub received_at_ms: i64,
    /// Until when the next response is due; `None`: nothing is.
    #[serde(default)]
    pub due_at_ms: Option<i64>,
    /// How often it was overdue.
    #[serde(default)]
    pub escalations: u32,
    /// Whether the first response is out.
    #[serde(default)]
    pub responded: bool,
}

/// `GET /api/v1/requests`: a page of a work list, the one that is due first first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RequestPage {
    /// The requests.
    pub items: Vec<RequestLine>,
    /// Where the next page begins; none: this is the last.
    #[serde(default)]
    pub next_cursor: Option<String>,
    /// How many there are in each group, for this person.
    pub counts: RequestCounts,
}

/// How many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RequestCounts {
    /// To do.
    pub to_do: u32,
    /// Of these, overdue.
    pub overdue: u32,
    /// Waiting for the asker.
    pub waiting: u32,
    /// Ended.
    pub ended: u32,
    /// To be telephoned.
    pub to_call: u32,
}

/// A request with its whole history as staff see it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Request {
    /// What the work list says of it.
    pub line: RequestLine,
    /// Counts up with every change; send it back as `If-Match`.
    pub version: i64,
    /// The household it came from.
    #[serde(default)]
    pub household: Option<HouseholdRef>,
    /// Who asked; `None` at a home where nobody was named, and of a confidential report.
    #[serde(default)]
    pub asker: Option<MemberRef>,
    /// Who entered it for them at a station.
    #[serde(default)]
    pub entered_by: Option<MemberRef>,
    /// The number to telephone, its middle hidden; in clear from `POST …/reveal`, which is audited.
    #[serde(default)]
    pub phone_masked: Option<String>,
    /// From where: terminal, station, phone.
    pub source: RequestSource,
    /// When the asker pressed, as far as it is known.
    #[serde(default)]
    pub asked_at_ms: Option<i64>,
    /// Why the deadline is when it is, line by line.
    #[serde(default)]
    pub due_because: Vec<String>,
    /// Everything that happened, the oldest first.
    pub history: Vec<HistoryEntry>,
    /// Requests that were merged into this one.
    #[serde(default)]
    pub merged: Vec<RequestLine>,
    /// The one it was merged into.
    #[serde(default)]
    pub merged_into: Option<String>,
    /// Others of the same household or category with much the same words, in the last 30 days.
    #[serde(default)]
    pub similar: Vec<RequestLine>,
    /// Sentences to answer with.
    #[serde(default)]
    pub canned_replies: Vec<String>,
    /// Where it may be passed on to.
    #[serde(default)]
    pub may_pass_to: Vec<OrganizationRef>,
    /// More time was asked for and nobody has said yes or no: so many hours.
    #[serde(default)]
    pub extension_asked_hours: Option<u32>,
    /// What the asker said last.
    #[serde(default)]
    pub verdict: Option<Solved>,
    /// 1 to 5, if they said.
    #[serde(default)]
    pub satisfaction: Option<u8>,
    /// What this person may do with it now: names of [`Act`].
    #[serde(default)]
    pub may: Vec<String>,
}

/// Answer of `POST /api/v1/requests/{id}/reveal`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RevealedPhone {
    /// The number to telephone, in clear.
    pub number: String,
}

impl std::fmt::Debug for RevealedPhone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RevealedPhone").finish_non_exhaustive()
    }
}

/// By what a request came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RequestSource {
    /// The television of a home.
    #[default]
    Home,
    /// A station, by whoever asked.
    Station,
    /// A station, entered by its staff.
    Entered,
    /// A telephone, by a link of a television.
    Phone,
}

/// What staff do with a request: `POST /api/v1/requests/{id}/acts`, with `If-Match`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    /// Works on it; says so to the asker. Stops the clock of the first response.
    Accept,
    /// Says something to the asker. Stops the clock of the first response. `done`: the asker is asked
    /// whether it is solved.
    Reply {
        /// 1 to 500 characters; televisions read it out.
        text: String,
        /// It is the answer.
        done: bool,
        /// It was also said by telephone.
        #[serde(default)]
        by_phone: bool,
        /// Ids of pictures that were uploaded.
        #[serde(default)]
        pictures: Vec<String>,
    },
    /// To another office. The clock runs on.
    PassOn {
        /// Its code, or its id as in [`Request::may_pass_to`].
        organization_code: String,
        /// 1 to 200 characters.
        reason: String,
    },
    /// Back to where it came from, as not its own. The clock runs on; the asker sees it.
    Return {
        /// 1 to 200 characters.
        reason: String,
    },
    /// Asks the asker. The clock runs on until the first response, which this is.
    AskBack {
        /// 1 to 200 characters.
        text: String,
    },
    /// Asks for more time, before the deadline.
    AskExtension {
        /// 1 to 720.
        hours: u32,
        /// 1 to 200 characters; the asker sees it.
        reason: String,
    },
    /// Gives more time, one level higher.
    GiveExtension,
    /// Refuses more time, one level higher.
    RefuseExtension {
        /// 1 to 200 characters.
        reason: String,
    },
    /// It cannot be done.
    Decline {
        /// 1 to 500 characters.
        reason: String,
    },
    /// It is one with another, whose answers this asker gets too.
    Merge {
        /// Id of the other one.
        into: String,
    },
    /// A note among staff.
    Note {
        /// 1 to 500 characters.
        text: String,
    },
    /// Telephoned.
    Call {
        /// Somebody answered.
        reached: bool,
        /// What came of it, at most 200 characters; only staff see it.
        #[serde(default)]
        text: String,
    },
    /// Shows a suggestion and its answer in public, if the author agreed.
    Publish {
        /// How the suggestion reads there, 1 to 200 characters; names nobody.
        title: String,
        /// Id of the list (你提我办) it stands in.
        list: String,
        /// Numbers of people in the answer that may be shown to everybody.
        #[serde(default)]
        confirmed_numbers: Vec<ConfirmedNumber>,
    },
}
