//! `POST /api/v1/submissions`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::submission::{Submission, SubmissionDraft};

use super::super::extract::{Json, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::submissions;

/// Sends text, pictures and a film to whoever publishes above.
#[utoipa::path(post, path = "/api/v1/submissions", tag = "submissions", request_body = SubmissionDraft,
    responses((status = 201, body = Submission, headers(("ETag" = String, description = "The version"))),
        (status = 409, body = contract::error::Problem,
            description = "Much waits already, or it is still looked at what was uploaded"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn create(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Json(draft): Json<SubmissionDraft>,
) -> Answer<(StatusCode, Versioned<Submission>)> {
    let now_ms = app.now_ms();
    let made = app
        .blocking(move |app| submissions::create(&app.store, &staff, draft, now_ms))
        .await?;
    Ok((StatusCode::CREATED, Versioned::new(made)))
}
