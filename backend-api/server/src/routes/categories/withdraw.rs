//! `DELETE /api/v1/categories/{code}`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::IfMatch;
use crate::app::App;
use crate::services::categories;

/// Takes a category back: every TV forgets it. What was asked in it goes on.
#[utoipa::path(delete, path = "/api/v1/categories/{code}", tag = "categories",
    params(("code" = String, Path, description = "Code of the category"),
        ("If-Match" = String, Header, description = "The version that was seen")),
    responses((status = 204),
        (status = 404, body = contract::error::Problem, description = "There is none"),
        (status = 412, body = contract::error::Problem, description = "`stale`")),
    security(("staff" = [])))]
pub async fn withdraw(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(code): Path<String>,
    IfMatch(seen): IfMatch,
) -> Answer<StatusCode> {
    let now_ms = app.now_ms();
    app.blocking(move |app| categories::withdraw(&app.store, &staff, &code, seen, now_ms))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
