//! `POST /api/v1/requests/{id}/acts`

use std::sync::Arc;

use axum::extract::State;
use contract::request::{Act, Request};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::{IfMatch, Versioned};
use crate::app::App;
use crate::services::requests::acts as service;

/// Does something with a request. What is possible now stands in its `may`.
#[utoipa::path(post, path = "/api/v1/requests/{id}/acts", tag = "requests",
    params(("id" = String, Path, description = "The request"),
        ("If-Match" = String, Header, description = "The version that was read")),
    request_body = Act,
    responses((status = 200, body = Request, headers(("ETag" = String, description = "The version"))),
        (status = 403, body = contract::error::Problem, description = "Another office has it"),
        (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "Not in this state"),
        (status = 412, body = contract::error::Problem, description = "`stale`"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn acts(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    IfMatch(seen): IfMatch,
    Json(act): Json<Act>,
) -> Answer<Versioned<Request>> {
    let now_ms = app.now_ms();
    let found = app
        .blocking(move |app| service::act(&app.store, &app.vault, &staff, &id, seen, &act, now_ms))
        .await?;
    Ok(Versioned::new(found))
}
