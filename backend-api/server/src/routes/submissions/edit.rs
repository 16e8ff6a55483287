//! `PUT /api/v1/submissions/{id}`

use std::sync::Arc;

use axum::extract::State;
use contract::submission::{Submission, SubmissionDraft};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::{IfMatch, Versioned};
use crate::app::App;
use crate::services::submissions;

/// Sends something again that waits or was returned, with what is written now.
#[utoipa::path(put, path = "/api/v1/submissions/{id}", tag = "submissions",
    params(("id" = String, Path, description = "The submission"),
        ("If-Match" = String, Header, description = "The version that was edited")),
    request_body = SubmissionDraft,
    responses((status = 200, body = Submission, headers(("ETag" = String, description = "The version"))),
        (status = 409, body = contract::error::Problem, description = "It was decided about"),
        (status = 412, body = contract::error::Problem, description = "`stale`"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn edit(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    IfMatch(seen): IfMatch,
    Json(draft): Json<SubmissionDraft>,
) -> Answer<Versioned<Submission>> {
    let now_ms = app.now_ms();
    let edited = app
        .blocking(move |app| {
            let (edited, unused) = submissions::edit(&app.store, &staff, &id, seen, draft, now_ms)?;
            unused.map_or(Ok(()), |upload| app.uploads.clear(&upload))?;
            Ok(edited)
        })
        .await?;
    Ok(Versioned::new(edited))
}
