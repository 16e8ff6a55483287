//! `POST /api/v1/roll-calls/{id}/cancel`

use std::sync::Arc;

use axum::extract::State;
use contract::member::Reason;
use contract::roll_call::RollCall;

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::roll_call::manage;

/// Cancels a roll call, with a reason: it never counts.
#[utoipa::path(post, path = "/api/v1/roll-calls/{id}/cancel", tag = "roll calls",
    params(("id" = String, Path, description = "The roll call")), request_body = Reason,
    responses((status = 200, body = RollCall), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "It is cancelled already"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn cancel(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    Json(Reason { reason }): Json<Reason>,
) -> Answer<axum::Json<RollCall>> {
    let now_ms = app.now_ms();
    let changed = app
        .blocking(move |app| manage::cancel(&app.store, &app.figures, &staff, &id, &reason, now_ms))
        .await?;
    Ok(axum::Json(changed))
}
