//! `POST /api/v1/roll-calls/{id}/close`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::roll_call::RollCall;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::roll_call::manage;

/// Closes an open roll call now; spot checks still to come are not held.
#[utoipa::path(post, path = "/api/v1/roll-calls/{id}/close", tag = "roll calls",
    params(("id" = String, Path, description = "The roll call")),
    responses((status = 200, body = RollCall), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "It is not open")),
    security(("staff" = [])))]
pub async fn close(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<Json<RollCall>> {
    let now_ms = app.now_ms();
    let changed = app
        .blocking(move |app| manage::close(&app.store, &app.figures, &staff, &id, now_ms))
        .await?;
    Ok(Json(changed))
}
