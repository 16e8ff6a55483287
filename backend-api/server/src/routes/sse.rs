//! Answers that are streams of server-sent events.

use std::convert::Infallible;

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use tokio_util::sync::CancellationToken;

use crate::services::kit::error::ServiceError;
use crate::services::secrets;

/// Those who listened to a server that stopped come back within this time, milliseconds: not all at once to
/// the next one.
const COME_BACK_MS: (u16, u16) = (500, 5_000);

/// An answer that sends these frames as they come. If they end because the server stops, it says last when to
/// come back, to everybody another time.
pub fn response(
    frames: impl Stream<Item = Result<Bytes, Infallible>> + Send + 'static,
    stopping: CancellationToken,
) -> Response {
    let last = stream::once(async move { stopping.is_cancelled().then(come_back) });
    let frames = frames.chain(last.filter_map(async |frame| frame.map(Ok)));
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

fn come_back() -> Bytes {
    let (first, last) = COME_BACK_MS;
    // Without randomness all come at the same time, which is bearable.
    let spread = secrets::random_bytes().map_or(0, u16::from_le_bytes);
    let after_ms = first + spread % (last - first);
    format!("retry: {after_ms}\n\n").into()
}

/// Whether somebody may go on watching, after they were asked for once more: `None` if not. While the database
/// cannot be used they may; it is asked the next time.
pub fn goes_on<T>(asked: &Result<T, ServiceError>) -> Option<()> {
    match asked {
        Err(error) if !error.passes() => None,
        _ => Some(()),
    }
}
