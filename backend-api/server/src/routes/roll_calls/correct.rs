//! `POST /api/v1/roll-calls/{id}/corrections`

use std::sync::Arc;

use axum::extract::State;
use contract::roll_call::{Attendance, Correction};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::roll_call::manage;

/// Writes down how a member of the own subtree stands, with a reason. Audited.
#[utoipa::path(post, path = "/api/v1/roll-calls/{id}/corrections", tag = "roll calls",
    params(("id" = String, Path, description = "The roll call")), request_body = Correction,
    responses((status = 200, body = Attendance),
        (status = 404, body = contract::error::Problem, description = "Not called"),
        (status = 409, body = contract::error::Problem, description = "It has not opened or was cancelled"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn correct(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    Json(correction): Json<Correction>,
) -> Answer<axum::Json<Attendance>> {
    let now_ms = app.now_ms();
    let line = app
        .blocking(move |app| manage::correct(&app.store, &staff, &id, &correction, now_ms))
        .await?;
    Ok(axum::Json(line))
}
