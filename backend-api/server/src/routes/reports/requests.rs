//! `GET /api/v1/reports/requests`

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use contract::request_figures::RequestStatistics;
use serde::Deserialize;

use super::super::extract::{Query, StaffAuth};
use super::super::problem::Answer;
use super::form::Form;
use crate::app::App;
use crate::services::requests::statistics;

/// Which report.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// `2026-11`.
    month: String,
    /// Code of an organization in the own subtree; left out: the own one.
    organization: Option<String>,
    /// `json` when left out.
    #[param(inline)]
    #[serde(default)]
    format: Form,
}

/// A month's requests by category and place, in the order of the register.
#[utoipa::path(get, path = "/api/v1/reports/requests", tag = "requests", params(Wanted),
    responses((status = 200, content(
            (RequestStatistics = "application/json"),
            (String = "text/csv"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
        (status = 422, body = contract::error::Problem, description = "Not a month")),
    security(("staff" = [])))]
pub async fn requests(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Query(wanted): Query<Wanted>,
) -> Answer<Response> {
    let Wanted {
        month,
        organization,
        format,
    } = wanted;
    let answer = app
        .blocking(move |app| {
            let time = statistics::month(&month)?;
            let found = statistics::of(&app.store, &staff, time, organization.as_deref())?;
            let named = format!("requests-{month}");
            format.answer(found, &named, statistics::csv, statistics::xlsx)
        })
        .await?;
    Ok(answer)
}
