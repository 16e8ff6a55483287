//! `GET /api/v1/submissions`

use std::sync::Arc;

use axum::extract::State;
use contract::submission::{SubmissionPage, SubmissionState};
use serde::Deserialize;

use super::super::extract::{Query, StaffAuth};
use super::super::problem::Answer;
use super::super::uncached::Uncached;
use crate::app::App;
use crate::services::submissions::{self, Filter};

/// Which submissions.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Only those in this state.
    state: Option<SubmissionState>,
    /// Only those of the organization with this code, or one below it.
    organization: Option<String>,
    /// Only those in whose title, text or sender this is found; 100 characters at most.
    q: Option<String>,
    /// `next` of the page before.
    before: Option<String>,
    /// Items on a page, 1 to 200; 50 when left out.
    limit: Option<u32>,
}

/// What the own subtree sent to be published, the latest first, and how many wait and were returned.
#[utoipa::path(get, path = "/api/v1/submissions", tag = "submissions", params(Wanted),
    responses((status = 200, body = SubmissionPage), (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn list(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Query(wanted): Query<Wanted>,
) -> Answer<Uncached<SubmissionPage>> {
    let filter = Filter {
        state: wanted.state,
        organization: wanted.organization,
        words: wanted.q.map(|q| q.chars().take(100).collect()),
        before: wanted.before,
        limit: wanted.limit.unwrap_or(50).clamp(1, 200),
    };
    let found = app
        .blocking(move |app| submissions::list(&app.store, &staff, &filter))
        .await?;
    Ok(Uncached(found))
}
