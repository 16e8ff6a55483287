//! `POST /api/v1/meetings/{id}/direction`

use std::sync::Arc;

use axum::extract::State;
use contract::meeting::{Direction, RoomState};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::roll_call::codes;
use crate::services::room::people;

/// Tells a live meeting what the director wants. The answer is how things stand now; that it has
/// happened is told by the stage's events.
#[utoipa::path(post, path = "/api/v1/meetings/{id}/direction", tag = "live",
    params(("id" = String, Path, description = "The meeting")), request_body = Direction,
    responses((status = 200, body = RoomState), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "It makes no sense now")),
    security(("staff" = [])))]
pub async fn direction(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    Json(command): Json<Direction>,
) -> Answer<axum::Json<RoomState>> {
    let now_ms = app.now_ms();
    let stage = app
        .blocking(move |app| {
            people::may_direct(&app.store, &staff, &id)?;
            codes::direct(&app.store, &staff, &id, &command, now_ms)?;
            app.rooms.direct(&id, command, now_ms)
        })
        .await?;
    Ok(axum::Json(stage))
}
