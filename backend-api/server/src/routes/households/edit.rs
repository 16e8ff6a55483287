//! `PUT /api/v1/households/{id}`

use std::sync::Arc;

use axum::extract::State;
use contract::member::{Household, HouseholdDraft};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::households;

/// Renames a household, gives it a TV or takes it away. The TVs concerned are told.
#[utoipa::path(put, path = "/api/v1/households/{id}", tag = "households",
    params(("id" = String, Path, description = "The household")),
    request_body = HouseholdDraft,
    responses((status = 200, body = Household), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "The name or the TV is taken"), (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn edit(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    Json(draft): Json<HouseholdDraft>,
) -> Answer<axum::Json<Household>> {
    let now_ms = app.now_ms();
    let found = app
        .blocking(move |app| households::edit(&app.store, &staff, &id, &draft, now_ms))
        .await?;
    Ok(axum::Json(found))
}
