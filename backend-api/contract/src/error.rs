//! Errors as clients see them: problem documents (RFC 9457) with a stable code.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What went wrong, for programs. Never renamed, only added to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The request is malformed.
    BadRequest,
    /// One or more fields are wrong; see [`Problem::fields`].
    Invalid,
    /// No token, or not a valid one.
    Unauthenticated,
    /// The token's terminal was revoked.
    Revoked,
    /// Login or password is wrong.
    WrongPassword,
    /// Too many wrong passwords; try later.
    LockedOut,
    /// Password right, but the second factor is missing or wrong.
    SecondFactor,
    /// PIN is wrong; the problem's `detail` says how many tries are left.
    WrongPin,
    /// Too many wrong PINs of this member on this terminal; locked for 15 minutes.
    PinLocked,
    /// This member has no PIN yet.
    NoPin,
    /// No member has this card.
    UnknownCard,
    /// The roll call's round has not opened yet.
    TooEarly,
    /// The roll call's round is over.
    TooLate,
    /// The presence code is missing or not the one of now.
    WrongPresenceCode,
    /// Not allowed for this user.
    Forbidden,
    /// There is no such thing.
    NotFound,
    /// A roll call goes on that would end with this; it must be said that it may.
    RollCallOpen,
    /// The thing is not in a state that allows this.
    Conflict,
    /// Somebody else sends this stream; to take it over is another request.
    SessionTaken,
    /// A session with a stream is over: somebody else took the stream over. Do not connect again by
    /// yourself.
    SessionReplaced,
    /// A session with a stream is over: whoever had it may no longer. Do not connect again.
    SessionRevoked,
    /// A session with a stream is over, since what it belonged to is. Do not connect again.
    SessionEnded,
    /// A session with a stream was lost on the way. Connect again.
    SessionLost,
    /// Somebody else changed it first.
    Stale,
    /// The same idempotency key came with a different request.
    KeyReused,
    /// Larger than allowed.
    TooLarge,
    /// Too many requests.
    TooMany,
    /// The server failed; the log has the details.
    Internal,
    /// The server is starting, stopping or without its database.
    Unavailable,
}

/// A problem document, `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: the code says more than a page would.
    #[serde(rename = "type")]
    pub kind: String,
    /// HTTP status.
    pub status: u16,
    /// What went wrong, for programs.
    pub code: ErrorCode,
    /// A Chinese sentence that a screen can show.
    pub title: String,
    /// More for the person who reads logs; never internals or personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The fields that are wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldError>,
}

/// One wrong field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldError {
    /// Path of the field, e.g. `body[3].rows`.
    pub field: String,
    /// What is wrong with it and what to write instead, in Chinese.
    pub message: String,
}
