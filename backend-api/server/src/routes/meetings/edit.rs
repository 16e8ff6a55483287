//! `PUT /api/v1/meetings/{id}`

use std::sync::Arc;

use axum::extract::State;
use contract::meeting::{MeetingDraft, StaffMeeting};

use super::super::extract::{Json, Path, Query, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::{IfMatch, Versioned};
use super::following::Reach;
use crate::app::App;
use crate::services::meetings;

/// Changes the plan of a meeting that has not begun. Those that follow stay on their days and take what was
/// changed, the time of the day too.
#[utoipa::path(put, path = "/api/v1/meetings/{id}", tag = "meetings",
    params(("id" = String, Path, description = "The meeting"),
        ("If-Match" = String, Header, description = "The version that was edited"), Reach),
    request_body = MeetingDraft,
    responses((status = 200, body = StaffMeeting, headers(("ETag" = String, description = "The version"))), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "It has begun, or was cancelled"),
        (status = 412, body = contract::error::Problem, description = "`stale`"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn edit(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    Query(reach): Query<Reach>,
    IfMatch(seen): IfMatch,
    Json(draft): Json<MeetingDraft>,
) -> Answer<Versioned<StaffMeeting>> {
    let now_ms = app.now_ms();
    let edited = app
        .blocking(move |app| {
            let edit = if reach.following {
                meetings::series::edit
            } else {
                meetings::edit
            };
            edit(&app.store, &staff, &id, seen, &draft, now_ms)
        })
        .await?;
    Ok(Versioned::new(edited))
}
