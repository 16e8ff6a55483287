//! `GET /api/v1/township`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::township::Township;

use super::super::extract::StaffAuth;
use super::super::problem::Answer;
use crate::app::App;
use crate::services::township;

/// Sections and lists of the home screen.
#[utoipa::path(get, path = "/api/v1/township", tag = "township",
    responses((status = 200, body = Township)), security(("staff" = [])))]
pub async fn get(State(app): State<Arc<App>>, _: StaffAuth) -> Answer<Json<Township>> {
    Ok(Json(app.blocking(|app| township::get(&app.store)).await?))
}
