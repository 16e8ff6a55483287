//! `OPTIONS /api/v1/uploads`

use axum::http::{HeaderMap, HeaderValue, StatusCode};
use contract::upload::LARGEST_UPLOAD;

use super::tus;

/// What of tus is spoken here, and how large a film may be.
#[utoipa::path(options, path = "/api/v1/uploads", tag = "uploads",
    responses((status = 204, description = "It is in the headers", headers(
        ("Tus-Version" = String, description = "1.0.0"), ("Tus-Extension" = String, description = "What is spoken beside"),
        ("Tus-Max-Size" = u64, description = "Bytes")))))]
pub async fn capabilities() -> (StatusCode, HeaderMap) {
    let headers = HeaderMap::from_iter([
        (
            tus::EXTENSION,
            HeaderValue::from_static("creation,expiration,termination"),
        ),
        (tus::MAX_SIZE, HeaderValue::from(LARGEST_UPLOAD)),
    ]);
    (StatusCode::NO_CONTENT, headers)
}
