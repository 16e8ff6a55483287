//! `PUT /api/v1/categories/{code}`

use std::sync::Arc;

use axum::extract::State;
use contract::category::StaffCategory;
use contract::request::CategoryDraft;

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::{IfMatch, Versioned};
use crate::app::App;
use crate::services::categories;

/// Writes a category. It changes on every TV of its organization at once.
#[utoipa::path(put, path = "/api/v1/categories/{code}", tag = "categories",
    params(("code" = String, Path, description = "Code of the category"),
        ("If-Match" = String, Header, description = "The version that was edited; 0 where there is none yet")),
    request_body = CategoryDraft,
    responses((status = 200, body = StaffCategory),
        (status = 412, body = contract::error::Problem, description = "`stale`"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn publish(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(code): Path<String>,
    IfMatch(seen): IfMatch,
    Json(draft): Json<CategoryDraft>,
) -> Answer<Versioned<StaffCategory>> {
    let now_ms = app.now_ms();
    let written = app
        .blocking(move |app| categories::publish(&app.store, &staff, &code, seen, draft, now_ms))
        .await?;
    Ok(Versioned::new(written))
}
