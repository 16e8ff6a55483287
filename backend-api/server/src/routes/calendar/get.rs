//! `GET /api/v1/calendar/{year}`

use std::sync::Arc;

use axum::extract::State;
use contract::work_calendar::WorkCalendar;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::requests::work_calendar;

/// The working calendar of a year: empty with version 0 if nobody has entered it.
#[utoipa::path(get, path = "/api/v1/calendar/{year}", tag = "requests",
    params(("year" = i16, Path, description = "2020 to 2100")),
    responses((status = 200, body = WorkCalendar, headers(("ETag" = String, description = "The version"))),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn get(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(year): Path<i16>,
) -> Answer<Versioned<WorkCalendar>> {
    let (found, version) = app
        .blocking(move |app| work_calendar::get(&app.store, &staff, year))
        .await?;
    Ok(Versioned::of(version, found))
}
