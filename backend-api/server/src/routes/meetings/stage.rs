//! `GET /api/v1/meetings/{id}/stage`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use contract::meeting::RoomState;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::room::people;

/// How a live meeting stands: who is there, whose hand is up, who is on air.
#[utoipa::path(get, path = "/api/v1/meetings/{id}/stage", tag = "live",
    params(("id" = String, Path, description = "The meeting")),
    responses((status = 200, body = RoomState), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "It is not live")),
    security(("staff" = [])))]
pub async fn stage(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<impl IntoResponse> {
    let now_ms = app.now_ms();
    let stage = app
        .blocking(move |app| {
            people::may_direct(&app.store, &staff, &id)?;
            Ok(app.rooms.session(&id)?.room_state(now_ms))
        })
        .await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(stage)))
}
