//! `GET /api/v1/enrolments/households`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::enrolment::HouseholdChoices;
use serde::Deserialize;

use super::super::extract::{Query, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::enrolment;

/// What is searched for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Words that must all be found in the name of the household, of somebody who lives there, or of
    /// the village.
    #[serde(default)]
    q: Option<String>,
    /// Code of the organization within which to look; left out: the own one.
    #[serde(default)]
    organization_code: Option<String>,
}

/// Households whose TV a box may become, with who lives there and whether they have a TV.
#[utoipa::path(get, path = "/api/v1/enrolments/households", tag = "enrolment", params(Wanted),
    responses((status = 200, body = HouseholdChoices), (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn households(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Query(wanted): Query<Wanted>,
) -> Answer<Json<HouseholdChoices>> {
    let now_ms = app.now_ms();
    let found = app
        .blocking(move |app| {
            let text = wanted.q.as_deref().unwrap_or_default();
            let within = wanted.organization_code.as_deref();
            enrolment::households(&app.store, &staff, within, text, now_ms)
        })
        .await?;
    Ok(Json(found))
}
