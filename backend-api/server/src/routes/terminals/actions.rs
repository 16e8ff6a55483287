//! `GET /api/v1/terminals/{id}/actions`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::remote_action::RemoteActions;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::remote_actions;

/// What staff had a terminal do lately, and how far that is; the latest first.
#[utoipa::path(get, path = "/api/v1/terminals/{id}/actions", tag = "terminals",
    params(("id" = String, Path, description = "The terminal")),
    responses((status = 200, body = RemoteActions), (status = 404, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn actions(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<Json<RemoteActions>> {
    let now_ms = app.now_ms();
    let found = app
        .blocking(move |app| remote_actions::list(&app.store, &staff, &id, now_ms))
        .await?;
    Ok(Json(found))
}
