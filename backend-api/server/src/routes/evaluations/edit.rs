//! `PUT /api/v1/evaluations/{id}`

use std::sync::Arc;

use axum::extract::State;
use contract::evaluation::{EvaluationDraft, StaffEvaluation};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::{IfMatch, Versioned};
use crate::app::App;
use crate::services::evaluations::manage;

/// Writes a draft anew. Once it was announced it is frozen.
#[utoipa::path(put, path = "/api/v1/evaluations/{id}", tag = "evaluations",
    params(("id" = String, Path, description = "The evaluation"),
        ("If-Match" = String, Header, description = "The version that was edited")),
    request_body = EvaluationDraft,
    responses((status = 200, body = StaffEvaluation), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "It was announced"),
        (status = 412, body = contract::error::Problem, description = "`stale`"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn edit(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    IfMatch(seen): IfMatch,
    Json(draft): Json<EvaluationDraft>,
) -> Answer<Versioned<StaffEvaluation>> {
    let now_ms = app.now_ms();
    let written = app
        .blocking(move |app| manage::edit(app.evaluations(), &staff, &id, seen, &draft, now_ms))
        .await?;
    Ok(Versioned::new(written))
}
