//! `POST /api/v1/bulletins/{id}/pictures/{name}/cover`

use std::sync::Arc;

use axum::extract::State;
use contract::staff::{CoverPicture, StaffBulletin};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::{Answer, Refusal};
use super::super::versioned::{IfMatch, Versioned};
use crate::app::App;
use crate::services::{bulletins, pictures, unwanted};

/// Covers parts of a picture in a bulletin: a new picture is made in which nothing of them is left, and stands in
/// the place of the old one. The old one is not served any more and gone from the disk, unless something else refers
/// to it.
#[utoipa::path(post, path = "/api/v1/bulletins/{id}/pictures/{name}/cover", tag = "bulletins",
    params(("id" = String, Path, description = "The bulletin"),
        ("name" = String, Path, description = "Name of the picture's file for the screen"),
        ("If-Match" = String, Header, description = "The version that was seen")),
    request_body = CoverPicture,
    responses((status = 200, body = StaffBulletin, headers(("ETag" = String, description = "The version"))),
        (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "Not in its present state"),
        (status = 412, body = contract::error::Problem, description = "`stale`"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn cover_picture(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path((id, name)): Path<(String, String)>,
    IfMatch(seen): IfMatch,
    Json(wanted): Json<CoverPicture>,
) -> Answer<Versioned<StaffBulletin>> {
    let regions = pictures::checked_regions(&wanted.regions)?;
    let (asked_by, of) = (staff.clone(), id.clone());
    let old = app
        .blocking(move |app| bulletins::picture(&app.store, &asked_by, &of, seen, &name))
        .await?;
    let bytes = pictures::largest(&app.files, &old).await?;
    // As much work as a new one.
    let turn = app
        .hashing
        .acquire()
        .await
        .map_err(|_| Refusal::unavailable("服务正在停止，请稍后再试。"))?;
    let prepared = app
        .blocking(move |_| Ok(pictures::covered(&bytes, &regions)?))
        .await?;
    drop(turn);
    let new = pictures::store(&app.files, prepared, &old.caption)
        .await
        .map_err(crate::services::kit::error::ServiceError::from)?;
    let now_ms = app.now_ms();
    let covered = app
        .blocking(move |app| {
            bulletins::replace_picture(&app.store, &staff, &id, seen, &old, &new, now_ms)
        })
        .await?;
    app.blocking(|app| unwanted::remove(&app.store, &app.files))
        .await?;
    Ok(Versioned::new(covered))
}
