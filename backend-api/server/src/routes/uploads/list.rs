//! `GET /api/v1/uploads`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::upload::Upload;

use super::super::extract::StaffAuth;
use super::super::problem::Answer;
use crate::app::App;

/// The own uploads of which no programme is made yet, the latest first: what can be gone on with.
#[utoipa::path(get, path = "/api/v1/uploads", tag = "uploads",
    responses((status = 200, body = Vec<Upload>)), security(("staff" = [])))]
pub async fn list(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
) -> Answer<Json<Vec<Upload>>> {
    let found = app.blocking(move |app| app.uploads.list(&staff)).await?;
    Ok(Json(found))
}
