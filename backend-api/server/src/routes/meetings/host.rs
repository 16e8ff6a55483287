//! `POST /api/v1/meetings/{id}/host`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use contract::meeting::HostAccess;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::room::people;

/// What a host's page needs to send picture and sound and to see the program.
#[utoipa::path(post, path = "/api/v1/meetings/{id}/host", tag = "live",
    params(("id" = String, Path, description = "The meeting")),
    responses((status = 200, body = HostAccess), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "It is not live")),
    security(("staff" = [])))]
pub async fn host(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<impl IntoResponse> {
    let access = app
        .blocking(move |app| {
            people::may_direct(&app.store, &staff, &id)?;
            let access = app.rooms.host(&staff, &id)?;
            app.endings.staff()?;
            Ok(access)
        })
        .await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(access)))
}
