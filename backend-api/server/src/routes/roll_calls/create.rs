//! `POST /api/v1/roll-calls`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::roll_call::{RollCall, RollCallDraft};

use super::super::extract::{Json, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::roll_call::manage;

/// Makes a roll call of a subtree; without a time it opens at once.
#[utoipa::path(post, path = "/api/v1/roll-calls", tag = "roll calls", request_body = RollCallDraft,
    responses((status = 201, body = RollCall), (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn create(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Json(draft): Json<RollCallDraft>,
) -> Answer<(StatusCode, axum::Json<RollCall>)> {
    let now_ms = app.now_ms();
    let made = app
        .blocking(move |app| manage::create(&app.store, &app.figures, &staff, &draft, now_ms))
        .await?;
    Ok((StatusCode::CREATED, axum::Json(made)))
}
