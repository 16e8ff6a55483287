//! `GET /api/v1/requests/statistics`

use std::sync::Arc;

use axum::extract::State;
use contract::request_figures::RequestStatistics;
use serde::Deserialize;

use super::super::extract::{Query, StaffAuth};
use super::super::problem::Answer;
use super::super::uncached::Uncached;
use crate::app::App;
use crate::services::requests::statistics as service;

/// Which figures.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Requests received from this moment on, Unix milliseconds.
    from: i64,
    /// And before this one; at most 400 days later.
    until: i64,
    /// Code of an organization in the own subtree; left out: the own one.
    organization: Option<String>,
}

/// Figures of requests by category and place, in the order of the register.
#[utoipa::path(get, path = "/api/v1/requests/statistics", tag = "requests", params(Wanted),
    responses((status = 200, body = RequestStatistics), (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn statistics(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Query(wanted): Query<Wanted>,
) -> Answer<Uncached<RequestStatistics>> {
    let found = app
        .blocking(move |app| {
            let time = (wanted.from, wanted.until);
            service::of(&app.store, &staff, time, wanted.organization.as_deref())
        })
        .await?;
    Ok(Uncached(found))
}
