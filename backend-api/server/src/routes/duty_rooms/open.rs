//! `POST /api/v1/duty-rooms/{id}/looks`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use contract::duty::LookAccess;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;

/// Looks into a duty room. Every television of the place says so at once, and it stands in the log. Whoever
/// does not fetch the picture within 30 seconds looks no longer.
#[utoipa::path(post, path = "/api/v1/duty-rooms/{id}/looks", tag = "duty",
    params(("id" = String, Path, description = "The room")),
    responses((status = 201, body = LookAccess), (status = 403, body = contract::error::Problem),
        (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "The station is gone, or nobody there could be told")),
    security(("staff" = [])))]
pub async fn open(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<impl IntoResponse> {
    let now_ms = app.now_ms();
    let access: LookAccess = app
        .blocking(move |app| {
            let access = app.duty.open(&staff, &id, now_ms)?;
            app.endings.staff()?;
            Ok(access)
        })
        .await?;
    let kept = [(header::CACHE_CONTROL, "no-store")];
    Ok((StatusCode::CREATED, kept, Json(access)))
}
