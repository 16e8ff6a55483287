//! `POST /api/v1/condition/clock`

use std::sync::Arc;

use axum::extract::State;
use contract::operation::{ClockConfirmed, ServerCondition};

use super::super::extract::{Json, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::condition;

/// The computer's clock is right, whatever was written before: time goes on by it. Only from the root organization.
#[utoipa::path(post, path = "/api/v1/condition/clock", tag = "operation", request_body = ClockConfirmed,
    responses((status = 200, body = ServerCondition), (status = 403, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem,
            description = "Nothing speaks against it, or it has changed since it was compared")),
    security(("staff" = [])))]
pub async fn confirm_clock(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Json(confirmed): Json<ClockConfirmed>,
) -> Answer<axum::Json<ServerCondition>> {
    let found = app
        .blocking(move |app| {
            condition::confirm_clock(&app.store, &app.time, &staff, confirmed)?;
            Ok(condition::now(app.condition()))
        })
        .await?;
    Ok(axum::Json(found))
}
