//! `PUT /api/v1/township`

use std::sync::Arc;

use axum::extract::State;
use contract::township::Township;

use super::super::extract::{Json, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::{MayMatch, Versioned};
use crate::app::App;
use crate::services::township;

/// Replaces the sections of every home screen of the installation.
#[utoipa::path(put, path = "/api/v1/township", tag = "township",
    params(("If-Match" = Option<String>, Header, description = "The version that was edited; without it whatever is there is written over")),
    request_body = Township,
    responses((status = 200, body = Township, headers(("ETag" = String, description = "The version"))), (status = 412, body = contract::error::Problem, description = "`stale`"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn replace(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    MayMatch(seen): MayMatch,
    Json(new): Json<Township>,
) -> Answer<Versioned<Township>> {
    let now_ms = app.now_ms();
    let (now, version) = app
        .blocking(move |app| township::replace(&app.store, &staff, seen, new, now_ms))
        .await?;
    Ok(Versioned::of(version, now))
}
