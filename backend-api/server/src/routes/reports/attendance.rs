//! `GET /api/v1/reports/attendance`

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use contract::roll_call::AttendanceReport;
use serde::Deserialize;

use super::super::extract::{Query, StaffAuth};
use super::super::problem::Answer;
use super::form::Form;
use crate::app::App;
use crate::services::roll_call::report;

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

/// A month's attendance by organization, and member by member for whoever may see members.
#[utoipa::path(get, path = "/api/v1/reports/attendance", tag = "roll calls", params(Wanted),
    responses((status = 200, content(
            (AttendanceReport = "application/json"),
            (String = "text/csv"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
        (status = 422, body = contract::error::Problem, description = "Not a month")),
    security(("staff" = [])))]
pub async fn attendance(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Query(wanted): Query<Wanted>,
) -> Answer<Response> {
    let Wanted {
        month,
        organization,
        format,
    } = wanted;
    let now_ms = app.now_ms();
    let named = format!("attendance-{month}");
    let answer = app
        .blocking(move |app| {
            let code = organization.as_deref();
            let report = report::attendance(&app.store, &staff, &month, code, now_ms)?;
            format.answer(report, &named, report::csv, report::xlsx)
        })
        .await?;
    Ok(answer)
}
