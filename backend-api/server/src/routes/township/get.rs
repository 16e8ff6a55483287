//! `GET /api/v1/township`

use std::sync::Arc;

use axum::extract::State;
use contract::township::Township;

use super::super::extract::StaffAuth;
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::township;

/// Sections and lists of the home screen. Their version is in `ETag`.
#[utoipa::path(get, path = "/api/v1/township", tag = "township",
    responses((status = 200, body = Township, headers(("ETag" = String, description = "The version")))), security(("staff" = [])))]
pub async fn get(State(app): State<Arc<App>>, _: StaffAuth) -> Answer<Versioned<Township>> {
    let (found, version) = app.blocking(|app| township::get(&app.store)).await?;
    Ok(Versioned::of(version, found))
}
