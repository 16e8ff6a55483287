//! `DELETE /api/v1/organizations/{code}/page`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::IfMatch;
use crate::app::App;
use crate::services::branches;

/// Takes the page of an organization back: every TV forgets it.
#[utoipa::path(delete, path = "/api/v1/organizations/{code}/page", tag = "branches",
    params(("code" = String, Path, description = "Code of the organization"),
        ("If-Match" = String, Header, description = "The version that was seen")),
    responses((status = 204),
        (status = 404, body = contract::error::Problem, description = "It has none"),
        (status = 412, body = contract::error::Problem, description = "`stale`")),
    security(("staff" = [])))]
pub async fn withdraw(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(code): Path<String>,
    IfMatch(seen): IfMatch,
) -> Answer<StatusCode> {
    let now_ms = app.now_ms();
    app.blocking(move |app| branches::withdraw(&app.store, &staff, &code, seen, now_ms))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
