//! `GET /api/v1/requests/{id}`

use std::sync::Arc;

use axum::extract::State;
use contract::request::Request;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::requests::desk;

/// A request with its whole history. That a confidential one was read is kept in the audit log first.
#[utoipa::path(get, path = "/api/v1/requests/{id}", tag = "requests",
    params(("id" = String, Path, description = "The request")),
    responses((status = 200, body = Request, headers(("ETag" = String, description = "The version"))),
        (status = 404, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn get(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<Versioned<Request>> {
    let now_ms = app.now_ms();
    let found = app
        .blocking(move |app| desk::get(&app.store, &app.vault, &staff, &id, now_ms))
        .await?;
    Ok(Versioned::new(found))
}
