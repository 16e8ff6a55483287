//! `POST /api/v1/requests/attachments`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::request::Attachment;

use super::super::extract::{Body, StaffAuth};
use super::super::problem::{Answer, Refusal};
use super::super::uncached::Uncached;
use crate::app::App;
use crate::services::attachments;
use crate::services::kit::rights::Action;

/// Keeps a picture for an answer: its id goes into `pictures` of a reply. What is used in none is gone a day
/// later.
#[utoipa::path(post, path = "/api/v1/requests/attachments", tag = "requests",
    request_body(content = Vec<u8>, content_type = "image/*", description = "JPEG, PNG or WebP"),
    responses((status = 201, body = Attachment), (status = 400, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "Much was uploaded and not used"),
        (status = 413, body = contract::error::Problem),
        (status = 507, body = contract::error::Problem, description = "`storage_full`")),
    security(("staff" = [])))]
pub async fn upload(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    body: Result<Body, Refusal>,
) -> Answer<(StatusCode, Uncached<Attachment>)> {
    staff.may(Action::Serve)?;
    let Body(bytes) = body?;
    // Drawing it anew takes a core for up to a second and memory by the megapixel.
    let turn = app
        .hashing
        .acquire()
        .await
        .map_err(|_| Refusal::unavailable("服务正在停止，请稍后再试。"))?;
    let checked = app
        .blocking(move |_| attachments::check_picture(&bytes))
        .await?;
    drop(turn);
    let now_ms = app.now_ms();
    let attachment = app
        .blocking(move |app| {
            let kept = app.attachments.keep(&checked)?;
            let (vault, account_id) = (Arc::clone(&app.vault), staff.account_id);
            app.store
                .write(move |tx| attachments::uploaded(tx, &vault, &kept, &account_id, now_ms))
        })
        .await?;
    Ok((StatusCode::CREATED, Uncached(attachment)))
}
