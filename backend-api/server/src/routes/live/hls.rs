//! `GET /live/hls/{token}/{meeting}/program/{file}`

use std::io::ErrorKind;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use tokio_util::io::ReaderStream;

use super::super::extract::{Path, Peer};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::kit::error::ServiceError;
use crate::services::media;

/// Playlist and segments of a live meeting (RFC 8216). The address is of one television and ends with what it
/// may; playlist and segments are refused then. The playlist is never kept, segments may be by whoever asked.
#[utoipa::path(get, path = "/live/hls/{token}/{meeting}/program/{file}", tag = "live",
    params(("token" = String, Path, description = "From the link"),
        ("meeting" = String, Path, description = "The meeting"),
        ("file" = String, Path, description = "`live.m3u8` or a segment it names")),
    responses((status = 200, description = "The file", content_type = "application/octet-stream"),
        (status = 401, body = contract::error::Problem),
        (status = 404, body = contract::error::Problem, description = "Not (yet, or any more) there")))]
pub async fn hls(
    State(app): State<Arc<App>>,
    peer: Peer,
    Path((token, meeting, file)): Path<(String, String, String)>,
) -> Answer<Response> {
    let stream = media::program(&meeting);
    super::known(&app, &peer, |app| app.media.check(&token, &stream, false)).await?;
    let missing = || ServiceError::NotFound("这段视频");
    let (name, extension) = file.rsplit_once('.').ok_or_else(missing)?;
    // Only what the packager writes: nobody walks through the folders.
    let plain = !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    let (kind, keep) = match extension {
        "m3u8" if plain => ("application/vnd.apple.mpegurl", "no-store"),
        "ts" if plain => ("video/mp2t", "private, max-age=3600, immutable"),
        _ => return Err(missing().into()),
    };
    // What is not recorded is made while its playlist is asked for; whoever asks first waits for it.
    if extension == "m3u8" && !app.media.hls_is_there(&meeting).await {
        return Err(missing().into());
    }
    // Whoever waited may have lost it meanwhile.
    app.media.check(&token, &stream, false)?;
    let path = app.media.recording_folder(&meeting).join(&file);
    let opened = match tokio::fs::File::open(&path).await {
        Ok(opened) => opened,
        Err(error) if error.kind() == ErrorKind::NotFound => return Err(missing().into()),
        Err(error) => return Err(ServiceError::Internal(format!("HLS: {error}")).into()),
    };
    let length = opened
        .metadata()
        .await
        .map_err(|error| ServiceError::Internal(format!("HLS: {error}")))?
        .len();
    let mut response = Response::new(Body::from_stream(ReaderStream::new(opened)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    Ok(response)
}
