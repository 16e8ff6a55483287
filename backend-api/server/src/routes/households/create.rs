//! `POST /api/v1/households`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::member::{Household, HouseholdDraft};

use super::super::extract::{Json, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::households;

/// Adds a household, with its TV if one is named.
#[utoipa::path(post, path = "/api/v1/households", tag = "households",
    request_body = HouseholdDraft,
    responses((status = 201, body = Household, headers(("ETag" = String, description = "The version"))),
        (status = 409, body = contract::error::Problem, description = "The name or the TV is taken"), (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn create(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Json(draft): Json<HouseholdDraft>,
) -> Answer<(StatusCode, Versioned<Household>)> {
    let now_ms = app.now_ms();
    let found = app
        .blocking(move |app| households::create(&app.store, &staff, &draft, now_ms))
        .await?;
    Ok((StatusCode::CREATED, Versioned::new(found)))
}
