//! `POST /api/v1/meetings/{id}/end`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::meeting::StaffMeeting;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::{meetings, studio};

/// Ends a live meeting. Doing it again is fine.
#[utoipa::path(post, path = "/api/v1/meetings/{id}/end", tag = "meetings",
    params(("id" = String, Path, description = "The meeting")),
    responses((status = 200, body = StaffMeeting), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "It never began")),
    security(("staff" = [])))]
pub async fn end(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<Json<StaffMeeting>> {
    let now_ms = app.now_ms();
    let changed = app
        .publishing(move |app| meetings::end(&app.store, &staff, &id, now_ms))
        .await?;
    studio::end(&app, &changed.meeting.id);
    Ok(Json(changed))
}
