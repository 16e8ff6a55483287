//! `POST /api/v1/terminals/{id}/revoke`

use std::sync::Arc;

use axum::extract::State;
use contract::terminal::Terminal;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::terminals;

/// Takes a terminal's token away; it is told so at once and must enrol again.
#[utoipa::path(post, path = "/api/v1/terminals/{id}/revoke", tag = "terminals",
    params(("id" = String, Path, description = "The terminal")),
    responses((status = 200, body = Terminal, headers(("ETag" = String, description = "The version"))), (status = 404, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn revoke(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<Versioned<Terminal>> {
    let now_ms = app.now_ms();
    let terminal = app
        .blocking(move |app| terminals::revoke(&app.store, Some(&staff), &id, now_ms))
        .await?;
    Ok(Versioned::new(terminal))
}
