//! `GET /api/v1/terminals`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::terminal::Terminal;

use super::super::extract::{Query, StaffAuth};
use super::super::paging::{Page, Paging};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::terminals;

/// Terminals of the own subtree, revoked ones too.
#[utoipa::path(get, path = "/api/v1/terminals", tag = "terminals", params(Paging),
    responses((status = 200, body = Page<Terminal>)), security(("staff" = [])))]
pub async fn list(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Query(paging): Query<Paging>,
) -> Answer<Json<Page<Terminal>>> {
    let limit = paging.limit();
    let found = app
        .blocking(move |app| terminals::list(&app.store, &staff, paging.before.as_deref(), limit))
        .await?;
    Ok(Json(Page::new(found, limit, |terminal| &terminal.id)))
}
