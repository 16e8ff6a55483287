//! `GET /api/v1/submissions/{id}/pictures/{picture}`

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::super::attachments::answer;
use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::submissions;

/// A picture of a submission, for staff who see it.
#[utoipa::path(get, path = "/api/v1/submissions/{id}/pictures/{picture}", tag = "submissions",
    params(("id" = String, Path, description = "The submission"),
        ("picture" = String, Path, description = "Id of one of its `attachments`")),
    responses((status = 200, description = "The bytes, `image/jpeg`"),
        (status = 404, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn picture(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path((id, picture)): Path<(String, String)>,
) -> Answer<Response> {
    let found = app
        .blocking(move |app| submissions::picture(&app.asking(), &staff, (&id, &picture)))
        .await?;
    Ok(answer(found))
}
