//! `GET /api/v1/requests/{id}/attachments/{attachment}`

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use super::answer;
use crate::app::App;
use crate::services::request_attachments as view;

/// A voice or a picture of a request, for staff who see the request. Of a confidential report each reading is
/// in the audit log.
#[utoipa::path(get, path = "/api/v1/requests/{id}/attachments/{attachment}", tag = "requests",
    params(("id" = String, Path, description = "Id of the request"),
        ("attachment" = String, Path, description = "Id of the attachment")),
    responses((status = 200, description = "The bytes, `audio/ogg` or `image/jpeg`"),
        (status = 404, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn get(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path((id, attachment)): Path<(String, String)>,
) -> Answer<Response> {
    let now_ms = app.now_ms();
    let found = app
        .blocking(move |app| view::for_staff(&app.asking(), &staff, (&id, &attachment), now_ms))
        .await?;
    Ok(answer(found))
}
