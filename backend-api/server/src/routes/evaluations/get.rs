//! `GET /api/v1/evaluations/{id}`

use std::sync::Arc;

use axum::extract::State;
use contract::evaluation::StaffEvaluation;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::evaluations::manage;

/// An evaluation: before the close with no figure of any answer. Its version is in `ETag` too.
#[utoipa::path(get, path = "/api/v1/evaluations/{id}", tag = "evaluations",
    params(("id" = String, Path, description = "The evaluation")),
    responses((status = 200, body = StaffEvaluation), (status = 404, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn get(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<Versioned<StaffEvaluation>> {
    let now_ms = app.now_ms();
    let found = app
        .blocking(move |app| manage::get(app.evaluations(), &staff, &id, now_ms))
        .await?;
    Ok(Versioned::new(found))
}
