//! `POST /api/v1/bulletins`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::staff::{StaffBulletin, WrittenBulletin};

use super::super::extract::{Json, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::bulletins;

/// Writes a new bulletin; it is a draft.
#[utoipa::path(post, path = "/api/v1/bulletins", tag = "bulletins", request_body = WrittenBulletin,
    responses((status = 201, body = StaffBulletin, headers(("ETag" = String, description = "The version"))), (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn create(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Json(written): Json<WrittenBulletin>,
) -> Answer<(StatusCode, Versioned<StaffBulletin>)> {
    let now_ms = app.now_ms();
    let created = app
        .blocking(move |app| bulletins::create(&app.store, &staff, written, now_ms))
        .await?;
    Ok((StatusCode::CREATED, Versioned::new(created)))
}
