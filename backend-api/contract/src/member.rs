//! Members: people in one home organization each, and the households whose TV they share.
//!
//! Identity and telephone numbers leave the server masked, except from
//! `POST /api/v1/members/{id}/reveal`, which is audited. Terminals never get either.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::organization::OrganizationRef;
use crate::roll_call::OwnAttendance;

pub use crate::person::{AttendanceSummary, MemberRef, MemberStatus};
pub use crate::proof::Proof;

/// Sex, from the identity number (GB 11643: odd sequence numbers are male).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// 男
    Male,
    /// 女
    Female,
}

/// What a list of members is narrowed to. All but the last have not left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MemberOnly {
    /// Whom roll calls do not count.
    Exempt,
    /// Who has no PIN.
    NoPin,
    /// Of whom there is no telephone number.
    NoPhone,
    /// Who is 80 or older; of whom there is no identity number is not known to be.
    #[serde(rename = "over_80")]
    Over80,
    /// Who has an identity or telephone number in common with somebody else whom one sees.
    Double,
    /// Who left.
    Left,
}

/// What a list of households is narrowed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HouseholdOnly {
    /// Those that have a TV.
    Tv,
    /// Those that have none.
    NoTv,
    /// Those in which nobody lives.
    Nobody,
}

/// A member as staff see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Member {
    /// Id.
    pub id: String,
    /// Counts up with every change; send it back as `If-Match`.
    pub version: i64,
    /// Home organization.
    pub organization: OrganizationRef,
    /// Name.
    pub name: String,
    /// Standing.
    pub status: MemberStatus,
    /// Identity number with all but its first 6 characters hidden: with the date of birth beside
    /// it, any more would leave a handful of possible numbers.
    #[serde(default)]
    pub id_number_masked: Option<String>,
    /// Date of birth, ISO 8601, from the identity number.
    #[serde(default)]
    pub born_on: Option<String>,
    /// Sex, from the identity number.
    #[serde(default)]
    pub sex: Option<Sex>,
    /// Telephone number with its middle hidden: 138****0001.
    #[serde(default)]
    pub phone_masked: Option<String>,
    /// Whether a card is registered, and its last four digits.
    #[serde(default)]
    pub card_masked: Option<String>,
    /// When they joined, ISO 8601 date.
    #[serde(default)]
    pub joined_on: Option<String>,
    /// Why roll calls do not count them (frail, ill, away for work); `None`: they count.
    #[serde(default)]
    pub exempt_reason: Option<String>,
    /// The household whose TV they use.
    #[serde(default)]
    pub household: Option<HouseholdRef>,
    /// Whether they have a PIN.
    pub pin_set: bool,
    /// Other members with the same identity or telephone number. Shown to staff, never merged by
    /// the server.
    #[serde(default)]
    pub duplicate_ids: Vec<String>,
    /// When they left (deceased, expelled, moved out of the system); roll calls opened later do
    /// not count them.
    #[serde(default)]
    pub left_at_ms: Option<i64>,
    /// When something about them was changed last.
    #[serde(default)]
    #[schema(required = true)]
    pub updated_at_ms: i64,
    /// Login name of who changed it; none: the server by itself, somebody at a TV, or it is not known.
    #[serde(default)]
    pub updated_by: Option<String>,
}

/// A household as a member names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct HouseholdRef {
    /// Id.
    pub id: String,
    /// Name, e.g. 张家村 12 号.
    pub name: String,
}

/// What staff write of a member: `POST /api/v1/members`, `PUT /api/v1/members/{id}`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MemberDraft {
    /// Code of the home organization. Changing it later is a transfer, not an edit.
    pub organization_code: String,
    /// Name, 1 to 40 characters.
    pub name: String,
    /// Standing.
    #[serde(default)]
    pub status: MemberStatus,
    /// Identity number by GB 11643. Left out of an edit: as it was; empty: taken away.
    #[serde(default)]
    pub id_number: Option<String>,
    /// Telephone number. Left out of an edit: as it was; empty: taken away.
    #[serde(default)]
    pub phone: Option<String>,
    /// Number a card reader types. Left out of an edit: as it was; empty: taken away.
    #[serde(default)]
    pub card: Option<String>,
    /// ISO 8601 date.
    #[serde(default)]
    pub joined_on: Option<String>,
    /// Why roll calls do not count them.
    #[serde(default)]
    pub exempt_reason: Option<String>,
    /// Id of their household.
    #[serde(default)]
    pub household_id: Option<String>,
}

// Numbers in clear must never reach a log through `{:?}`.
impl std::fmt::Debug for MemberDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemberDraft")
            .field("organization_code", &self.organization_code)
            .finish_non_exhaustive()
    }
}

/// Clear personal data: the answer of `POST /api/v1/members/{id}/reveal`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MemberSecrets {
    /// Identity number.
    #[serde(default)]
    pub id_number: Option<String>,
    /// Telephone number.
    #[serde(default)]
    pub phone: Option<String>,
    /// Card number.
    #[serde(default)]
    pub card: Option<String>,
}

impl std::fmt::Debug for MemberSecrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemberSecrets").finish_non_exhaustive()
    }
}

/// Why staff do something that the audit log keeps with its reason.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reason {
    /// In plain words, 2 to 200 characters.
    pub reason: String,
}

/// `POST /api/v1/members/{id}/transfer`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TransferRequest {
    /// Code of the organization that takes the member in.
    pub to_organization_code: String,
    /// In plain words.
    pub reason: String,
}

/// One move between organizations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Transfer {
    /// Where from.
    pub from: OrganizationRef,
    /// Where to.
    pub to: OrganizationRef,
    /// When.
    pub at_ms: i64,
    /// Login name of who did it.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// `PUT /api/v1/members/{id}/pin`. Without a PIN the server draws one.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PinReset {
    /// Six digits, not all equal and not in sequence.
    #[serde(default)]
    pub pin: Option<String>,
}

impl std::fmt::Debug for PinReset {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PinReset").finish_non_exhaustive()
    }
}

/// Answer to [`PinReset`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PinIssued {
    /// The PIN the server drew; shown once, kept nowhere.
    #[serde(default)]
    pub pin: Option<String>,
}

impl std::fmt::Debug for PinIssued {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PinIssued").finish_non_exhaustive()
    }
}

/// Answer of `POST /api/v1/members/import`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MemberImportReport {
    /// Rows that became new members.
    pub added: u32,
    /// Rows that changed a member.
    pub changed: u32,
    /// Rows that said what was known already.
    pub unchanged: u32,
    /// Rows that were left out, and why. The others were taken.
    pub complaints: Vec<RowComplaint>,
    /// Rows that look like somebody who exists elsewhere. They were added, never merged.
    pub duplicates: Vec<RowDuplicate>,
}

/// A row that was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RowComplaint {
    /// Line of the file, the header being 1.
    pub line: u32,
    /// Column as its header names it; empty if it is about the whole row.
    pub column: String,
    /// What is wrong and what to write instead, in Chinese; never the value itself if it is
    /// personal.
    pub message: String,
}

/// A row like somebody who exists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RowDuplicate {
    /// Line of the file.
    pub line: u32,
    /// Who was added by it.
    pub member_id: String,
    /// Who is alike.
    pub like: Vec<DuplicatePerson>,
}

/// A person who shares an identity or telephone number with another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DuplicatePerson {
    /// Member.
    pub member_id: String,
    /// Name.
    pub name: String,
    /// Home organization.
    pub organization: OrganizationRef,
    /// What both have: `id_number`, `phone`.
    pub shared: Vec<String>,
    /// In what they differ, where something is known of both: `name`, `organization`, `status`, `household`,
    /// `id_number`, `phone`, `card`, `joined_on`.
    #[serde(default)]
    pub differs: Vec<String>,
}

/// Members with one identity number: `GET /api/v1/members/duplicates`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DuplicateGroup {
    /// The one registered last.
    pub member_id: String,
    /// All of them, that one last.
    pub people: Vec<DuplicatePerson>,
}

/// A list of people, with what staff decided of rows that may be somebody who is registered:
/// `POST /api/v1/members/imports/trial`, `POST /api/v1/members/imports`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MemberImportRequest {
    /// The list as CSV with a header; at most 2,000 rows.
    pub table: String,
    /// Code of the organization of rows that name none.
    #[serde(default)]
    pub organization_code: Option<String>,
    /// What was decided.
    #[serde(default)]
    pub choices: Vec<RowChoice>,
}

// The list holds numbers in clear.
impl std::fmt::Debug for MemberImportRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemberImportRequest")
            .field("organization_code", &self.organization_code)
            .field("choices", &self.choices)
            .finish_non_exhaustive()
    }
}

/// Whether a row is somebody who is registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RowChoice {
    /// Line of the list, the header being 1.
    pub line: u32,
    /// Who is registered.
    pub member_id: String,
    /// They are one person; else they are two.
    pub same: bool,
}

/// What an import would do: nothing was written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MemberTrial {
    /// Rows that would become new members.
    pub added: u32,
    /// Rows that would change a member.
    pub changed: u32,
    /// Rows that say what is known already.
    pub unchanged: u32,
    /// Rows that are, as was decided, somebody of another organization: nothing would be written of them.
    pub elsewhere: u32,
    /// Rows that would be left out, and why; those of `doubles` that are not decided are not among them.
    pub complaints: Vec<RowComplaint>,
    /// Rows that may be somebody who is registered, decided or not.
    pub doubles: Vec<RowDouble>,
}

/// A row that may be somebody who is registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RowDouble {
    /// Line of the list, the header being 1.
    pub line: u32,
    /// What the row says.
    pub row: PersonShown,
    /// Who it may be.
    pub like: Vec<PersonLike>,
}

/// Somebody a row may be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PersonLike {
    /// Who is registered.
    pub member_id: String,
    /// They are of the row's organization, so the row can change them; of others it cannot.
    pub here: bool,
    /// What is registered.
    pub person: PersonShown,
    /// What both have: `name`, `id_number`, `phone`.
    pub shared: Vec<String>,
    /// In what they differ, where something is known of both; as in [`DuplicatePerson`].
    pub differs: Vec<String>,
    /// What was decided, if anything was.
    #[serde(default)]
    pub same: Option<bool>,
}

/// A person as two are compared; numbers are masked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PersonShown {
    /// Name.
    pub name: String,
    /// Home organization.
    pub organization: OrganizationRef,
    /// Standing, if it is said.
    #[serde(default)]
    pub status: Option<MemberStatus>,
    /// Name of the household.
    #[serde(default)]
    pub household: Option<String>,
    /// Identity number.
    #[serde(default)]
    pub id_number_masked: Option<String>,
    /// Telephone number.
    #[serde(default)]
    pub phone_masked: Option<String>,
    /// Card.
    #[serde(default)]
    pub card_masked: Option<String>,
    /// When they joined, ISO 8601 date.
    #[serde(default)]
    pub joined_on: Option<String>,
}

/// What an import did, in one transaction: `POST /api/v1/members/imports`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MemberImported {
    /// By this it can be taken back.
    pub id: String,
    /// Rows that became new members.
    pub added: u32,
    /// Rows that changed a member.
    pub changed: u32,
    /// Rows that said what was known already.
    pub unchanged: u32,
    /// Rows that are, as was decided, somebody of another organization: nothing was written of them.
    pub elsewhere: u32,
    /// Rows that were left out, and why.
    pub complaints: Vec<RowComplaint>,
}

/// An import that can be taken back: `GET /api/v1/members/imports`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MemberImport {
    /// Id.
    pub id: String,
    /// Organization of whoever imported.
    pub organization: OrganizationRef,
    /// Their login name.
    pub by: String,
    /// How many people it added.
    pub added: u32,
    /// How many it changed.
    pub changed: u32,
    /// When, Unix milliseconds.
    pub at_ms: i64,
    /// Until when it can be taken back, Unix milliseconds.
    pub until_ms: i64,
}

/// What taking an import back did: `POST /api/v1/members/imports/{id}/undo`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MemberImportUndone {
    /// People who were added and are gone.
    pub removed: u32,
    /// People who are what they were before.
    pub restored: u32,
    /// Households that it had made and nobody uses.
    pub households: u32,
    /// Who stayed as the import left them, and why.
    pub kept: Vec<NotUndone>,
}

/// Somebody of an import that was taken back who stayed as they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NotUndone {
    /// Member.
    pub member_id: String,
    /// Name; nothing for somebody who is of no organization of one's own any more.
    #[serde(default)]
    pub name: Option<String>,
    /// Why, in Chinese.
    pub why: String,
}

/// `POST /api/v1/members/search`. In a body, because addresses end up in logs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NumberSearch {
    /// A whole identity number, telephone number or card.
    pub number: String,
}

impl std::fmt::Debug for NumberSearch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NumberSearch").finish_non_exhaustive()
    }
}

/// A household as staff see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Household {
    /// Id.
    pub id: String,
    /// Village.
    pub organization: OrganizationRef,
    /// Name, e.g. 12 号.
    pub name: String,
    /// Its TV.
    #[serde(default)]
    pub terminal_id: Option<String>,
    /// Who lives there.
    pub members: Vec<MemberRef>,
    /// Counts up with every change of its name or its TV; send it back as `If-Match`.
    #[serde(default)]
    #[schema(required = true)]
    pub version: i64,
}

/// `POST /api/v1/households`, `PUT /api/v1/households/{id}`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HouseholdDraft {
    /// Code of the village.
    pub organization_code: String,
    /// Name.
    pub name: String,
    /// Id of its TV, a household terminal of the same subtree.
    #[serde(default)]
    pub terminal_id: Option<String>,
}

/// `GET /api/v1/terminal/people`: who may sign in at this TV. With an ETag.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TerminalPeople {
    /// The household, at a home that has one.
    #[serde(default)]
    pub household: Option<HouseholdRef>,
    /// At a home: its members. At a station: the members of its organization's subtree, without
    /// villagers. By name.
    pub people: Vec<TerminalPerson>,
}

/// A person as a shared screen may show them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TerminalPerson {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Home organization.
    pub organization: OrganizationRef,
    /// Standing.
    pub status: MemberStatus,
    /// Whether they can sign in by PIN.
    pub pin_set: bool,
    /// Whether they have a card.
    pub card_set: bool,
    /// Roll calls do not count them.
    pub exempt: bool,
}

/// `POST /api/v1/terminal/pins`: a new PIN with the card as proof. Needs an `Idempotency-Key`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PinByCard {
    /// The card's number.
    pub card: String,
    /// Six digits.
    pub pin: String,
}

impl PinByCard {
    /// How they prove who they are.
    #[must_use]
    pub fn proof(&self) -> Proof {
        Proof::Card {
            card: self.card.clone(),
        }
    }
}

impl std::fmt::Debug for PinByCard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PinByCard").finish_non_exhaustive()
    }
}

/// `POST /api/v1/terminal/member-sessions`: opens one person's own data on this TV for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MemberSessionRequest {
    /// Who, and how they prove it.
    pub proof: Proof,
}

/// A member's session: only together with the token of the terminal it was opened on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MemberSession {
    /// To be sent as header [`crate::MEMBER_SESSION`].
    pub token: String,
    /// Whose it is.
    pub member: MemberRef,
    /// When it ends whatever happens.
    pub expires_at_ms: i64,
}

/// `GET /api/v1/terminal/record`: a member's own record (电子档案). Needs a member session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MemberRecord {
    /// Whose it is.
    pub member: MemberRef,
    /// Home organization.
    pub organization: OrganizationRef,
    /// Standing.
    pub status: MemberStatus,
    /// ISO 8601 date.
    #[serde(default)]
    pub joined_on: Option<String>,
    /// Telephone number, masked also from its owner: the room can see the screen.
    #[serde(default)]
    pub phone_masked: Option<String>,
    /// This year's roll calls: those that opened in it.
    pub attendance: AttendanceSummary,
    /// Their roll calls, newest first, at most 100.
    pub roll_calls: Vec<OwnAttendance>,
    /// What their terminal watched this year, by the moments it was watched. Until members sign in to watch, this is the
    /// household's.
    pub study: StudySummary,
    /// Moves between organizations, newest first.
    pub transfers: Vec<Transfer>,
}

/// Study over a year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StudySummary {
    /// Programmes watched to the end.
    pub finished: u32,
    /// Time really watched.
    pub watched_ms: i64,
    /// What is asked for: 32 hours a year.
    pub goal_ms: i64,
}
