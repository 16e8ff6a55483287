//! `POST /api/v1/requests/{id}/reveal`

use std::sync::Arc;

use axum::extract::State;
use contract::member::Reason;
use contract::request::RevealedPhone;

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use super::super::uncached::Uncached;
use crate::app::App;
use crate::services::requests::desk;

/// The number to telephone, in clear. Who asked is kept in the audit log first, and why in the history.
#[utoipa::path(post, path = "/api/v1/requests/{id}/reveal", tag = "requests",
    params(("id" = String, Path, description = "The request")),
    request_body = Reason,
    responses((status = 200, body = RevealedPhone),
        (status = 403, body = contract::error::Problem, description = "Another office has it"),
        (status = 404, body = contract::error::Problem, description = "No such request, or it has no number"),
        (status = 422, body = contract::error::Problem),
        (status = 429, body = contract::error::Problem, description = "`too_many`: as many as a day allows")),
    security(("staff" = [])))]
pub async fn reveal(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    Json(why): Json<Reason>,
) -> Answer<Uncached<RevealedPhone>> {
    let now_ms = app.now_ms();
    let found = app
        .blocking(move |app| {
            let per_day = app.config.limits.reveals_per_day;
            desk::reveal(&app.store, &app.vault, &staff, &id, &why, per_day, now_ms)
        })
        .await?;
    Ok(Uncached(found))
}
