//! `PUT /api/v1/meetings/{id}/recording/hold`

use std::sync::Arc;

use axum::extract::State;
use contract::meeting::{RecordingHold, StaffMeeting};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::meetings;

/// Says whether the recording waits, once it is made, for staff to cut and publish it.
#[utoipa::path(put, path = "/api/v1/meetings/{id}/recording/hold", tag = "meetings",
    params(("id" = String, Path, description = "The meeting")),
    request_body = RecordingHold,
    responses((status = 200, body = StaffMeeting, headers(("ETag" = String, description = "The version"))), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "It waits already, or is published")),
    security(("staff" = [])))]
pub async fn hold_recording(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    Json(wanted): Json<RecordingHold>,
) -> Answer<Versioned<StaffMeeting>> {
    let now_ms = app.now_ms();
    let changed = app
        .blocking(move |app| meetings::hold_recording(&app.store, &staff, &id, wanted.hold, now_ms))
        .await?;
    Ok(Versioned::new(changed))
}
