//! `POST /api/v1/evaluations/{id}/open`

use std::sync::Arc;

use axum::extract::State;
use contract::evaluation::StaffEvaluation;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::evaluations::manage;

/// Opens what was announced now, before its time. Who is entitled is fixed.
#[utoipa::path(post, path = "/api/v1/evaluations/{id}/open", tag = "evaluations",
    params(("id" = String, Path, description = "The evaluation")),
    responses((status = 200, body = StaffEvaluation), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "It was not announced, or has opened")),
    security(("staff" = [])))]
pub async fn open(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<Versioned<StaffEvaluation>> {
    let now_ms = app.now_ms();
    let changed = app
        .blocking(move |app| manage::open(app.evaluations(), &staff, &id, now_ms))
        .await?;
    Ok(Versioned::new(changed))
}
