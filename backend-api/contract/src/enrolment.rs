//! How a terminal gets its token: the device authorization grant of RFC 8628.
//!
//! Both requests are `application/x-www-form-urlencoded`; a refusal is the OAuth error body
//! [`TokenError`] with status 400, not a problem document, as RFC 8628 section 3.5 demands.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::member::MemberRef;
use crate::organization::OrganizationRef;
use crate::terminal::{TerminalKind, TerminalRef};

/// `grant_type` of [`TokenRequest`] (RFC 8628 section 3.4).
pub const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// `client_id` of the TV application.
pub const CLIENT_ID: &str = "tv-app";

/// `POST /api/v1/enrol/device`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeviceRequest {
    /// Always [`CLIENT_ID`].
    pub client_id: String,
    /// Something staff can recognise the box by, e.g. its host name; may be empty.
    #[serde(default)]
    pub hardware: String,
}

/// Answer to [`DeviceRequest`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeviceResponse {
    /// Secret with which the terminal asks for its token.
    pub device_code: String,
    /// What the TV shows and staff type: eight digits in two groups, e.g. `4821-7730`.
    pub user_code: String,
    /// Where staff type it. On a loopback address if the server knows none under which a telephone
    /// reaches it: then a TV shows no address.
    pub verification_uri: String,
    /// The same with the code filled in; the TV shows it as a QR code.
    pub verification_uri_complete: String,
    /// Seconds until the code is void.
    pub expires_in: u64,
    /// Seconds to wait between two questions.
    pub interval: u64,
}

/// `POST /api/v1/enrol/token`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TokenRequest {
    /// Always [`DEVICE_GRANT`].
    pub grant_type: String,
    /// From [`DeviceResponse`].
    pub device_code: String,
    /// Always [`CLIENT_ID`].
    pub client_id: String,
}

/// Answer to [`TokenRequest`] once staff have approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TokenResponse {
    /// Bearer token; valid until revoked.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: String,
    /// The terminal's id.
    pub terminal_id: String,
    /// What the terminal is.
    pub kind: TerminalKind,
    /// Name staff gave it, e.g. 张家村 12 号.
    pub name: String,
    /// Where it stands.
    pub organization: OrganizationRef,
}

/// Refusal of a [`TokenRequest`] (RFC 8628 section 3.5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TokenError {
    /// Why.
    pub error: TokenErrorCode,
}

/// Codes of RFC 8628 section 3.5 and RFC 6749 section 5.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TokenErrorCode {
    /// Nobody has approved yet: ask again after `interval`.
    AuthorizationPending,
    /// As above, and wait five seconds longer from now on.
    SlowDown,
    /// Staff declined.
    AccessDenied,
    /// The code is void: start again.
    ExpiredToken,
    /// Not a code of this server.
    InvalidGrant,
    /// The request is malformed.
    InvalidRequest,
    /// `client_id` is unknown.
    InvalidClient,
    /// `grant_type` is not the device grant.
    UnsupportedGrantType,
}

/// A box that waits for approval, as staff see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PendingEnrolment {
    /// What the TV shows.
    pub user_code: String,
    /// What the box said of itself.
    pub hardware: String,
    /// When it asked.
    pub requested_at_ms: i64,
}

/// `POST /api/v1/enrolments/{user_code}/approve`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApproveRequest {
    /// Code of the organization the terminal belongs to.
    pub organization_code: String,
    /// What the terminal is.
    pub kind: TerminalKind,
    /// Name, e.g. 张家村 12 号.
    pub name: String,
    /// Id of the household whose TV it becomes; one of that organization. Without one nobody can
    /// sign in at a home's TV until it is given one (`PUT /api/v1/terminals/{id}`).
    #[serde(default)]
    pub household_id: Option<String>,
    /// The household may have another TV, or another box may have been admitted for it: that one
    /// then loses its people.
    #[serde(default)]
    pub replace_tv: bool,
}

/// `GET /api/v1/enrolments/households`: households to choose from when a home's TV is admitted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HouseholdChoices {
    /// By organization and name.
    pub items: Vec<HouseholdChoice>,
    /// There are more: search for something narrower.
    pub more: bool,
    /// There is at least one household, whatever was searched for.
    pub any: bool,
}

/// A household that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HouseholdChoice {
    /// Id.
    pub id: String,
    /// Name, e.g. 12 号.
    pub name: String,
    /// Village.
    pub organization: OrganizationRef,
    /// Code of the village.
    pub organization_code: String,
    /// Who lives there: they can sign in at its TV.
    pub members: Vec<MemberRef>,
    /// The TV it has.
    pub terminal: Option<TerminalRef>,
    /// A box was admitted for it and has not come for its token yet.
    pub awaited: bool,
}
