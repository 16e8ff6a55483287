//! `GET /api/v1/categories/{code}`

use std::sync::Arc;

use axum::extract::State;
use contract::category::StaffCategory;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::categories;

/// A category that can be asked in. Its version is in `ETag` too.
#[utoipa::path(get, path = "/api/v1/categories/{code}", tag = "categories",
    params(("code" = String, Path, description = "Code of the category")),
    responses((status = 200, body = StaffCategory),
        (status = 404, body = contract::error::Problem, description = "There is none")),
    security(("staff" = [])))]
pub async fn get(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(code): Path<String>,
) -> Answer<Versioned<StaffCategory>> {
    let found = app
        .blocking(move |app| categories::get(&app.store, &staff, &code))
        .await?;
    Ok(Versioned::of(found.version, found))
}
