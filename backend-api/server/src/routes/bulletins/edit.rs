//! `PUT /api/v1/bulletins/{id}`

use std::sync::Arc;

use axum::extract::State;
use contract::staff::{StaffBulletin, WrittenBulletin};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::{IfMatch, Versioned};
use crate::app::App;
use crate::services::bulletins;

/// Replaces what a bulletin says. A published one changes on every TV at once.
#[utoipa::path(put, path = "/api/v1/bulletins/{id}", tag = "bulletins",
    params(("id" = String, Path, description = "The bulletin"),
        ("If-Match" = String, Header, description = "The version that was edited")),
    request_body = WrittenBulletin,
    responses((status = 200, body = StaffBulletin, headers(("ETag" = String, description = "The version"))),
        (status = 412, body = contract::error::Problem, description = "`stale`"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn edit(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    IfMatch(seen): IfMatch,
    Json(written): Json<WrittenBulletin>,
) -> Answer<Versioned<StaffBulletin>> {
    let now_ms = app.now_ms();
    let edited = app
        .blocking(move |app| bulletins::edit(&app.store, &staff, &id, seen, written, now_ms))
        .await?;
    Ok(Versioned::new(edited))
}
