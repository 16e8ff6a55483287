//! `POST /api/v1/notices/{id}/seen`

use std::sync::Arc;

use axum::extract::State;
use contract::staff::StaffNotice;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::notices;

/// Notes that somebody has looked. Twice is fine.
#[utoipa::path(post, path = "/api/v1/notices/{id}/seen", tag = "notices",
    params(("id" = String, Path, description = "The notice")),
    responses((status = 200, body = StaffNotice), (status = 404, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn seen(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<axum::Json<StaffNotice>> {
    let now_ms = app.now_ms();
    let found = app
        .blocking(move |app| notices::mark_seen(&app.store, &staff, &id, now_ms))
        .await?;
    Ok(axum::Json(found))
}
