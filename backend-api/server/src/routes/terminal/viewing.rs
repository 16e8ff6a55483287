//! `PUT /api/v1/terminal/viewings/{id}`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::meeting::ViewingReport;

use super::super::extract::{Json, Path, TerminalAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::meetings::watching;

/// Who watched a meeting and for how long, so far. A report may come again, late or after a newer
/// one; so it needs no `Idempotency-Key`.
#[utoipa::path(put, path = "/api/v1/terminal/viewings/{id}", tag = "terminal",
    params(("id" = String, Path, description = "The viewing, a UUID made by the terminal")),
    request_body = ViewingReport,
    responses((status = 204, description = "Kept"),
        (status = 404, body = contract::error::Problem, description = "No such meeting for this TV"),
        (status = 409, body = contract::error::Problem,
            description = "It never began, or the viewing is another TV's"),
        (status = 422, body = contract::error::Problem)),
    security(("terminal" = [])))]
pub async fn viewing(
    State(app): State<Arc<App>>,
    TerminalAuth(known): TerminalAuth,
    Path(id): Path<String>,
    Json(report): Json<ViewingReport>,
) -> Answer<StatusCode> {
    let now_ms = app.now_ms();
    app.blocking(move |app| watching::report(&app.store, &known.terminal_id, &id, &report, now_ms))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
