//! Voices and pictures of requests.

mod at_tv;
mod get;
mod upload;

use std::sync::Arc;

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use contract::request::Attachment;

use super::extract::{Body, up_to};
use super::problem::{Answer, Refusal};
use super::resource::{Resource, endpoint};
use crate::app::App;
use crate::config::Limits;
use crate::services::attachments;
use crate::services::kit::rights::Staff;
use crate::services::request_attachments::Bytes;

/// The endpoints.
pub fn resource(limits: &Limits) -> Resource {
    Resource::new()
        .add(up_to(limits.picture_bytes, endpoint!(upload)))
        .add(endpoint!(get))
        .add(endpoint!(at_tv))
}

/// Keeps a picture that an account may use in something it writes; what is used in nothing is gone a day later.
pub(super) async fn kept(app: &Arc<App>, staff: Staff, Body(bytes): Body) -> Answer<Attachment> {
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
    Ok(attachment)
}

/// What nobody on the way may keep, and no page shows as anything but what it is.
pub(super) fn answer(found: Bytes) -> Response {
    let media_type = HeaderValue::from_str(&found.media_type)
        .unwrap_or_else(|_| HeaderValue::from_static("application/octet-stream"));
    let headers: [(HeaderName, HeaderValue); 3] = [
        (header::CONTENT_TYPE, media_type),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-store"),
        ),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; sandbox"),
        ),
    ];
    (headers, found.bytes).into_response()
}
