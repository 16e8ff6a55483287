//! `GET /api/v1/organizations`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::organization::Organization;

use super::super::extract::StaffAuth;
use super::super::problem::Answer;
use crate::app::App;
use crate::services::organizations;

/// The own subtree, parents before children. Not in pages: a prefecture has 4,807.
#[utoipa::path(get, path = "/api/v1/organizations", tag = "organizations",
    responses((status = 200, body = Vec<Organization>)), security(("staff" = [])))]
pub async fn list(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
) -> Answer<Json<Vec<Organization>>> {
    let found = app
        .blocking(move |app| organizations::list(&app.store, &staff))
        .await?;
    Ok(Json(found))
}
