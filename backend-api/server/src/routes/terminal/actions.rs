//! `GET /api/v1/terminal/actions`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use contract::remote_action::TerminalActions;

use super::super::extract::TerminalAuth;
use super::super::problem::Answer;
use crate::app::App;
use crate::services::remote_actions;

/// What staff ask this terminal to do, the first first.
#[utoipa::path(get, path = "/api/v1/terminal/actions", tag = "terminals",
    responses((status = 200, body = TerminalActions)), security(("terminal" = [])))]
pub async fn actions(
    State(app): State<Arc<App>>,
    TerminalAuth(known): TerminalAuth,
) -> Answer<impl IntoResponse> {
    let now_ms = app.now_ms();
    let found: TerminalActions = app
        .blocking(move |app| remote_actions::of_terminal(&app.store, &known.terminal_id, now_ms))
        .await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(found)))
}
