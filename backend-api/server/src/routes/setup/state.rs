//! `GET /api/v1/setup`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::setup::SetupState;

use super::super::problem::Answer;
use crate::app::App;
use crate::services::setup;

/// Whether this installation waits to be set up. Nothing else is told.
#[utoipa::path(get, path = "/api/v1/setup", tag = "setup",
    responses((status = 200, body = SetupState)))]
pub async fn state(State(app): State<Arc<App>>) -> Answer<Json<SetupState>> {
    let open = app.blocking(|app| setup::is_open(&app.store)).await?;
    Ok(Json(SetupState { open }))
}
