//! `GET /api/v1/evaluations/{id}/ballots.csv`

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::evaluations::ballots::count;

/// The table that is published of the ballots of a closed evaluation; its SHA-256 stands in the result.
#[utoipa::path(get, path = "/api/v1/evaluations/{id}/ballots.csv", tag = "evaluations",
    params(("id" = String, Path, description = "The evaluation")),
    responses((status = 200, body = String, content_type = "text/csv"),
        (status = 404, body = contract::error::Problem, description = "Also where nothing may be published"),
        (status = 409, body = contract::error::Problem, description = "It is not closed")),
    security(("staff" = [])))]
pub async fn table(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<Response> {
    let table = app
        .blocking(move |app| count::table(&app.store, &staff, &id))
        .await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"ballots.csv\"",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, table).into_response())
}
