//! `POST /live/whip/{stream}`

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::Response;

use super::super::extract::{Body, Path, Peer};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::media::Takeover;

/// Sends picture and sound of a stream (WHIP, RFC 9725): H.264 constrained baseline and Opus, without trickle ICE. Who was sending it before is replaced, unless `If-None-Match: *` asks for a stream that nobody sends.
#[utoipa::path(post, path = "/live/whip/{*stream}", tag = "live",
    params(("stream" = String, Path, description = "The stream, slashes included"),
        ("If-None-Match" = Option<String>, Header, description = "`*`: replace nobody")),
    request_body(content = String, content_type = "application/sdp"),
    responses((status = 201, description = "The answer; `Location` ends the session",
        content_type = "application/sdp", body = String),
        (status = 400, body = contract::error::Problem, description = "The offer cannot be used"),
        (status = 401, body = contract::error::Problem), (status = 403, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem,
            description = "The host's picture comes from an encoder or a camera now"),
        (status = 412, body = contract::error::Problem,
            description = "`session_taken`: somebody sends it, and is not to be replaced")),
    security(("link" = [])))]
pub async fn whip(
    State(app): State<Arc<App>>,
    Path(stream): Path<String>,
    peer: Peer,
    headers: HeaderMap,
    Body(body): Body,
) -> Answer<Response> {
    let (grant, offer) = super::offer(&app, (&peer, &headers), &body, &stream, true).await?;
    let takeover = match headers.get(header::IF_NONE_MATCH) {
        Some(any) if any == "*" => Takeover::IfFree,
        _ => Takeover::Always,
    };
    let answer = app.media.publish(&grant, offer, takeover).await;
    super::created(&answer.map_err(super::refused)?)
}
