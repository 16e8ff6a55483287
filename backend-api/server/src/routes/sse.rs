//! Answers that are streams of server-sent events.

use std::convert::Infallible;

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use bytes::Bytes;
use futures_util::Stream;

use crate::services::kit::error::ServiceError;

/// An answer that sends these frames as they come.
pub fn response(
    frames: impl Stream<Item = Result<Bytes, Infallible>> + Send + 'static,
) -> Response {
    let mut response = Response::new(Body::from_stream(frames));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/event-stream"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // nginx would hold events back.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

/// Whether somebody may go on watching, after they were asked for once more: `None` if not. While the database
/// cannot be used they may; it is asked the next time.
pub fn goes_on<T>(asked: &Result<T, ServiceError>) -> Option<()> {
    match asked {
        Err(error) if !error.passes() => None,
        _ => Some(()),
    }
}
