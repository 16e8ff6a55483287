//! `GET /api/v1/meetings/{id}/stations/{terminal_id}/picture`

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::kit::error::ServiceError;
use crate::services::room::people;

/// A station's small picture, as it came last.
#[utoipa::path(get, path = "/api/v1/meetings/{id}/stations/{terminal_id}/picture", tag = "live",
    params(("id" = String, Path, description = "The meeting"),
        ("terminal_id" = String, Path, description = "The station's terminal")),
    responses((status = 200, description = "JPEG", content_type = "image/jpeg"),
        (status = 404, body = contract::error::Problem, description = "None came yet")),
    security(("staff" = [])))]
pub async fn picture(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path((id, terminal_id)): Path<(String, String)>,
) -> Answer<impl IntoResponse> {
    let jpeg = app
        .blocking(move |app| {
            people::may_direct(&app.store, &staff, &id)?;
            let picture = app.rooms.session(&id)?.picture(&terminal_id);
            picture.ok_or(ServiceError::NotFound("这个站点的画面"))
        })
        .await?;
    let headers = [
        (header::CONTENT_TYPE, "image/jpeg"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, jpeg))
}
