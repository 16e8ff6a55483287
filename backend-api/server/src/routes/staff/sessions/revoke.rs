//! `DELETE /api/v1/staff/sessions/{id}`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::super::super::extract::{Path, StaffAuth};
use super::super::super::problem::Answer;
use crate::app::App;
use crate::services::sessions;

/// Ends one of the own sessions, or one of an account one may change; its next request is refused.
#[utoipa::path(delete, path = "/api/v1/staff/sessions/{id}", tag = "staff",
    params(("id" = String, Path, description = "The session")),
    responses((status = 204, description = "Ended"), (status = 403, body = contract::error::Problem), (status = 404, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn revoke(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    let now_ms = app.now_ms();
    app.blocking(move |app| sessions::revoke(&app.store, &staff, &id, now_ms))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
