//! `POST /api/v1/meetings/{id}/station-checks`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::station_check::StationChecks;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::meetings::checks;

/// Has every station of a conference look whether it can take part; what they find is asked for afterwards. One
/// that was asked within the last minute and is at it is not asked again.
#[utoipa::path(post, path = "/api/v1/meetings/{id}/station-checks", tag = "meetings",
    params(("id" = String, Path, description = "The meeting")),
    responses((status = 200, body = StationChecks), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "It is over or cancelled, or a broadcast")),
    security(("staff" = [])))]
pub async fn check_stations(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<Json<StationChecks>> {
    let now_ms = app.now_ms();
    let asked = app
        .blocking(move |app| checks::ask(&app.store, &staff, &id, now_ms))
        .await?;
    Ok(Json(asked))
}
