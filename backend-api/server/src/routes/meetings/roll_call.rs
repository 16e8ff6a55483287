//! `POST /api/v1/meetings/{id}/roll-call`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::meeting::Direction;
use contract::roll_call::{MeetingRollCall, RollCall};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::meetings::roll_call;

/// Calls everybody a live meeting is for, at once and under its title. A code that is asked for is put
/// into the picture.
#[utoipa::path(post, path = "/api/v1/meetings/{id}/roll-call", tag = "meetings",
    params(("id" = String, Path, description = "The meeting")), request_body = MeetingRollCall,
    responses((status = 201, body = RollCall), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem,
            description = "It is not live, or a roll call of it is open"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn roll_call(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    Json(request): Json<MeetingRollCall>,
) -> Answer<(StatusCode, axum::Json<RollCall>)> {
    let now_ms = app.now_ms();
    let made = app
        .blocking(move |app| {
            let made = roll_call::open(&app.store, &app.figures, &staff, &id, request, now_ms)?;
            if made.presence_code {
                let command = Direction::PresenceCode {
                    roll_call_id: Some(made.id.clone()),
                };
                // The roll call is open all the same, and the director can show the code by hand.
                if let Err(error) = app.rooms.direct(&id, command, now_ms) {
                    tracing::warn!(%error, meeting = %id, "the presence code cannot be shown");
                }
            }
            Ok(made)
        })
        .await?;
    Ok((StatusCode::CREATED, axum::Json(made)))
}
