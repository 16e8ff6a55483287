//! `POST /api/v1/meetings/{id}/recording/publish`

use std::sync::Arc;

use axum::extract::State;
use contract::meeting::StaffMeeting;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::room::recording;

/// Publishes a recording that waits, as it is cut. What was left out is thrown away.
#[utoipa::path(post, path = "/api/v1/meetings/{id}/recording/publish", tag = "meetings",
    params(("id" = String, Path, description = "The meeting")),
    responses((status = 200, body = StaffMeeting, headers(("ETag" = String, description = "The version"))), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "It does not wait")),
    security(("staff" = [])))]
pub async fn publish_recording(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<Versioned<StaffMeeting>> {
    let published = recording::publish_held(app.rooms.parts(), staff, &id).await?;
    Ok(Versioned::new(published))
}
