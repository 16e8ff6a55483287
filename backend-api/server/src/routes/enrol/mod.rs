//! A box becomes a terminal (RFC 8628).

mod device;
pub mod page;
mod token;

use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use contract::enrolment::{TokenError, TokenErrorCode};

use super::resource::{Resource, endpoint};

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new().add(endpoint!(device)).add(endpoint!(token))
}

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
