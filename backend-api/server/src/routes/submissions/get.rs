//! `GET /api/v1/submissions/{id}`

use std::sync::Arc;

use axum::extract::State;
use contract::submission::Submission;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::submissions;

/// One submission, whatever its state. Its version is in `ETag` too.
#[utoipa::path(get, path = "/api/v1/submissions/{id}", tag = "submissions",
    params(("id" = String, Path, description = "The submission")),
    responses((status = 200, body = Submission, headers(("ETag" = String, description = "The version"))),
        (status = 404, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn get(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<Versioned<Submission>> {
    let found = app
        .blocking(move |app| submissions::get(&app.store, &staff, &id))
        .await?;
    Ok(Versioned::new(found))
}
