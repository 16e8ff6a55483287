//! `POST /api/v1/organizations/import`

use std::sync::Arc;

use axum::extract::State;
use contract::organization::{OrganizationRows, OrganizationsReport};

use super::super::extract::{Json, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::organizations::rows;

/// Creates many organizations inside the own subtree in one transaction: all of them, or none. What is wrong is
/// told row by row, as `rows[INDEX].FIELD`; a dry run tells it and makes nothing.
#[utoipa::path(post, path = "/api/v1/organizations/import", tag = "organizations",
    request_body = OrganizationRows,
    responses((status = 200, body = OrganizationsReport),
        (status = 422, body = contract::error::Problem, description = "Nothing was made")),
    security(("staff" = [])))]
pub async fn import(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Json(wanted): Json<OrganizationRows>,
) -> Answer<axum::Json<OrganizationsReport>> {
    let now_ms = app.now_ms();
    let report = app
        .blocking(move |app| rows::create(&app.store, &staff, &wanted, now_ms))
        .await?;
    Ok(axum::Json(report))
}
