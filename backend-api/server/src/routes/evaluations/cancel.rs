//! `POST /api/v1/evaluations/{id}/cancel`

use std::sync::Arc;

use axum::extract::State;
use contract::evaluation::StaffEvaluation;
use contract::member::Reason;

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::evaluations::manage;

/// Cancels, with a reason: it is never counted, and nothing of what was answered is kept.
#[utoipa::path(post, path = "/api/v1/evaluations/{id}/cancel", tag = "evaluations",
    params(("id" = String, Path, description = "The evaluation")), request_body = Reason,
    responses((status = 200, body = StaffEvaluation), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "It is over"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn cancel(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    Json(Reason { reason }): Json<Reason>,
) -> Answer<Versioned<StaffEvaluation>> {
    let now_ms = app.now_ms();
    let changed = app
        .blocking(move |app| manage::cancel(app.evaluations(), &staff, &id, &reason, now_ms))
        .await?;
    Ok(Versioned::new(changed))
}
