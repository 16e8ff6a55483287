//! `POST /api/v1/submissions/{id}/withdraw`

use std::sync::Arc;

use axum::extract::State;
use contract::submission::Submission;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::{IfMatch, Versioned};
use crate::app::App;
use crate::services::submissions;

/// Takes back a submission that waits or was returned: nobody decides about it any more.
#[utoipa::path(post, path = "/api/v1/submissions/{id}/withdraw", tag = "submissions",
    params(("id" = String, Path, description = "The submission"),
        ("If-Match" = String, Header, description = "The version that was seen")),
    responses((status = 200, body = Submission, headers(("ETag" = String, description = "The version"))),
        (status = 409, body = contract::error::Problem, description = "It was decided about"),
        (status = 412, body = contract::error::Problem, description = "`stale`")),
    security(("staff" = [])))]
pub async fn withdraw(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    IfMatch(seen): IfMatch,
) -> Answer<Versioned<Submission>> {
    let now_ms = app.now_ms();
    let withdrawn = app
        .blocking(move |app| {
            let (withdrawn, unused) = submissions::withdraw(&app.store, &staff, &id, seen, now_ms)?;
            unused.map_or(Ok(()), |upload| app.uploads.clear(&upload))?;
            Ok(withdrawn)
        })
        .await?;
    Ok(Versioned::new(withdrawn))
}
