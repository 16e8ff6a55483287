//! `GET /api/v1/uploads/{id}`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::upload::Upload;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;

/// One of the own uploads: how far it is, and after the last byte whether it is a film.
#[utoipa::path(get, path = "/api/v1/uploads/{id}", tag = "uploads",
    params(("id" = String, Path, description = "The upload")),
    responses((status = 200, body = Upload), (status = 404, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn get(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<Json<Upload>> {
    let found = app
        .blocking(move |app| app.uploads.get(&staff, &id))
        .await?;
    Ok(Json(found))
}
