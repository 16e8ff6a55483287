//! `DELETE /api/v1/terminal/meetings/{id}/join`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::super::super::extract::{Path, TerminalAuth};
use crate::app::App;

/// Takes part no longer. Doing it twice is fine.
#[utoipa::path(delete, path = "/api/v1/terminal/meetings/{id}/join", tag = "live",
    params(("id" = String, Path, description = "The meeting")),
    responses((status = 204, description = "Left")), security(("terminal" = [])))]
pub async fn leave(
    State(app): State<Arc<App>>,
    TerminalAuth(known): TerminalAuth,
    Path(id): Path<String>,
) -> StatusCode {
    app.rooms.leave(&known.terminal_id, &id, app.now_ms());
    StatusCode::NO_CONTENT
}
