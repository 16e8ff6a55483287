//! `POST /api/v1/meetings/{id}/recording/cut`

use std::sync::Arc;

use axum::extract::State;
use contract::meeting::{RecordingCut, StaffMeeting};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::meetings;

/// Makes another part of what was recorded of a recording that waits; where it really begins stands in the meeting
/// once it is made.
#[utoipa::path(post, path = "/api/v1/meetings/{id}/recording/cut", tag = "meetings",
    params(("id" = String, Path, description = "The meeting")),
    request_body = RecordingCut,
    responses((status = 200, body = StaffMeeting, headers(("ETag" = String, description = "The version"))), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "It does not wait"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn cut_recording(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    Json(cut): Json<RecordingCut>,
) -> Answer<Versioned<StaffMeeting>> {
    let now_ms = app.now_ms();
    let changed = app
        .blocking(move |app| meetings::cut_recording(&app.store, &staff, &id, cut, now_ms))
        .await?;
    Ok(Versioned::new(changed))
}
