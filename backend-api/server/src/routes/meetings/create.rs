//! `POST /api/v1/meetings`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::meeting::{MeetingDraft, StaffMeeting};

use super::super::extract::{Json, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::meetings;

/// Plans a meeting; its audience sees it in the calendar at once.
#[utoipa::path(post, path = "/api/v1/meetings", tag = "meetings", request_body = MeetingDraft,
    responses((status = 201, body = StaffMeeting, headers(("ETag" = String, description = "The version"))), (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn create(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Json(draft): Json<MeetingDraft>,
) -> Answer<(StatusCode, Versioned<StaffMeeting>)> {
    let now_ms = app.now_ms();
    let made = app
        .blocking(move |app| meetings::create(&app.store, &staff, &draft, now_ms))
        .await?;
    Ok((StatusCode::CREATED, Versioned::new(made)))
}
