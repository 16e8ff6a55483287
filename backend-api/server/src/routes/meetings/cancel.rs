//! `POST /api/v1/meetings/{id}/cancel`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::meeting::StaffMeeting;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::meetings;

/// Cancels a meeting that has not begun. Doing it again is fine.
#[utoipa::path(post, path = "/api/v1/meetings/{id}/cancel", tag = "meetings",
    params(("id" = String, Path, description = "The meeting")),
    responses((status = 200, body = StaffMeeting), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "It has begun")),
    security(("staff" = [])))]
pub async fn cancel(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<Json<StaffMeeting>> {
    let now_ms = app.now_ms();
    let changed = app
        .blocking(move |app| meetings::cancel(&app.store, &staff, &id, now_ms))
        .await?;
    Ok(Json(changed))
}
