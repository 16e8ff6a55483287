//! `POST /api/v1/roll-calls/{id}/rounds`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::roll_call::{RollCall, RoundRequest};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::roll_call::manage;

/// Opens a spot check now. A roll call that closed within the last day is open again by it.
#[utoipa::path(post, path = "/api/v1/roll-calls/{id}/rounds", tag = "roll calls",
    params(("id" = String, Path, description = "The roll call")), request_body = RoundRequest,
    responses((status = 201, body = RollCall), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "A round is open, or it is not under way"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn add_round(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    Json(request): Json<RoundRequest>,
) -> Answer<(StatusCode, axum::Json<RollCall>)> {
    let now_ms = app.now_ms();
    let changed = app
        .blocking(move |app| {
            manage::add_round(&app.store, &app.figures, &staff, &id, request, now_ms)
        })
        .await?;
    Ok((StatusCode::CREATED, axum::Json(changed)))
}
