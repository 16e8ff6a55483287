//! `GET /api/v1/terminal/duty`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use contract::duty::TerminalDuty;

use super::super::extract::TerminalAuth;
use super::super::problem::Answer;
use crate::app::App;

/// What may be looked into here, who looks and who looked, and, for a station whose camera is wanted
/// now, where to send its picture.
#[utoipa::path(get, path = "/api/v1/terminal/duty", tag = "duty",
    responses((status = 200, body = TerminalDuty)), security(("terminal" = [])))]
pub async fn duty(
    State(app): State<Arc<App>>,
    TerminalAuth(known): TerminalAuth,
) -> Answer<impl IntoResponse> {
    let duty: TerminalDuty = app
        .blocking(move |app| {
            let duty = app.duty.of_terminal(&known)?;
            app.endings.given_to(&known)?;
            Ok(duty)
        })
        .await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(duty)))
}
