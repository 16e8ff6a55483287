//! `DELETE /api/v1/duty-rooms/{id}`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::MayMatch;
use crate::app::App;

/// Deletes a duty room and ends looks into it. The place keeps its log.
#[utoipa::path(delete, path = "/api/v1/duty-rooms/{id}", tag = "duty",
    params(("id" = String, Path, description = "The room"),
        ("If-Match" = Option<String>, Header, description = "The version that was seen; without it whatever is there is deleted")),
    responses((status = 204, description = "Gone"), (status = 403, body = contract::error::Problem),
        (status = 404, body = contract::error::Problem),
        (status = 412, body = contract::error::Problem, description = "`stale`")),
    security(("staff" = [])))]
pub async fn delete(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    MayMatch(seen): MayMatch,
) -> Answer<StatusCode> {
    let now_ms = app.now_ms();
    app.blocking(move |app| app.duty.delete_room(&staff, &id, seen, now_ms))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
