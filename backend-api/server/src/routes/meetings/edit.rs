//! `PUT /api/v1/meetings/{id}`

use std::sync::Arc;

use axum::extract::State;
use contract::meeting::{MeetingDraft, StaffMeeting};

use super::super::extract::{IfMatch, Json, Path, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::meetings;

/// Changes the plan of a meeting that has not begun.
#[utoipa::path(put, path = "/api/v1/meetings/{id}", tag = "meetings",
    params(("id" = String, Path, description = "The meeting"),
        ("If-Match" = String, Header, description = "The version that was edited")),
    request_body = MeetingDraft,
    responses((status = 200, body = StaffMeeting), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "It has begun, or was cancelled"),
        (status = 412, body = contract::error::Problem, description = "`stale`"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn edit(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
    Json(draft): Json<MeetingDraft>,
) -> Answer<axum::Json<StaffMeeting>> {
    let now_ms = app.now_ms();
    let edited = app
        .blocking(move |app| meetings::edit(&app.store, &staff, &id, version, &draft, now_ms))
        .await?;
    Ok(axum::Json(edited))
}
