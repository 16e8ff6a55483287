//! `GET /api/v1/submission-links/{id}`

use std::sync::Arc;

use axum::extract::State;
use contract::submission::SubmissionLinkState;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use super::super::uncached::Uncached;
use crate::app::App;
use crate::services::submission_links;

/// Whether a telephone has the page, and what was sent from it. Only for the account that made it.
#[utoipa::path(get, path = "/api/v1/submission-links/{id}", tag = "submissions",
    params(("id" = String, Path, description = "The page")),
    responses((status = 200, body = SubmissionLinkState),
        (status = 404, body = contract::error::Problem, description = "Not of this account, or it has ended")),
    security(("staff" = [])))]
pub async fn state(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<Uncached<SubmissionLinkState>> {
    let state = app
        .blocking(move |app| submission_links::state(&app.store, &staff, &id))
        .await?;
    Ok(Uncached(state))
}
