//! `GET /api/v1/terminals/{id}`

use std::sync::Arc;

use axum::extract::State;
use contract::terminal::Terminal;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::terminals;

/// One terminal of the own subtree, also a revoked one.
#[utoipa::path(get, path = "/api/v1/terminals/{id}", tag = "terminals",
    params(("id" = String, Path, description = "The terminal")),
    responses((status = 200, body = Terminal, headers(("ETag" = String, description = "The version"))), (status = 403, body = contract::error::Problem),
        (status = 404, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn get(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<Versioned<Terminal>> {
    let found = app
        .blocking(move |app| terminals::get(&app.store, &staff, &id))
        .await?;
    Ok(Versioned::new(found))
}
