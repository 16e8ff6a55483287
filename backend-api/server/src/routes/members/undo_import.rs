//! `POST /api/v1/members/imports/{id}/undo`

use std::sync::Arc;

use axum::extract::State;
use contract::member::MemberImportUndone;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::members::imports;

/// Takes an import back within a day: whoever was added goes, whoever was changed is what they were. To whom
/// something happened since stays, and the answer says why.
#[utoipa::path(post, path = "/api/v1/members/imports/{id}/undo", tag = "members",
    params(("id" = String, Path, description = "The import")),
    responses((status = 200, body = MemberImportUndone), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "Taken back before, or older than a day")),
    security(("staff" = [])))]
pub async fn undo_import(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<axum::Json<MemberImportUndone>> {
    let now_ms = app.now_ms();
    let done = app
        .blocking(move |app| imports::undo(&app.store, &staff, &id, now_ms))
        .await?;
    Ok(axum::Json(done))
}
