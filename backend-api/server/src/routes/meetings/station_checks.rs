//! `GET /api/v1/meetings/{id}/station-checks`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::station_check::StationChecks;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::meetings::checks;

/// Whether the stations of a meeting can take part, as they found within the last two hours.
#[utoipa::path(get, path = "/api/v1/meetings/{id}/station-checks", tag = "meetings",
    params(("id" = String, Path, description = "The meeting")),
    responses((status = 200, body = StationChecks), (status = 404, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn station_checks(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<Json<StationChecks>> {
    let now_ms = app.now_ms();
    let found = app
        .blocking(move |app| checks::list(&app.store, &staff, &id, now_ms))
        .await?;
    Ok(Json(found))
}
