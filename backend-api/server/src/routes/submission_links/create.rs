//! `POST /api/v1/submission-links`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::submission::{NewSubmissionLink, SubmissionLink};

use super::super::extract::{Json, StaffAuth};
use super::super::problem::Answer;
use super::super::uncached::Uncached;
use crate::app::App;
use crate::services::submission_links;

/// Makes a page for one telephone, from which somebody of a village sends text and pictures to be published. The one
/// of the same account before that nobody opened ends with it.
#[utoipa::path(post, path = "/api/v1/submission-links", tag = "submissions",
    request_body = NewSubmissionLink,
    responses((status = 201, body = SubmissionLink),
        (status = 409, body = contract::error::Problem, description = "Much of that village waits already"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn create(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Json(new): Json<NewSubmissionLink>,
) -> Answer<(StatusCode, Uncached<SubmissionLink>)> {
    let now_ms = app.now_ms();
    let link = app
        .blocking(move |app| {
            submission_links::create(&app.store, &staff, &new, &app.public_url, now_ms)
        })
        .await?;
    Ok((StatusCode::CREATED, Uncached(link)))
}
