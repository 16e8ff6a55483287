//! Voices and pictures of requests.

mod at_tv;
mod get;
mod upload;

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::extract::up_to;
use super::resource::{Resource, endpoint};
use crate::config::Limits;
use crate::services::request_attachments::Bytes;

/// The endpoints.
pub fn resource(limits: &Limits) -> Resource {
    Resource::new()
        .add(up_to(limits.picture_bytes, endpoint!(upload)))
        .add(endpoint!(get))
        .add(endpoint!(at_tv))
}

/// What nobody on the way may keep, and no page shows as anything but what it is.
fn answer(found: Bytes) -> Response {
    let media_type = HeaderValue::from_str(&found.media_type)
        .unwrap_or_else(|_| HeaderValue::from_static("application/octet-stream"));
    let headers: [(HeaderName, HeaderValue); 3] = [
        (header::CONTENT_TYPE, media_type),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-store"),
        ),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; sandbox"),
        ),
    ];
    (headers, found.bytes).into_response()
}
