//! `PUT /api/v1/meetings/{id}/host-source`

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use contract::meeting::{HostSourceAccess, HostSourceRequest};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::room::people;

/// Takes the host's picture and sound from an encoder (SRT) or a network camera (RTSP), or from
/// the host's page again. An encoder calls the address with the passphrase that the answer holds.
#[utoipa::path(put, path = "/api/v1/meetings/{id}/host-source", tag = "live",
    params(("id" = String, Path, description = "The meeting")), request_body = HostSourceRequest,
    responses((status = 200, body = HostSourceAccess),
        (status = 400, body = contract::error::Problem, description = "No address of a camera"),
        (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "It is not live")),
    security(("staff" = [])))]
pub async fn host_source(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    Json(request): Json<HostSourceRequest>,
) -> Answer<impl IntoResponse> {
    let access = app
        .blocking(move |app| {
            people::may_direct(&app.store, &staff, &id)?;
            app.rooms.choose_host_source(&staff, &id, &request)
        })
        .await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], axum::Json(access)))
}
