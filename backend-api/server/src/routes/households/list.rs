//! `GET /api/v1/households`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::member::Household;

use super::super::extract::{Query, StaffAuth};
use super::super::paging::{Page, Paging};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::households;

/// Households of the own subtree with who lives there, newest first.
#[utoipa::path(get, path = "/api/v1/households", tag = "households", params(Paging),
    responses((status = 200, body = Page<Household>)), security(("staff" = [])))]
pub async fn list(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Query(paging): Query<Paging>,
) -> Answer<Json<Page<Household>>> {
    let limit = paging.limit();
    let found = app
        .blocking(move |app| households::list(&app.store, &staff, paging.before.as_deref(), limit))
        .await?;
    Ok(Json(Page::new(found, limit, |household| &household.id)))
}
