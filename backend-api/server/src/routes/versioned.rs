//! Versions of what two people can edit: told in `ETag`, sent back in `If-Match`. A version that is not the
//! one there is by now is refused with 412 and `version`.
//!
//! Bulletins, meetings and members are written over by nobody who does not say what they have read:
//! [`IfMatch`]. For what got its version later `If-Match` may be left out, because scripts of offices send
//! none; then whatever is there is written over: [`MayMatch`].

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use contract::account::StaffAccount;
use contract::branch::StaffBranch;
use contract::category::StaffCategory;
use contract::duty::DutyRoom;
use contract::error::ErrorCode;
use contract::evaluation::StaffEvaluation;
use contract::meeting::StaffMeeting;
use contract::member::{Household, Member};
use contract::request::Request;
use contract::staff::StaffBulletin;
use contract::staff_programme::StaffProgramme;
use contract::submission::Submission;
use contract::terminal::Terminal;
use serde::Serialize;
use store::versions::Seen;

use super::problem::Refusal;
use crate::app::App;

/// What says in itself which version it is.
pub trait SaysVersion {
    /// Counts up with every change.
    fn version(&self) -> i64;
}

macro_rules! says_version {
    ($($kind:ty),* $(,)?) => {$(
        impl SaysVersion for $kind {
            fn version(&self) -> i64 {
                self.version
            }
        }
    )*};
}

says_version!(
    DutyRoom,
    Household,
    Member,
    Request,
    StaffAccount,
    StaffBranch,
    StaffBulletin,
    StaffCategory,
    StaffEvaluation,
    StaffMeeting,
    StaffProgramme,
    Submission,
    Terminal,
);

/// An answer as JSON with its version as `ETag`.
#[derive(Debug)]
pub struct Versioned<T> {
    version: i64,
    body: T,
}

impl<T: SaysVersion> Versioned<T> {
    /// What says its version itself.
    pub fn new(body: T) -> Self {
        Self::of(body.version(), body)
    }
}

impl<T> Versioned<T> {
    /// What does not say it, at this version.
    pub const fn of(version: i64, body: T) -> Self {
        Self { version, body }
    }
}

impl<T: Serialize> IntoResponse for Versioned<T> {
    fn into_response(self) -> Response {
        let etag = HeaderValue::from_str(&format!("\"{}\"", self.version));
        let mut response = axum::Json(self.body).into_response();
        if let Ok(etag) = etag {
            response.headers_mut().insert(header::ETAG, etag);
        }
        response
    }
}

/// The version in `If-Match`, without which changes are refused: two people must not overwrite
/// each other unseen.
#[derive(Clone, Copy, Debug)]
pub struct IfMatch(pub Seen);

impl FromRequestParts<Arc<App>> for IfMatch {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Refusal> {
        match read(&parts.headers)? {
            Some(version) => Ok(Self(Seen::Version(version))),
            None => Err(Refusal::new(
                StatusCode::PRECONDITION_REQUIRED,
                ErrorCode::BadRequest,
                "请在 If-Match 中写明所修改的版本号。",
            )),
        }
    }
}

/// The version in `If-Match`, if there is one.
#[derive(Clone, Copy, Debug)]
pub struct MayMatch(pub Seen);

impl FromRequestParts<Arc<App>> for MayMatch {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Refusal> {
        Ok(Self(Seen::from(read(&parts.headers)?)))
    }
}

fn read(headers: &HeaderMap) -> Result<Option<i64>, Refusal> {
    let Some(value) = headers.get(header::IF_MATCH) else {
        return Ok(None);
    };
    let version = value.to_str().ok().and_then(|text| {
        let text = text.trim();
        // A proxy that compresses makes a tag a weak one.
        let text = text.strip_prefix("W/").unwrap_or(text);
        text.trim_matches('"').parse().ok()
    });
    version
        .map(Some)
        .ok_or_else(|| Refusal::bad_request("If-Match 中的版本号不是数字。"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(value: &str) -> Result<Option<i64>, Refusal> {
        let value = HeaderValue::from_str(value).unwrap();
        read(&HeaderMap::from_iter([(header::IF_MATCH, value)]))
    }

    #[test]
    fn a_version_is_read_as_proxies_and_programs_write_it() {
        assert_eq!(read(&HeaderMap::new()).unwrap(), None);
        for right in ["7", "\"7\"", " \"7\" ", "W/\"7\""] {
            assert_eq!(sent(right).unwrap(), Some(7), "{right}");
        }
        for wrong in ["", "*", "\"seven\"", "\"6\", \"7\"", "7.0"] {
            let refused = sent(wrong).unwrap_err();
            assert_eq!(refused.problem().status, 400, "{wrong}");
        }
    }

    #[test]
    fn the_tag_is_the_version() {
        let room = DutyRoom {
            version: 12,
            ..DutyRoom::default()
        };
        let answer = Versioned::new(room).into_response();
        assert_eq!(answer.headers()[header::ETAG], "\"12\"");
        let answer = Versioned::of(3, "any").into_response();
        assert_eq!(answer.headers()[header::ETAG], "\"3\"");
    }
}
