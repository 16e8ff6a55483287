//! `POST /api/v1/meetings/{id}/start`

use std::sync::Arc;

use axum::extract::State;
use contract::meeting::StaffMeeting;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::meetings;

/// Starts a meeting now, whenever it was planned: terminals of its audience are offered it. Doing it
/// again is fine.
#[utoipa::path(post, path = "/api/v1/meetings/{id}/start", tag = "meetings",
    params(("id" = String, Path, description = "The meeting")),
    responses((status = 200, body = StaffMeeting, headers(("ETag" = String, description = "The version"))), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "It is over, or was cancelled")),
    security(("staff" = [])))]
pub async fn start(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<Versioned<StaffMeeting>> {
    let now_ms = app.now_ms();
    let (starter, meeting) = (staff.clone(), id.clone());
    app.blocking(move |app| meetings::start(&app.store, &starter, &meeting, now_ms))
        .await?;
    app.rooms.begin(&id).await?;
    // As it is now: it may be recorded.
    let begun = app
        .blocking(move |app| meetings::get(&app.store, &staff, &id))
        .await?;
    Ok(Versioned::new(begun))
}
