//! `GET /api/v1/organizations/{code}/page`

use std::sync::Arc;

use axum::extract::State;
use contract::branch::StaffBranch;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::branches;

/// The page of an organization. Its version is in `ETag` too.
#[utoipa::path(get, path = "/api/v1/organizations/{code}/page", tag = "branches",
    params(("code" = String, Path, description = "Code of the organization")),
    responses((status = 200, body = StaffBranch),
        (status = 404, body = contract::error::Problem, description = "It has none")),
    security(("staff" = [])))]
pub async fn get(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(code): Path<String>,
) -> Answer<Versioned<StaffBranch>> {
    let found = app
        .blocking(move |app| branches::get(&app.store, &staff, &code))
        .await?;
    Ok(Versioned::of(found.version, found))
}
