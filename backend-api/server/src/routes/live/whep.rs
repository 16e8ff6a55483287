//! `POST /live/whep/{stream}`

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::super::extract::{Body, Path, Peer};
use super::super::problem::Answer;
use crate::app::App;

/// Receives a stream or program (WHEP): H.264 and Opus, without trickle ICE.
#[utoipa::path(post, path = "/live/whep/{*stream}", tag = "live",
    params(("stream" = String, Path, description = "The stream or route, slashes included")),
    request_body(content = String, content_type = "application/sdp"),
    responses((status = 201, description = "The answer; `Location` ends the session",
        content_type = "application/sdp", body = String),
        (status = 400, body = contract::error::Problem, description = "The offer cannot be used"),
        (status = 401, body = contract::error::Problem), (status = 403, body = contract::error::Problem)),
    security(("link" = [])))]
pub async fn whep(
    State(app): State<Arc<App>>,
    Path(stream): Path<String>,
    peer: Peer,
    headers: HeaderMap,
    Body(body): Body,
) -> Answer<Response> {
    let (grant, offer) = super::offer(&app, (&peer, &headers), &body, &stream, false).await?;
    let answer = app.media.subscribe(&grant, offer).await;
    super::created(&answer.map_err(super::refused)?)
}
