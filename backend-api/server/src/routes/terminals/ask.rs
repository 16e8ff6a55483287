//! `POST /api/v1/terminals/{id}/actions`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::remote_action::{NewRemoteAction, RemoteAction};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::remote_actions;

/// Has a terminal start anew or fetch everything again. It is told at once, and does it within a day or not at
/// all. While the same is waiting, that one is answered.
#[utoipa::path(post, path = "/api/v1/terminals/{id}/actions", tag = "terminals",
    params(("id" = String, Path, description = "The terminal")), request_body = NewRemoteAction,
    responses((status = 201, body = RemoteAction), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "It was revoked"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn ask(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    Json(new): Json<NewRemoteAction>,
) -> Answer<(StatusCode, axum::Json<RemoteAction>)> {
    let now_ms = app.now_ms();
    let asked = app
        .blocking(move |app| remote_actions::ask(&app.store, &staff, &id, new.kind, now_ms))
        .await?;
    Ok((StatusCode::CREATED, axum::Json(asked)))
}
