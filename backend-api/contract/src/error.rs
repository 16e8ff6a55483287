//! Errors as clients see them: problem documents (RFC 9457) with a stable code. What a program may
//! want to know of a refusal (tries, times, states, versions, bounds) is a member of its own;
//! sentences are for people and nobody parses them.

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
    /// Too many wrong passwords; see [`Problem::locked_until_ms`].
    LockedOut,
    /// Password right, but the second factor is missing or wrong.
    SecondFactor,
    /// The account must set its second factor up before anything else is answered.
    SecondFactorDue,
    /// PIN is wrong; see [`Problem::tries_left`].
    WrongPin,
    /// Too many wrong PINs of this member on this terminal; see [`Problem::locked_until_ms`].
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
    /// The thing is not in a state that allows this; see [`Problem::state`].
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
    /// Somebody else changed it first; see [`Problem::version`].
    Stale,
    /// The same idempotency key came with a different request.
    KeyReused,
    /// Larger than allowed; see [`Problem::limit`].
    TooLarge,
    /// Too many requests; see [`Problem::retry_after_ms`].
    TooMany,
    /// There is no room on the server's disk; what is there can be read.
    StorageFull,
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
    /// Tries until it is locked, of a wrong PIN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tries_left: Option<u32>,
    /// When what is locked opens again, Unix milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locked_until_ms: Option<i64>,
    /// The state in which the thing is, as its own documents spell it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// The version there is by now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// The largest that is taken, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// How long to wait before the next try; the same as `Retry-After`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

impl Problem {
    /// One that says nothing but this.
    #[must_use]
    pub fn new(status: u16, code: ErrorCode, title: impl Into<String>) -> Self {
        Self {
            kind: "about:blank".to_owned(),
            status,
            code,
            title: title.into(),
            detail: None,
            fields: Vec::new(),
            tries_left: None,
            locked_until_ms: None,
            state: None,
            version: None,
            limit: None,
            retry_after_ms: None,
        }
    }
}

/// The state in which something is, for whoever is refused because of it. Every kind of thing with
/// states makes it from its own type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CurrentState {
    /// The state's name on the wire.
    pub name: &'static str,
    /// The thing and its state as the beginning of a Chinese sentence.
    pub says: &'static str,
}

/// One wrong field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldError {
    /// Path of the field, e.g. `body[3].rows`.
    pub field: String,
    /// What is wrong with it and what to write instead, in Chinese.
    pub message: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bulletin::BulletinState as B;
    use crate::meeting::{MeetingState as M, RecordingState as V};
    use crate::roll_call::RollCallState as R;
    use crate::staff_programme::{FilmState as F, ProgrammeState as P};

    fn spelled(of: impl Serialize + Into<CurrentState>) {
        let spelled = serde_json::to_value(&of).unwrap();
        assert_eq!(spelled, of.into().name);
    }

    #[test]
    fn a_state_is_spelled_as_in_its_documents() {
        for state in [
            B::Draft,
            B::Submitted,
            B::Published,
            B::Withdrawn,
            B::Expired,
        ] {
            spelled(state);
        }
        for state in [M::Scheduled, M::Live, M::Ended, M::Cancelled] {
            spelled(state);
        }
        for state in [
            V::None,
            V::Recording,
            V::Processing,
            V::Published,
            V::Failed,
        ] {
            spelled(state);
        }
        for state in [R::Scheduled, R::Open, R::Closed, R::Cancelled] {
            spelled(state);
        }
        for state in [P::Draft, P::Published, P::Withdrawn] {
            spelled(state);
        }
        for state in [F::Waiting, F::Transcoding, F::Ready, F::Failed] {
            spelled(state);
        }
    }

    #[test]
    fn facts_are_members_and_an_older_server_has_none() {
        let wrong = Problem {
            tries_left: Some(4),
            ..Problem::new(403, ErrorCode::WrongPin, "PIN 不对。")
        };
        let sent = serde_json::json!({
            "type": "about:blank", "status": 403, "code": "wrong_pin", "title": "PIN 不对。", "tries_left": 4,
        });
        assert_eq!(serde_json::to_value(&wrong).unwrap(), sent);
        let older = r#"{"type":"about:blank","status":403,"code":"wrong_pin","title":"PIN 不对。","detail":"tries left: 4"}"#;
        let older: Problem = serde_json::from_str(older).unwrap();
        assert_eq!(
            (older.tries_left, older.detail.as_deref()),
            (None, Some("tries left: 4"))
        );
    }
}
