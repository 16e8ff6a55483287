//! `PUT /api/v1/calendar/{year}`

use std::sync::Arc;

use axum::extract::State;
use contract::work_calendar::WorkCalendar;

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::{IfMatch, Versioned};
use crate::app::App;
use crate::services::requests::work_calendar;

/// Replaces the working calendar of a year, from the organization at the top. Deadlines that run already stay.
#[utoipa::path(put, path = "/api/v1/calendar/{year}", tag = "requests",
    params(("year" = i16, Path, description = "2020 to 2100"),
        ("If-Match" = String, Header, description = "The version that was edited; 0: there was none")),
    request_body = WorkCalendar,
    responses((status = 200, body = WorkCalendar, headers(("ETag" = String, description = "The version"))),
        (status = 412, body = contract::error::Problem, description = "`stale`"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn replace(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(year): Path<i16>,
    IfMatch(seen): IfMatch,
    Json(new): Json<WorkCalendar>,
) -> Answer<Versioned<WorkCalendar>> {
    let now_ms = app.now_ms();
    let (now, version) = app
        .blocking(move |app| work_calendar::replace(&app.store, &staff, year, seen, new, now_ms))
        .await?;
    Ok(Versioned::of(version, now))
}
