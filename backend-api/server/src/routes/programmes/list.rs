//! `GET /api/v1/programmes`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::programme::Programme;

use super::super::extract::{Query, StaffAuth};
use super::super::paging::{Page, Paging};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::programmes;

/// Programmes of the own subtree, newest first.
#[utoipa::path(get, path = "/api/v1/programmes", tag = "programmes", params(Paging),
    responses((status = 200, body = Page<Programme>)), security(("staff" = [])))]
pub async fn list(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Query(paging): Query<Paging>,
) -> Answer<Json<Page<Programme>>> {
    let limit = paging.limit();
    let (items, next) = app
        .blocking(move |app| programmes::list(&app.store, &staff, paging.before.as_deref(), limit))
        .await?;
    Ok(Json(Page { items, next }))
}
