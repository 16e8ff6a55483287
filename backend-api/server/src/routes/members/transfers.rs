//! `GET /api/v1/members/{id}/transfers`

use std::sync::Arc;

use axum::extract::State;
use contract::member::Transfer;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::members::moves;

/// Where a member came from, newest first.
#[utoipa::path(get, path = "/api/v1/members/{id}/transfers", tag = "members",
    params(("id" = String, Path, description = "The member")),
    responses((status = 200, body = Vec<Transfer>), (status = 404, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn transfers(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<axum::Json<Vec<Transfer>>> {
    let now_ms = app.now_ms();
    let found = app
        .blocking(move |app| moves::transfers(&app.store, &staff, &id, now_ms))
        .await?;
    Ok(axum::Json(found))
}
