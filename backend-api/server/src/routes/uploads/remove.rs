//! `DELETE /api/v1/uploads/{id}`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use super::tus::Spoken;
use crate::app::App;

/// Gives an upload up, also while it is being sent.
#[utoipa::path(delete, path = "/api/v1/uploads/{id}", tag = "uploads",
    params(("id" = String, Path, description = "The upload"),
        ("Tus-Resumable" = String, Header, description = "1.0.0")),
    responses((status = 204, description = "Gone"), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "A programme is made of it")),
    security(("staff" = [])))]
pub async fn remove(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    _: Spoken,
) -> Answer<StatusCode> {
    let now_ms = app.now_ms();
    app.blocking(move |app| app.uploads.remove(&staff, &id, now_ms))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
