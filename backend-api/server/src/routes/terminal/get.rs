//! `GET /api/v1/terminal`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::terminal::Terminal;

use super::super::extract::TerminalAuth;
use super::super::problem::Answer;
use crate::app::App;
use crate::services::kit::error::ServiceError;

/// What the terminal is.
#[utoipa::path(get, path = "/api/v1/terminal", tag = "terminal",
    responses((status = 200, body = Terminal)), security(("terminal" = [])))]
pub async fn get(
    State(app): State<Arc<App>>,
    TerminalAuth(known): TerminalAuth,
) -> Answer<Json<Terminal>> {
    let terminal = app
        .blocking(move |app| {
            app.store
                .read(|tx| store::terminals::get(tx, &known.terminal_id))?
                .ok_or(ServiceError::Unauthenticated)
        })
        .await?;
    Ok(Json(terminal))
}
