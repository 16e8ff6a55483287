//! `PUT /api/v1/households/{id}`

use std::sync::Arc;

use axum::extract::State;
use contract::member::{Household, HouseholdDraft};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::{MayMatch, Versioned};
use crate::app::App;
use crate::services::households;

/// Renames a household, gives it a TV or takes it away. The TVs concerned are told.
#[utoipa::path(put, path = "/api/v1/households/{id}", tag = "households",
    params(("id" = String, Path, description = "The household"),
        ("If-Match" = Option<String>, Header, description = "The version that was edited; without it whatever is there is written over")),
    request_body = HouseholdDraft,
    responses((status = 200, body = Household, headers(("ETag" = String, description = "The version"))), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "The name or the TV is taken"), (status = 412, body = contract::error::Problem, description = "`stale`"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn edit(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    MayMatch(seen): MayMatch,
    Json(draft): Json<HouseholdDraft>,
) -> Answer<Versioned<Household>> {
    let now_ms = app.now_ms();
    let found = app
        .blocking(move |app| households::edit(&app.store, &staff, &id, seen, &draft, now_ms))
        .await?;
    Ok(Versioned::new(found))
}
