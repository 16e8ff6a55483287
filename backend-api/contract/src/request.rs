//! One-key service (一键服务) and suggestions (建议意见): somebody asks at a TV, an office answers, and
//! only whoever asked says that it is done.
//!
//! received → assigned → in progress → answered → closed by the asker, or reopened one level higher;
//! declined with a reason; merged into another. The first response stops its clock; reopening starts a
//! new one. A confidential report (举报投诉) goes by another door: it is followed by a number and a PIN
//! that the terminal makes, and stands in no list of any terminal.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::CurrentState;
use crate::kinds::FeedDocument;
use crate::member::HouseholdRef;
use crate::organization::OrganizationRef;
use crate::person::MemberRef;
use crate::proof::Proof;

/// What a category is for, which decides who may see what is asked in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CategoryKind {
    /// Something is to be done or explained.
    #[default]
    Service,
    /// 建议意见: answered in public if the author agrees.
    Suggestion,
    /// 举报投诉: for the addressed office alone.
    Confidential,
    /// One that came after this program: a terminal leaves it out.
    #[serde(other)]
    Unknown,
}

/// By which clock a first response is due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClockKind {
    /// Every hour counts.
    #[default]
    Wall,
    /// Working hours of the calendar count.
    Working,
}

/// How high the organization stands that handles a request.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 村
    #[default]
    Village,
    /// 镇（乡、街道）, with its offices.
    Township,
    /// 县（市、区）
    County,
    /// 市（州）
    Prefecture,
}

/// A category (类别) as a terminal shows it: a document of the feed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Category {
    /// Id.
    pub id: String,
    /// Its key among those of the township, 1 to 9; suggestions have 0, which is no key.
    pub digit: u8,
    /// Name on the tile: 农业技术服务.
    pub title: String,
    /// Name of an icon of the icon set.
    #[serde(default)]
    pub icon: String,
    /// What it is for, one or two sentences.
    #[serde(default)]
    pub about: String,
    /// What it is for, to the program. In the feed `kind` says that the document is a category.
    #[serde(rename = "category_kind")]
    pub kind: CategoryKind,
    /// Who answers, as people read it: 镇农业农村办公室. At a village's level it is their own village.
    pub office: String,
    /// Hours until the first response, by its clock.
    pub response_hours: u32,
    /// By which clock.
    #[serde(default)]
    pub clock: ClockKind,
    /// Common sentences that can be picked instead of speaking: 果树叶子发黄.
    #[serde(default)]
    pub sentences: Vec<String>,
    /// What papers to bring or to have at hand.
    #[serde(default)]
    pub papers: Vec<String>,
}

impl FeedDocument for Category {
    fn id(&self) -> &str {
        &self.id
    }

    fn published_at_ms(&self) -> Option<i64> {
        None
    }
}

/// What staff write of a category: `PUT /api/v1/categories/{code}`, and a row of `categories.csv`.
/// Everything is replaced.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CategoryDraft {
    /// Code of the organization whose subtree may ask in it.
    pub organization_code: String,
    /// Its key, 1 to 9; suggestions 0.
    pub digit: u8,
    /// 1 to 12 characters.
    pub title: String,
    /// Name of an icon of the icon set; may be empty.
    #[serde(default)]
    pub icon: String,
    /// At most 120 characters.
    #[serde(default)]
    pub about: String,
    /// What it is for.
    #[serde(default)]
    pub kind: CategoryKind,
    /// Code of the office that answers; left out: the asker's own village.
    #[serde(default)]
    pub office_code: Option<String>,
    /// 1 to 720.
    pub response_hours: u32,
    /// By which clock.
    #[serde(default)]
    pub clock: ClockKind,
    /// What belongs at least so high cannot be pushed lower.
    #[serde(default)]
    pub least_level: Level,
    /// At most 9 of at most 30 characters.
    #[serde(default)]
    pub sentences: Vec<String>,
    /// At most 9 of at most 30 characters.
    #[serde(default)]
    pub papers: Vec<String>,
    /// Sentences staff answer with: at most 20 of at most 200 characters.
    #[serde(default)]
    pub canned_replies: Vec<String>,
}

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

/// Whom to telephone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Phone {
    /// The number registered of one of the people of this terminal.
    Member {
        /// Whose.
        member_id: String,
    },
    /// A number that was typed.
    Typed {
        /// 5 to 20 digits.
        number: String,
    },
    /// None: by the television alone.
    None,
}

// A number must never reach a log through `{:?}`.
impl std::fmt::Debug for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Member { .. } => "Member",
            Self::Typed { .. } => "Typed",
            Self::None => "None",
        })
    }
}

/// A recording: Opus in Ogg, mono, at most [`VOICE_MS`] long and [`VOICE_BYTES`] large.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Voice {
    /// The file, Base64 with padding.
    pub ogg_base64: String,
    /// Its length as the terminal knows it.
    pub length_ms: u32,
}

/// How long somebody may speak.
pub const VOICE_MS: u32 = 60_000;

/// How large a recording may be, decoded.
pub const VOICE_BYTES: usize = 512 * 1024;

// What somebody said is not written to logs, nor are half a million letters.
impl std::fmt::Debug for Voice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Voice")
            .field("length_ms", &self.length_ms)
            .finish_non_exhaustive()
    }
}

/// `POST /api/v1/terminal/requests`. Needs an `Idempotency-Key`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewRequest {
    /// The category.
    pub category_id: String,
    /// Whom to telephone.
    pub phone: Phone,
    /// Sentences that were picked, in this order.
    #[serde(default)]
    pub sentences: Vec<String>,
    /// What was said.
    #[serde(default)]
    pub voice: Option<Voice>,
    /// At a station: who asks and how they prove it, or nobody if station staff enter it for them.
    #[serde(default)]
    pub proof: Option<Proof>,
    /// At a station: for whom it is entered, who has no PIN. `proof` is then the staff's own.
    #[serde(default)]
    pub for_member_id: Option<String>,
    /// A suggestion may be answered in public, without the author's name.
    #[serde(default)]
    pub may_be_public: bool,
    /// How long ago the key was pressed, on a clock that cannot be set; `None` after a restart.
    #[serde(default)]
    pub age_ms: Option<i64>,
}

/// What became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RequestReceipt {
    /// Id.
    pub id: String,
    /// The number people say on the telephone: 20261125-007.
    pub number: String,
    /// Until when somebody answers.
    pub due_at_ms: i64,
    /// Who does.
    pub office: OrganizationRef,
}

/// `POST /api/v1/terminal/reports`: a confidential report. Needs an `Idempotency-Key`. Number and PIN are
/// made at the terminal, so that they are known without a network.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewReport {
    /// The category, of the kind `confidential`.
    pub category_id: String,
    /// Ten random digits.
    pub number: String,
    /// Six digits, chosen.
    pub pin: String,
    /// Whom to telephone, if anybody.
    pub phone: Phone,
    /// Sentences that were picked.
    #[serde(default)]
    pub sentences: Vec<String>,
    /// What was said.
    #[serde(default)]
    pub voice: Option<Voice>,
    /// How long ago the key was pressed.
    #[serde(default)]
    pub age_ms: Option<i64>,
}

// Nothing of a report reaches a log.
impl std::fmt::Debug for NewReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewReport").finish_non_exhaustive()
    }
}

/// `POST /api/v1/terminal/reports/follow`: how a report stands. Wrong numbers and wrong PINs are answered
/// alike, and counted.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReportKey {
    /// Its number.
    pub number: String,
    /// Its PIN.
    pub pin: String,
}

impl std::fmt::Debug for ReportKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReportKey").finish_non_exhaustive()
    }
}

/// `POST /api/v1/terminal/reports/verdict`. Needs an `Idempotency-Key`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReportVerdict {
    /// Which.
    pub key: ReportKey,
    /// What its author says.
    pub verdict: Verdict,
}

/// Whether it was solved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Solved {
    /// 已解决
    Yes,
    /// 部分解决: closed, and counted as partly.
    Partly,
    /// 没有解决: reopened one level higher, with a new clock.
    No,
}

/// What the asker says after an answer: `POST /api/v1/terminal/requests/{id}/verdict`, with an
/// `Idempotency-Key`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Verdict {
    /// Whether it was solved.
    pub solved: Solved,
    /// 1 很不满意 to 5 很满意; nothing if they did not say. Silence is never counted as satisfied.
    #[serde(default)]
    pub satisfaction: Option<u8>,
    /// The answer it is about: number of the last entry of the history that was shown. A verdict on an
    /// older answer than the last is refused as a conflict.
    pub about: u32,
    /// At a station: who says so.
    #[serde(default)]
    pub proof: Option<Proof>,
}

/// What the asker adds, when asked back or by themselves: `POST /api/v1/terminal/requests/{id}/additions`,
/// with an `Idempotency-Key`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Addition {
    /// Sentences that were picked.
    #[serde(default)]
    pub sentences: Vec<String>,
    /// What was said.
    #[serde(default)]
    pub voice: Option<Voice>,
    /// At a station: who.
    #[serde(default)]
    pub proof: Option<Proof>,
}

/// The asker takes it back: `POST /api/v1/terminal/requests/{id}/withdraw`, with an `Idempotency-Key`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Withdrawal {
    /// At a station: who.
    #[serde(default)]
    pub proof: Option<Proof>,
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

/// A number that can be offered without typing it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PhoneOffer {
    /// Whose.
    pub member: MemberRef,
    /// With its middle hidden: 138****0001.
    pub masked: String,
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

/// `POST /api/v1/terminal/request-links`: a page for one telephone, where the asker types and photographs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewRequestLink {
    /// The category.
    pub category_id: String,
    /// At a station: who asks.
    #[serde(default)]
    pub proof: Option<Proof>,
}

/// The link.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RequestLink {
    /// Id, by which the terminal asks how it stands.
    pub id: String,
    /// What the QR code says. Whoever opens it first has it; nobody else can.
    pub url: String,
    /// Until when.
    pub expires_at_ms: i64,
}

impl std::fmt::Debug for RequestLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RequestLink")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// `GET /api/v1/terminal/request-links/{id}`: how it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RequestLinkState {
    /// A telephone has it.
    pub claimed: bool,
    /// What was sent from there.
    #[serde(default)]
    pub receipt: Option<RequestReceipt>,
}

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
    },
}
