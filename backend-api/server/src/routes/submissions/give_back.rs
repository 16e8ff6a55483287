//! `POST /api/v1/submissions/{id}/return`

use std::sync::Arc;

use axum::extract::State;
use contract::submission::{Submission, SubmissionReason};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::{IfMatch, Versioned};
use super::refuse;
use crate::app::App;
use crate::services::submissions::Refusal;

/// Returns a submission: whoever sent it reads why, and may change it and send it again.
#[utoipa::path(post, path = "/api/v1/submissions/{id}/return", tag = "submissions",
    params(("id" = String, Path, description = "The submission"),
        ("If-Match" = String, Header, description = "The version that was seen")),
    request_body = SubmissionReason,
    responses((status = 200, body = Submission, headers(("ETag" = String, description = "The version"))),
        (status = 409, body = contract::error::Problem, description = "It does not wait"),
        (status = 412, body = contract::error::Problem, description = "`stale`"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn give_back(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    IfMatch(seen): IfMatch,
    Json(reason): Json<SubmissionReason>,
) -> Answer<Versioned<Submission>> {
    refuse(&app, staff, (id, seen), (Refusal::Returned, reason)).await
}
