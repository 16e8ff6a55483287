//! `POST /api/v1/evaluations/{id}/close`

use std::sync::Arc;

use axum::extract::State;
use contract::evaluation::{EvaluationClose, StaffEvaluation};

use super::super::extract::{Body, Path, StaffAuth};
use super::super::problem::{Answer, Refusal};
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::evaluations::manage;

/// Closes what is open now and counts it. There is no way back. The body may be left out.
#[utoipa::path(post, path = "/api/v1/evaluations/{id}/close", tag = "evaluations",
    params(("id" = String, Path, description = "The evaluation")), request_body = EvaluationClose,
    responses((status = 200, body = StaffEvaluation), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem,
            description = "It is not open, or names and sheets on paper do not come to the same")),
    security(("staff" = [])))]
pub async fn close(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    Body(body): Body,
) -> Answer<Versioned<StaffEvaluation>> {
    let how: EvaluationClose = if body.is_empty() {
        EvaluationClose::default()
    } else {
        serde_json::from_slice(&body)
            .map_err(|_| Refusal::bad_request("请求内容不是正确的 JSON。"))?
    };
    let now_ms = app.now_ms();
    let changed = app
        .blocking(move |app| manage::close(app.evaluations(), &staff, &id, how, now_ms))
        .await?;
    Ok(Versioned::new(changed))
}
