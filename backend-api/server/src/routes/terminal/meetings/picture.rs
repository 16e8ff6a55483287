//! `PUT /api/v1/terminal/meetings/{id}/picture`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::super::super::extract::{Body, Path, TerminalAuth};
use super::super::super::problem::Answer;
use crate::app::App;

/// A station's small picture (JPEG, 320×180, at most 96 KiB) for the director's list.
#[utoipa::path(put, path = "/api/v1/terminal/meetings/{id}/picture", tag = "live",
    params(("id" = String, Path, description = "The meeting")),
    request_body(content = Vec<u8>, content_type = "image/jpeg"),
    responses((status = 204, description = "Kept"), (status = 400, body = contract::error::Problem),
        (status = 404, body = contract::error::Problem, description = "Not for this terminal, or it has to join again"),
        (status = 409, body = contract::error::Problem, description = "The meeting is not live")),
    security(("terminal" = [])))]
pub async fn picture(
    State(app): State<Arc<App>>,
    TerminalAuth(known): TerminalAuth,
    Path(id): Path<String>,
    Body(jpeg): Body,
) -> Answer<StatusCode> {
    let now_ms = app.now_ms();
    app.blocking(move |app| {
        app.rooms
            .keep_picture(&known.terminal_id, &id, jpeg, now_ms)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
