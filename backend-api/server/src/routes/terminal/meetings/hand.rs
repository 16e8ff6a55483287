//! `POST /api/v1/terminal/meetings/{id}/hand`

use std::sync::Arc;

use axum::extract::State;
use contract::meeting::{HandRequest, Place};

use super::super::super::extract::{Json, Path, TerminalAuth};
use super::super::super::problem::Answer;
use crate::app::App;

/// Raises or lowers a station's hand. Doing it twice is fine.
#[utoipa::path(post, path = "/api/v1/terminal/meetings/{id}/hand", tag = "live",
    params(("id" = String, Path, description = "The meeting")), request_body = HandRequest,
    responses((status = 200, body = Place),
        (status = 404, body = contract::error::Problem, description = "Not for this terminal, or it has to join again"),
        (status = 409, body = contract::error::Problem)),
    security(("terminal" = [])))]
pub async fn hand(
    State(app): State<Arc<App>>,
    TerminalAuth(known): TerminalAuth,
    Path(id): Path<String>,
    Json(request): Json<HandRequest>,
) -> Answer<axum::Json<Place>> {
    let (raised, now_ms) = (request.raised, app.now_ms());
    let place = app
        .blocking(move |app| app.rooms.hand(&known.terminal_id, &id, raised, now_ms))
        .await?;
    Ok(axum::Json(place))
}
