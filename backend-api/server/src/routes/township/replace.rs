//! `PUT /api/v1/township`

use std::sync::Arc;

use axum::extract::State;
use contract::township::Township;

use super::super::extract::{Json, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::township;

/// Replaces the sections of every home screen of the installation.
#[utoipa::path(put, path = "/api/v1/township", tag = "township", request_body = Township,
    responses((status = 200, body = Township), (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn replace(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Json(new): Json<Township>,
) -> Answer<axum::Json<Township>> {
    let now_ms = app.now_ms();
    let now = app
        .blocking(move |app| township::replace(&app.store, &staff, new, now_ms))
        .await?;
    Ok(axum::Json(now))
}
