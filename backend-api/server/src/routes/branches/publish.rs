//! `PUT /api/v1/organizations/{code}/page`

use std::sync::Arc;

use axum::extract::State;
use contract::branch::{BranchDraft, StaffBranch};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::{IfMatch, Versioned};
use crate::app::App;
use crate::services::branches;

/// Writes the page of an organization. It changes on every TV of its audience at once.
#[utoipa::path(put, path = "/api/v1/organizations/{code}/page", tag = "branches",
    params(("code" = String, Path, description = "Code of the organization"),
        ("If-Match" = String, Header, description = "The version that was edited; 0 where there is none yet")),
    request_body = BranchDraft,
    responses((status = 200, body = StaffBranch),
        (status = 412, body = contract::error::Problem, description = "`stale`"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn publish(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(code): Path<String>,
    IfMatch(seen): IfMatch,
    Json(draft): Json<BranchDraft>,
) -> Answer<Versioned<StaffBranch>> {
    let now_ms = app.now_ms();
    let written = app
        .blocking(move |app| branches::publish(&app.store, &staff, &code, seen, draft, now_ms))
        .await?;
    Ok(Versioned::new(written))
}
