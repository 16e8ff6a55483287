//! `POST /api/v1/terminal/meetings/{id}/join`

use std::sync::Arc;

use axum::extract::State;
use contract::meeting::{JoinAccess, JoinRequest};

use super::super::super::extract::{Json, Path, TerminalAuth};
use super::super::super::problem::Answer;
use crate::app::App;
use crate::services::room::people;

/// Takes part in a live meeting of the own audience: where the program comes from, and where to
/// send. Doing it again is how a terminal comes back.
#[utoipa::path(post, path = "/api/v1/terminal/meetings/{id}/join", tag = "live",
    params(("id" = String, Path, description = "The meeting")), request_body = JoinRequest,
    responses((status = 200, body = JoinAccess), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "It is not live")),
    security(("terminal" = [])))]
pub async fn join(
    State(app): State<Arc<App>>,
    TerminalAuth(known): TerminalAuth,
    Path(id): Path<String>,
    Json(request): Json<JoinRequest>,
) -> Answer<axum::Json<JoinAccess>> {
    let now_ms = app.now_ms();
    let access = app
        .blocking(move |app| {
            let terminal = people::participant(&app.store, &known.terminal_id, &id)?;
            let access = app.rooms.join(&terminal, &id, &request, now_ms)?;
            app.endings.given_to(&known)?;
            Ok(access)
        })
        .await?;
    Ok(axum::Json(access))
}
