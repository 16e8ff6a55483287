//! `GET /api/v1/meetings/{id}/viewings`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::meeting::Viewings;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::meetings::watching;

/// Which terminals of the own subtree watched, and for how long. Names of members are left out
/// for those who may not see members.
#[utoipa::path(get, path = "/api/v1/meetings/{id}/viewings", tag = "meetings",
    params(("id" = String, Path, description = "The meeting")),
    responses((status = 200, body = Viewings), (status = 404, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn viewings(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<Json<Viewings>> {
    let found = app
        .blocking(move |app| watching::viewings(&app.store, &staff, &id))
        .await?;
    Ok(Json(found))
}
