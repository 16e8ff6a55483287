//! Staff accounts, their sessions and second factor, and the audit log.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::organization::OrganizationRef;

/// What somebody of the staff is trusted with, within the subtree of their organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 平台管理员: everything.
    PlatformAdministrator,
    /// 组织管理员: members, roll calls, publishing, terminals and accounts of their subtree.
    OrganizationStaff,
    /// 站所发布员: writes and publishes, sees no personal data.
    OfficePublisher,
    /// 支部书记: members and roll calls of the branch; writes, does not publish.
    BranchSecretary,
    /// 查阅: county and prefecture read, and change nothing.
    Reader,
}

/// What staff can be allowed to do; the console shows what is, and nothing else. Never renamed, only added
/// to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// See bulletins in the making, terminals, roll calls and their figures.
    Read,
    /// Write a bulletin, hand it in, upload pictures.
    Write,
    /// Publish or withdraw a bulletin or programme.
    Publish,
    /// Admit a waiting box.
    Admit,
    /// Take a terminal's token away.
    Revoke,
    /// Create organizations.
    Organize,
    /// Replace the sections of the home screen.
    Configure,
    /// See members, their numbers masked, and households.
    ReadMembers,
    /// Write members and households, set PINs, transfer.
    WriteMembers,
    /// See a member's numbers in clear.
    Reveal,
    /// Take everything away that names a person.
    Purge,
    /// Make, open, close and correct roll calls.
    RollCall,
    /// Plan, start, direct and end meetings.
    Direct,
    /// Make duty rooms and look into them.
    Duty,
    /// Handle service requests and suggestions.
    Serve,
    /// Read and answer confidential reports addressed to their own office.
    Confide,
    /// Make, open and close evaluations, and enter paper ballots.
    Evaluate,
    /// See and change accounts and sessions of others.
    Accounts,
    /// See the audit log.
    ReadAudit,
}

impl Action {
    /// Every one.
    pub const ALL: [Self; 19] = [
        Self::Read,
        Self::Write,
        Self::Publish,
        Self::Admit,
        Self::Revoke,
        Self::Organize,
        Self::Configure,
        Self::ReadMembers,
        Self::WriteMembers,
        Self::Reveal,
        Self::Purge,
        Self::RollCall,
        Self::Direct,
        Self::Duty,
        Self::Serve,
        Self::Confide,
        Self::Evaluate,
        Self::Accounts,
        Self::ReadAudit,
    ];
}

/// What a list of accounts is narrowed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountOnly {
    /// Those that may sign in.
    Open,
    /// Those that are closed.
    Closed,
    /// Those that may sign in by a password alone.
    WithoutSecondFactor,
}

/// An account as staff see it: `GET /api/v1/staff/accounts`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StaffAccount {
    /// Id.
    pub id: String,
    /// Login name.
    pub login: String,
    /// What they are trusted with.
    pub role: Role,
    /// In whose subtree.
    pub organization: OrganizationRef,
    /// Whether a second factor is demanded.
    pub totp: bool,
    /// When it was closed.
    #[serde(default)]
    pub disabled_at_ms: Option<i64>,
    /// When it was made.
    pub created_at_ms: i64,
    /// Counts up with every change; send it back as `If-Match`.
    #[serde(default)]
    #[schema(required = true)]
    pub version: i64,
}

/// `POST /api/v1/staff/accounts`
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StaffAccountDraft {
    /// Login name, 1 to 64 characters.
    pub login: String,
    /// First password, at least 10 characters.
    pub password: String,
    /// What they are trusted with; never more than who makes it.
    pub role: Role,
    /// Code of the organization, within the subtree of who makes it.
    pub organization_code: String,
}

impl std::fmt::Debug for StaffAccountDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StaffAccountDraft")
            .field("login", &self.login)
            .finish_non_exhaustive()
    }
}

/// `PUT /api/v1/staff/accounts/{id}`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StaffAccountChange {
    /// What they are trusted with; never more than who changes it.
    pub role: Role,
    /// Code of the organization, within the subtree of who changes it.
    pub organization_code: String,
}

/// What somebody of the staff has in hand that is not finished.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HandKind {
    /// A bulletin that is not published yet.
    #[default]
    Bulletin,
    /// A meeting that is not over.
    Meeting,
    /// One that came after this program.
    #[serde(other)]
    Unknown,
}

/// One thing of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HandItem {
    /// What it is.
    pub kind: HandKind,
    /// Id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Whose it is.
    pub organization: OrganizationRef,
    /// Whether it could be handed over to the account that was asked about; left out: none was.
    #[serde(default)]
    pub fits: Option<bool>,
}

/// `GET /api/v1/staff/accounts/{id}/hands`: what would be left behind if the account were closed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccountHands {
    /// What can be handed over, bulletins first, as far as whoever asks may see it.
    pub items: Vec<HandItem>,
    /// Requests that its office has to answer. They stay with the office.
    pub requests: u32,
    /// Other accounts of that office that may answer them.
    pub others: u32,
}

/// `POST /api/v1/staff/accounts/{id}/hand-over`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HandOver {
    /// Id of the account that looks after everything that fits it.
    pub successor_id: String,
}

/// Answer of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HandedOver {
    /// The account, which is closed.
    pub account: StaffAccount,
    /// So many things were handed over.
    pub handed_over: u32,
    /// So many fit the successor not, and are where they were.
    pub left: u32,
}

/// `POST /api/v1/staff/accounts/{id}/password`
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PasswordReset {
    /// New password, at least 10 characters.
    pub password: String,
}

impl std::fmt::Debug for PasswordReset {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PasswordReset").finish_non_exhaustive()
    }
}

/// `PUT /api/v1/staff/password`: the own one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PasswordChange {
    /// The password as it is.
    pub current: String,
    /// New password, at least 10 characters.
    pub password: String,
}

impl std::fmt::Debug for PasswordChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PasswordChange").finish_non_exhaustive()
    }
}

/// A session: `GET /api/v1/staff/sessions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StaffSession {
    /// Id; not the token.
    pub id: String,
    /// Whose.
    pub login: String,
    /// When it was opened.
    pub created_at_ms: i64,
    /// When it ends.
    pub expires_at_ms: i64,
    /// Address it was opened from.
    #[serde(default)]
    pub address: Option<String>,
    /// It is the one that asks.
    pub current: bool,
}

/// Answer of `POST /api/v1/staff/totp`: a second factor to be confirmed (RFC 6238, SHA-1, 6
/// digits, 30 s: what authenticator apps read).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TotpOffer {
    /// Secret in Base32.
    pub secret: String,
    /// `otpauth://` address for a QR code.
    pub uri: String,
}

/// `POST /api/v1/staff/totp/confirm`, `POST /api/v1/staff/totp/recovery-codes`, `DELETE /api/v1/staff/totp`:
/// a code of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TotpCode {
    /// Six digits; but for confirming, a recovery code is as good.
    pub code: String,
}

impl std::fmt::Debug for TotpCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TotpCode").finish_non_exhaustive()
    }
}

/// The recovery codes of an account, which are shown this once. Each signs in once in the place of a code
/// of the second factor.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecoveryCodes {
    /// Sixteen letters and digits each, in four groups.
    pub codes: Vec<String>,
}

impl std::fmt::Debug for RecoveryCodes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecoveryCodes")
            .field("count", &self.codes.len())
            .finish_non_exhaustive()
    }
}

/// One entry of the audit log: `GET /api/v1/audit`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditEntry {
    /// Number, without gaps.
    pub seq: i64,
    /// When.
    pub at_ms: i64,
    /// Who: `staff:<login>`, `terminal:<id>`, `member:<id>`, `system`.
    pub actor: String,
    /// What: `member.reveal`, `roll_call.correct`, ….
    pub action: String,
    /// To what: kind and id.
    pub subject: String,
    /// Organization it concerns.
    #[serde(default)]
    pub organization_id: Option<String>,
    /// More, without personal data.
    pub detail: String,
    /// HMAC-SHA-256 over the entry and the hash before it, in hex; of entries from before there were keys,
    /// SHA-256.
    pub hash: String,
}

/// The end of the audit log: `GET /api/v1/audit/head`. Kept elsewhere, it proves later that nothing up to
/// there was changed or cut off (`backend-api audit verify --head`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditHead {
    /// Number of the newest entry; 0: there is none.
    pub seq: i64,
    /// Both as they are written down: `NUMBER:HASH`.
    pub text: String,
}
