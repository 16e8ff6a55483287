//! A box becomes a terminal (RFC 8628).

pub mod device;
pub mod page;
pub mod token;

use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use contract::enrolment::{TokenError, TokenErrorCode};

/// RFC 6749 section 5.1 wants it on every answer with a secret.
pub(super) const NO_STORE: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];

/// The OAuth refusal: status 400 and a code.
pub(super) fn refused(error: TokenErrorCode) -> Response {
    (
        StatusCode::BAD_REQUEST,
        NO_STORE,
        axum::Json(TokenError { error }),
    )
        .into_response()
}
