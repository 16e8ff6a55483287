//! `GET /api/v1/roll-calls/{id}/presence-code`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use contract::roll_call::PresenceCode;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::roll_call::manage;

/// The code to be shown in the meeting picture now; a new one every 30 s.
#[utoipa::path(get, path = "/api/v1/roll-calls/{id}/presence-code", tag = "roll calls",
    params(("id" = String, Path, description = "The roll call")),
    responses((status = 200, body = PresenceCode), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "None is demanded")),
    security(("staff" = [])))]
pub async fn presence_code(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<impl IntoResponse> {
    let now_ms = app.now_ms();
    let code = app
        .blocking(move |app| manage::presence_code(&app.store, &staff, &id, now_ms))
        .await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(code)))
}
