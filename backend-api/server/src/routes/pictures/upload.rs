//! `POST /api/v1/pictures`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::file::Picture;
use serde::Deserialize;

use super::super::extract::{Body, Query, StaffAuth};
use super::super::problem::{Answer, Refusal};
use crate::app::App;
use crate::services::kit::rights::Action;
use crate::services::pictures;

/// What the picture shows.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Described {
    /// Caption, read aloud too.
    #[serde(default)]
    caption: String,
}

/// Stores a photograph in the sizes a TV needs, turned upright; the answer goes into a bulletin.
#[utoipa::path(post, path = "/api/v1/pictures", tag = "bulletins", params(Described),
    request_body(content = Vec<u8>, content_type = "image/*", description = "JPEG, PNG or WebP"),
    responses((status = 201, body = Picture), (status = 400, body = contract::error::Problem),
        (status = 413, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn upload(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Query(described): Query<Described>,
    body: Result<Body, Refusal>,
) -> Answer<(StatusCode, axum::Json<Picture>)> {
    staff.may(Action::Write)?;
    let Body(bytes) = body?;
    // Scaling takes a core for up to a second and memory by the megapixel.
    let turn = app
        .hashing
        .acquire()
        .await
        .map_err(|_| Refusal::unavailable("服务正在停止，请稍后再试。"))?;
    let prepared = app
        .blocking(move |_| Ok(pictures::prepare(&bytes)?))
        .await?;
    drop(turn);
    let caption: String = described.caption.chars().take(200).collect();
    let picture = pictures::store(&app.files, prepared, &caption)
        .await
        .map_err(crate::services::kit::error::ServiceError::from)?;
    let now_ms = app.now_ms();
    let picture = app
        .blocking(move |app| {
            pictures::record(&app.store, &staff, &picture, now_ms)?;
            Ok(picture)
        })
        .await?;
    Ok((StatusCode::CREATED, axum::Json(picture)))
}
