//! `POST /api/v1/evaluations`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::evaluation::{EvaluationDraft, StaffEvaluation};

use super::super::extract::{Json, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::evaluations::manage;

/// Makes a draft, which only staff see.
#[utoipa::path(post, path = "/api/v1/evaluations", tag = "evaluations", request_body = EvaluationDraft,
    responses((status = 201, body = StaffEvaluation), (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn create(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Json(draft): Json<EvaluationDraft>,
) -> Answer<(StatusCode, Versioned<StaffEvaluation>)> {
    let now_ms = app.now_ms();
    let made = app
        .blocking(move |app| manage::create(app.evaluations(), &staff, &draft, now_ms))
        .await?;
    Ok((StatusCode::CREATED, Versioned::new(made)))
}
