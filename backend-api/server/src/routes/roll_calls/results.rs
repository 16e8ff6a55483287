//! `GET /api/v1/roll-calls/{id}/results`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::roll_call::RollCallResults;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::roll_call::show;

/// Figures by organization, within the own subtree.
#[utoipa::path(get, path = "/api/v1/roll-calls/{id}/results", tag = "roll calls",
    params(("id" = String, Path, description = "The roll call")),
    responses((status = 200, body = RollCallResults), (status = 404, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn results(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<Json<RollCallResults>> {
    let found = app
        .blocking(move |app| show::results(&app.store, &app.figures, &staff, &id))
        .await?;
    Ok(Json(found))
}
