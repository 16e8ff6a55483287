//! `POST /api/v1/duty-rooms`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::duty::{DutyRoom, DutyRoomDraft};

use super::super::extract::{Json, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::duty::rooms;

/// Makes a duty room. Its place is told that it may be looked into.
#[utoipa::path(post, path = "/api/v1/duty-rooms", tag = "duty", request_body = DutyRoomDraft,
    responses((status = 201, body = DutyRoom, headers(("ETag" = String, description = "The version"))), (status = 403, body = contract::error::Problem),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn create(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Json(draft): Json<DutyRoomDraft>,
) -> Answer<(StatusCode, Versioned<DutyRoom>)> {
    let now_ms = app.now_ms();
    let made = app
        .blocking(move |app| {
            rooms::create(
                &app.store,
                &app.vault,
                app.media.cameras(),
                &staff,
                &draft,
                now_ms,
            )
        })
        .await?;
    Ok((StatusCode::CREATED, Versioned::new(made)))
}
