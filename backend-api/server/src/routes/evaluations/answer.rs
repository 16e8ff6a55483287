//! `POST /api/v1/evaluations/{id}/objections/{objection}`

use std::sync::Arc;

use axum::extract::State;
use contract::evaluation::{ObjectionAnswer, StaffEvaluation};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::evaluations::manage;

/// Answers somebody of the own subtree who says that they should be entitled, with a reason that they read.
#[utoipa::path(post, path = "/api/v1/evaluations/{id}/objections/{objection}", tag = "evaluations",
    params(("id" = String, Path, description = "The evaluation"),
        ("objection" = String, Path, description = "The objection")),
    request_body = ObjectionAnswer,
    responses((status = 200, body = StaffEvaluation),
        (status = 404, body = contract::error::Problem, description = "Also for one that was answered"),
        (status = 409, body = contract::error::Problem, description = "It is over"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn answer(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path((id, objection)): Path<(String, String)>,
    Json(answer): Json<ObjectionAnswer>,
) -> Answer<Versioned<StaffEvaluation>> {
    let now_ms = app.now_ms();
    let changed = app
        .blocking(move |app| {
            let which = (id.as_str(), objection.as_str());
            manage::answer(app.evaluations(), &staff, which, &answer, now_ms)
        })
        .await?;
    Ok(Versioned::new(changed))
}
