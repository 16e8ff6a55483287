//! `POST /api/v1/members/{id}/purge`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::member::Reason;

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::members::confidential;

/// Takes everything away that names a member, overwriting it on disk. What is left is an anonymous
/// row, so that past counts stay right. Cannot be undone.
#[utoipa::path(post, path = "/api/v1/members/{id}/purge", tag = "members",
    params(("id" = String, Path, description = "The member")),
    request_body = Reason,
    responses((status = 204, description = "Purged"), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "Purged before"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn purge(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    Json(why): Json<Reason>,
) -> Answer<StatusCode> {
    let now_ms = app.now_ms();
    app.blocking(move |app| confidential::purge(&app.store, &staff, &id, &why, now_ms))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
