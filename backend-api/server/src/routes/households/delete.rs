//! `DELETE /api/v1/households/{id}`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::MayMatch;
use crate::app::App;
use crate::services::households;

/// Takes a household away that nobody lives in.
#[utoipa::path(delete, path = "/api/v1/households/{id}", tag = "households",
    params(("id" = String, Path, description = "The household"),
        ("If-Match" = Option<String>, Header, description = "The version that was seen; without it whatever is there is deleted")),
    responses((status = 204, description = "Gone"), (status = 404, body = contract::error::Problem),
        (status = 412, body = contract::error::Problem, description = "`stale`"),
        (status = 409, body = contract::error::Problem, description = "Somebody lives there")),
    security(("staff" = [])))]
pub async fn delete(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    MayMatch(seen): MayMatch,
) -> Answer<StatusCode> {
    let now_ms = app.now_ms();
    app.blocking(move |app| households::delete(&app.store, &staff, &id, seen, now_ms))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
