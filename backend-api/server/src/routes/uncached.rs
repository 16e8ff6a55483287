//! Answers that nobody on the way may keep.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// JSON with `Cache-Control: no-store`.
#[derive(Debug)]
pub struct Uncached<T>(pub T);

impl<T: Serialize> IntoResponse for Uncached<T> {
    fn into_response(self) -> Response {
        let mut response = axum::Json(self.0).into_response();
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}
