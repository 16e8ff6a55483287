//! `POST /api/v1/meeting-series`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::meeting_series::{MeetingSeries, SeriesDraft};

use super::super::extract::{Json, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::meetings::series;

/// Plans a meeting for each day of a rule; their audience sees them in the calendar at once. All of them are
/// planned, or none.
#[utoipa::path(post, path = "/api/v1/meeting-series", tag = "meetings", request_body = SeriesDraft,
    responses((status = 201, body = MeetingSeries), (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn create(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Json(draft): Json<SeriesDraft>,
) -> Answer<(StatusCode, axum::Json<MeetingSeries>)> {
    let now_ms = app.now_ms();
    let made = app
        .blocking(move |app| series::create(&app.store, &staff, &draft, now_ms))
        .await?;
    Ok((StatusCode::CREATED, axum::Json(made)))
}
