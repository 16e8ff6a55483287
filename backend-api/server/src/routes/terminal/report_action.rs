//! `PUT /api/v1/terminal/actions/{id}`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::station_check::ActionReport;

use super::super::extract::{Json, Path, TerminalAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::remote_actions;

/// Says that this terminal has what it was asked, or that it is done. Doing it again is fine.
#[utoipa::path(put, path = "/api/v1/terminal/actions/{id}", tag = "terminals",
    params(("id" = String, Path, description = "What was asked")), request_body = ActionReport,
    responses((status = 204), (status = 404, body = contract::error::Problem)),
    security(("terminal" = [])))]
pub async fn report_action(
    State(app): State<Arc<App>>,
    TerminalAuth(known): TerminalAuth,
    Path(id): Path<String>,
    Json(report): Json<ActionReport>,
) -> Answer<StatusCode> {
    let now_ms = app.now_ms();
    app.blocking(move |app| {
        let terminal_id = &known.terminal_id;
        remote_actions::report(&app.store, terminal_id, &id, report, now_ms)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
