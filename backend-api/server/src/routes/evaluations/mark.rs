//! `POST /api/v1/evaluations/{id}/paper-voters`

use std::sync::Arc;

use axum::extract::State;
use contract::evaluation::{PaperState, PaperVoter};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use super::super::uncached::Uncached;
use crate::app::App;
use crate::services::evaluations::ballots::paper;

/// Marks that somebody of the own subtree voted on paper. Their ballot is entered apart.
#[utoipa::path(post, path = "/api/v1/evaluations/{id}/paper-voters", tag = "evaluations",
    params(("id" = String, Path, description = "The evaluation")), request_body = PaperVoter,
    responses((status = 200, body = PaperState), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem,
            description = "They have taken part or are not entitled, or it is not open")),
    security(("staff" = [])))]
pub async fn mark(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    Json(PaperVoter { member_id }): Json<PaperVoter>,
) -> Answer<Uncached<PaperState>> {
    let now_ms = app.now_ms();
    let state = app
        .blocking(move |app| paper::mark(&app.store, &staff, (&id, &member_id), now_ms))
        .await?;
    Ok(Uncached(state))
}
