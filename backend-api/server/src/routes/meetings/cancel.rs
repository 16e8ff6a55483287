//! `POST /api/v1/meetings/{id}/cancel`

use std::sync::Arc;

use axum::extract::State;
use contract::meeting::StaffMeeting;
use contract::member::Reason;

use super::super::extract::{Json, Path, Query, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use super::following::Reach;
use crate::app::App;
use crate::services::meetings;

/// Cancels a meeting that has not begun, with a reason for staff. Doing it again is fine; the first reason
/// stays.
#[utoipa::path(post, path = "/api/v1/meetings/{id}/cancel", tag = "meetings",
    params(("id" = String, Path, description = "The meeting"), Reach), request_body = Reason,
    responses((status = 200, body = StaffMeeting, headers(("ETag" = String, description = "The version"))), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "It has begun"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn cancel(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    Query(reach): Query<Reach>,
    Json(Reason { reason }): Json<Reason>,
) -> Answer<Versioned<StaffMeeting>> {
    let now_ms = app.now_ms();
    let changed = app
        .blocking(move |app| {
            let cancel = if reach.following {
                meetings::series::cancel
            } else {
                meetings::cancel
            };
            cancel(&app.store, &staff, &id, &reason, now_ms)
        })
        .await?;
    Ok(Versioned::new(changed))
}
