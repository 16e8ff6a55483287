//! `GET /api/v1/categories`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::category::StaffCategory;
use serde::Deserialize;

use super::super::extract::{Query, StaffAuth};
use super::super::paging::Page;
use super::super::problem::Answer;
use crate::app::App;
use crate::services::categories;

/// Which categories.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// `next` of the page before.
    before: Option<String>,
    /// Items on a page, 1 to 200; 50 when left out.
    limit: Option<u32>,
}

/// Categories in which people of the own subtree may ask, those made last first.
#[utoipa::path(get, path = "/api/v1/categories", tag = "categories", params(Wanted),
    responses((status = 200, body = Page<StaffCategory>)), security(("staff" = [])))]
pub async fn list(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Query(wanted): Query<Wanted>,
) -> Answer<Json<Page<StaffCategory>>> {
    let limit = wanted.limit.unwrap_or(50).clamp(1, 200);
    let found = app
        .blocking(move |app| categories::list(&app.store, &staff, wanted.before.as_deref(), limit))
        .await?;
    Ok(Json(Page::new(found, limit, |category| &category.id)))
}
