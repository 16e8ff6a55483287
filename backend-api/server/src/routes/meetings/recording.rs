//! `POST /api/v1/meetings/{id}/recording`

use std::sync::Arc;

use axum::extract::State;
use contract::meeting::StaffMeeting;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::meetings;

/// Tries once more to make a recording that failed a programme; what became of it stands in the meeting.
#[utoipa::path(post, path = "/api/v1/meetings/{id}/recording", tag = "meetings",
    params(("id" = String, Path, description = "The meeting")),
    responses((status = 200, body = StaffMeeting, headers(("ETag" = String, description = "The version"))), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "It did not fail")),
    security(("staff" = [])))]
pub async fn recording(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<Versioned<StaffMeeting>> {
    let now_ms = app.now_ms();
    let changed = app
        .blocking(move |app| meetings::record_again(&app.store, &staff, &id, now_ms))
        .await?;
    Ok(Versioned::new(changed))
}
