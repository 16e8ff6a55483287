//! `PUT /api/v1/duty-rooms/{id}`

use std::sync::Arc;

use axum::extract::State;
use contract::duty::{DutyRoom, DutyRoomDraft};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::{MayMatch, Versioned};
use crate::app::App;
use crate::services::duty::rooms;

/// Changes a duty room that nobody looks into. Without `terminal_id` and `camera_url` the camera stays
/// the one it is.
#[utoipa::path(put, path = "/api/v1/duty-rooms/{id}", tag = "duty",
    params(("id" = String, Path, description = "The room"),
        ("If-Match" = Option<String>, Header, description = "The version that was edited; without it whatever is there is written over")), request_body = DutyRoomDraft,
    responses((status = 200, body = DutyRoom, headers(("ETag" = String, description = "The version"))), (status = 403, body = contract::error::Problem),
        (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "Somebody looks into it"),
        (status = 412, body = contract::error::Problem, description = "`stale`"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn edit(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    MayMatch(seen): MayMatch,
    Json(draft): Json<DutyRoomDraft>,
) -> Answer<Versioned<DutyRoom>> {
    let now_ms = app.now_ms();
    let edited = app
        .blocking(move |app| {
            rooms::edit(
                &app.store,
                &app.vault,
                app.media.cameras(),
                &staff,
                &id,
                seen,
                &draft,
                now_ms,
            )
        })
        .await?;
    Ok(Versioned::new(edited))
}
