//! `GET /api/v1/terminal/meetings/{id}/place`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::meeting::Place;

use super::super::super::extract::{Path, TerminalAuth};
use super::super::super::problem::Answer;
use crate::app::App;

/// How this terminal stands in a live meeting. Asking now and then says that it is still there.
#[utoipa::path(get, path = "/api/v1/terminal/meetings/{id}/place", tag = "live",
    params(("id" = String, Path, description = "The meeting")),
    responses((status = 200, body = Place),
        (status = 404, body = contract::error::Problem, description = "Not for this terminal, or it has to join again"),
        (status = 409, body = contract::error::Problem, description = "The meeting is not live")),
    security(("terminal" = [])))]
pub async fn place(
    State(app): State<Arc<App>>,
    TerminalAuth(known): TerminalAuth,
    Path(id): Path<String>,
) -> Answer<Json<Place>> {
    let now_ms = app.now_ms();
    let place = app
        .blocking(move |app| app.rooms.place(&known.terminal_id, &id, now_ms))
        .await?;
    Ok(Json(place))
}
