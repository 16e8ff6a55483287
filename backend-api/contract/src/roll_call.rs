//! Roll calls: attendance windows of a meeting or an activity.
//!
//! Who is eligible is fixed when a roll call opens. It has one round, or more when staff or a
//! schedule add spot checks (抽点). The server's clock decides; a repeat is the same sign-in; an
//! early try never blocks a later one.
//!
//! A member *attended* when they answered every round that was held and was not cancelled.
//! Attendance rate = attended / (eligible − exempt).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::CurrentState;
use crate::organization::OrganizationRef;
use crate::person::{AttendanceSummary, MemberRef, MemberStatus};
use crate::proof::Proof;

/// What a roll call is held for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// 会议
    #[default]
    Meeting,
    /// 组织生活、主题党日
    Activity,
    /// 远程教育集中学习
    Study,
}

/// Where a roll call stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RollCallState {
    /// Will open by itself at its time.
    #[default]
    Scheduled,
    /// People sign in.
    Open,
    /// Over; staff may still correct.
    Closed,
    /// Never counted.
    Cancelled,
}

impl From<RollCallState> for CurrentState {
    fn from(state: RollCallState) -> Self {
        let (name, says) = match state {
            RollCallState::Scheduled => ("scheduled", "这次点名尚未开始"),
            RollCallState::Open => ("open", "这次点名正在进行"),
            RollCallState::Closed => ("closed", "这次点名已经结束"),
            RollCallState::Cancelled => ("cancelled", "这次点名已经取消"),
        };
        Self { name, says }
    }
}

/// `POST /api/v1/roll-calls`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RollCallDraft {
    /// What people read: 十一月主题党日. 1 to 60 characters.
    pub title: String,
    /// Code of the organization that calls; its subtree is called.
    pub organization_code: String,
    /// What for.
    #[serde(default)]
    pub occasion: Occasion,
    /// When it opens by itself; left out: at once.
    #[serde(default)]
    pub opens_at_ms: Option<i64>,
    /// How long people count as on time.
    pub window_ms: i64,
    /// How long after that they may still sign in, as late. 0: not at all.
    #[serde(default)]
    pub grace_ms: i64,
    /// Standings that are called. Empty: full and probationary members.
    #[serde(default)]
    pub statuses: Vec<MemberStatus>,
    /// Signing in demands the code that is shown in the meeting picture.
    #[serde(default)]
    pub presence_code: bool,
    /// Spot checks at random moments after the first round.
    #[serde(default)]
    pub spot_checks: Option<SpotChecks>,
}

/// `POST /api/v1/meetings/{id}/roll-call`: call everybody the meeting is for, at once and under
/// its title.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MeetingRollCall {
    /// How long people count as on time.
    pub window_ms: i64,
    /// How long after that they may still sign in, as late. 0: not at all.
    #[serde(default)]
    pub grace_ms: i64,
    /// Signing in demands the code that is shown in the meeting picture.
    #[serde(default)]
    pub presence_code: bool,
}

/// Rounds the server opens by itself at random moments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SpotChecks {
    /// How many, 1 to 3.
    pub count: u32,
    /// They all open within this time after the first round has closed.
    pub within_ms: i64,
    /// How long each is open.
    pub window_ms: i64,
}

/// `POST /api/v1/roll-calls/{id}/rounds`: a spot check now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoundRequest {
    /// How long it is open.
    pub window_ms: i64,
}

/// One round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Round {
    /// 1 for the roll call itself, 2 and more for spot checks.
    pub number: u32,
    /// From when one may sign in.
    pub opens_at_ms: i64,
    /// From when one is late.
    pub late_at_ms: i64,
    /// Until when one may sign in.
    pub closes_at_ms: i64,
}

/// A roll call as staff see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RollCall {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Who calls.
    pub organization: OrganizationRef,
    /// What for.
    pub occasion: Occasion,
    /// Where it stands.
    pub state: RollCallState,
    /// Standings that are called.
    pub statuses: Vec<MemberStatus>,
    /// Whether a presence code is demanded.
    pub presence_code: bool,
    /// Rounds opened so far, or the first one as planned. Random ones to come are not told.
    pub rounds: Vec<Round>,
    /// When it opened.
    #[serde(default)]
    pub opened_at_ms: Option<i64>,
    /// When it closed.
    #[serde(default)]
    pub closed_at_ms: Option<i64>,
    /// The meeting in whose picture its codes are shown; left out: whoever calls shows them.
    #[serde(default)]
    pub meeting_id: Option<String>,
    /// Why it was cancelled.
    #[serde(default)]
    pub cancel_reason: Option<String>,
    /// Login name of who made it.
    pub created_by: String,
    /// How it stands; all zero before it opens.
    pub counts: Counts,
}

/// How many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Counts {
    /// Called, the exempt included.
    pub eligible: u32,
    /// Do not count.
    pub exempt: u32,
    /// Attended, the late ones included.
    pub present: u32,
    /// Of the present, late in the first round.
    pub late: u32,
    /// On leave.
    pub leave: u32,
    /// Signed in, but staff must look (待核实). Not present until they have.
    pub to_verify: u32,
    /// Answered nothing, or not every round.
    pub missing: u32,
    /// Visitors: people who signed in without being eligible here. In none of the other figures.
    pub guests: u32,
    /// `present / (eligible − exempt)` in hundredths of a percent, rounded half up; `None` if
    /// nobody counts.
    #[serde(default)]
    pub rate_bp: Option<u32>,
}

/// How one member stands in one roll call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttendanceState {
    /// Not answered (yet).
    #[default]
    Missing,
    /// Present.
    Present,
    /// Present, but after the window.
    Late,
    /// On leave (请假), with a reason.
    Leave,
    /// Does not count, with a reason.
    Exempt,
    /// Signed in under circumstances staff must judge.
    ToVerify,
    /// Not eligible here, signed in as a visitor.
    Guest,
}

/// By what somebody signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// PIN on the remote.
    Remote,
    /// Card.
    Card,
    /// Entered by staff.
    Staff,
}

/// Why a sign-in waits for staff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VerifyReason {
    /// Sent later by a terminal that did not know the time when it was signed.
    ClockUnknown,
    /// Sent more than 72 hours after the round closed.
    TooOld,
    /// Signed without a network with a PIN that is not right. Nobody could tell them then.
    WrongPin,
    /// Signed without a network by somebody whose PIN was locked.
    PinLocked,
    /// The presence code was not the one of that moment.
    WrongPresenceCode,
    /// Sent after the close as kept from before, by a terminal that the server heard of in between.
    WasOnline,
}

/// `POST /api/v1/terminal/sign-ins`. Needs an `Idempotency-Key`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SignIn {
    /// The roll call.
    pub roll_call_id: String,
    /// Its round.
    pub round: u32,
    /// Who, and how they prove it.
    pub proof: Proof,
    /// The code from the picture, where one is demanded.
    #[serde(default)]
    pub presence_code: Option<String>,
    /// When the key was pressed.
    pub time: SignInTime,
}

/// What the terminal knows of the moment somebody signed in. The server prefers `age_ms`, which
/// no wrong clock can spoil; then a synchronized `at_ms`; with neither it takes the moment the
/// sign-in arrives if the round is still open, and otherwise asks staff to look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SignInTime {
    /// The terminal's clock corrected by the offset it knows of the server's.
    pub at_ms: i64,
    /// That offset, for the record.
    #[serde(default)]
    pub offset_ms: i64,
    /// The offset was measured since this terminal was switched on.
    #[serde(default)]
    pub synced: bool,
    /// Time since the key was pressed, on a clock that cannot be set; `None` after a restart.
    #[serde(default)]
    pub age_ms: Option<i64>,
    /// It was kept for lack of a network: nobody has told the person yet whether their PIN was
    /// right.
    #[serde(default)]
    pub queued: bool,
}

/// What became of a sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SignedIn {
    /// Who.
    pub member: MemberRef,
    /// How they stand now.
    pub state: AttendanceState,
    /// It was signed before; this is that sign-in.
    pub repeated: bool,
    /// The moment that counts.
    pub signed_at_ms: i64,
    /// Why staff must look.
    #[serde(default)]
    pub verify: Option<VerifyReason>,
    /// At a home: who of the household is eligible and still missing in this round.
    #[serde(default)]
    pub household_missing: Vec<MemberRef>,
}

/// `GET /api/v1/terminal/roll-calls`: what this TV has to do with. With an ETag.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TerminalRollCalls {
    /// The server's clock.
    pub server_time_ms: i64,
    /// Open ones first, then scheduled ones of the next 24 h, then those closed in the last 24 h.
    pub roll_calls: Vec<TerminalRollCall>,
}

/// A roll call as a TV shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TerminalRollCall {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Who calls.
    pub organization: OrganizationRef,
    /// What for.
    pub occasion: Occasion,
    /// Where it stands.
    pub state: RollCallState,
    /// Whether a presence code is demanded.
    pub presence_code: bool,
    /// Rounds opened so far, or the first one as planned.
    pub rounds: Vec<Round>,
    /// Of the people of this terminal, how they stand. Empty before it opens.
    pub people: Vec<TerminalAttendance>,
    /// While it is open: those of this terminal who would be called if it opened now and are not, because
    /// they were entered after it had. Their organization can add them.
    #[serde(default)]
    pub unlisted: Vec<Unlisted>,
    /// Of the people of this terminal's organization.
    pub counts: Counts,
}

/// Somebody who is not in the list of a roll call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Unlisted {
    /// Who.
    pub member: MemberRef,
    /// Their organization: whom to ask.
    pub organization: OrganizationRef,
}

/// How one person of this terminal stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TerminalAttendance {
    /// Who.
    pub member_id: String,
    /// Their name, for visitors, who are in no roster.
    #[serde(default)]
    pub name: String,
    /// Over all rounds.
    pub state: AttendanceState,
    /// Rounds that were answered.
    pub answered: Vec<u32>,
}

/// One own roll call in a member's record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OwnAttendance {
    /// Roll call.
    pub roll_call_id: String,
    /// Its title.
    pub title: String,
    /// When it opened.
    pub opened_at_ms: i64,
    /// How the member stands.
    pub state: AttendanceState,
    /// When they signed in.
    #[serde(default)]
    pub signed_at_ms: Option<i64>,
    /// By what.
    #[serde(default)]
    pub method: Option<Method>,
    /// Where, if it was not their own organization's TV.
    #[serde(default)]
    pub at_organization: Option<OrganizationRef>,
}

/// One line of `GET /api/v1/roll-calls/{id}/attendance`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Attendance {
    /// Who.
    pub member: MemberRef,
    /// Home organization when it opened.
    pub organization: OrganizationRef,
    /// How they stand over all rounds.
    pub state: AttendanceState,
    /// Why on leave or exempt, or the reason of the last correction.
    #[serde(default)]
    pub reason: Option<String>,
    /// Why they were added after it had opened, if they were.
    #[serde(default)]
    pub added_reason: Option<String>,
    /// Round by round.
    pub sign_ins: Vec<RoundSignIn>,
}

/// How one round was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoundSignIn {
    /// The round.
    pub round: u32,
    /// Present, late or to verify.
    pub state: AttendanceState,
    /// The moment that counts.
    pub signed_at_ms: i64,
    /// When the server had it.
    pub received_at_ms: i64,
    /// By what.
    pub method: Method,
    /// Terminal it came from.
    #[serde(default)]
    pub terminal_id: Option<String>,
    /// Why staff must look.
    #[serde(default)]
    pub verify: Option<VerifyReason>,
}

/// `POST /api/v1/roll-calls/{id}/corrections`: staff say how somebody stands. Audited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Correction {
    /// Who.
    pub member_id: String,
    /// `present`, `late`, `leave`, `exempt` or `missing`; for all rounds.
    pub state: AttendanceState,
    /// Why, 2 to 200 characters.
    pub reason: String,
}

/// `POST /api/v1/roll-calls/{id}/members`: staff call a member too who was entered after it had opened.
/// They answer from the round that is open on. Audited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MemberAddition {
    /// Who.
    pub member_id: String,
    /// Why, 2 to 200 characters.
    pub reason: String,
}

/// `GET /api/v1/roll-calls/{id}/results`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RollCallResults {
    /// All together, within the subtree of who asks.
    pub total: Counts,
    /// By home organization at the time it opened, lowest rate first.
    pub organizations: Vec<OrganizationCounts>,
}

/// One organization's figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OrganizationCounts {
    /// Which.
    pub organization: OrganizationRef,
    /// Figures.
    pub counts: Counts,
}

/// `GET /api/v1/roll-calls/{id}/presence-code`: for whoever shows it in the picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PresenceCode {
    /// Four digits.
    pub code: String,
    /// When the next one takes its place.
    pub until_ms: i64,
}

/// `GET /api/v1/reports/attendance`: a month, by home organization. A roll call belongs to the month in
/// which it opened, whenever it closed and whether a spot check opened it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AttendanceReport {
    /// `2026-11`, in the township's time zone.
    pub month: String,
    /// Subtree it is about.
    pub organization: OrganizationRef,
    /// Roll calls that opened in it and are over.
    pub roll_calls: u32,
    /// Roll calls that opened in it and still go on; they are in no figure.
    #[serde(default)]
    pub under_way: u32,
    /// Sums over these: a member called twice counts twice.
    pub total: Counts,
    /// The same by organization.
    pub organizations: Vec<OrganizationCounts>,
    /// Member by member.
    pub members: Vec<MemberMonth>,
}

/// One member's month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MemberMonth {
    /// Who.
    pub member: MemberRef,
    /// Home organization.
    pub organization: OrganizationRef,
    /// Figures.
    pub attendance: AttendanceSummary,
}
