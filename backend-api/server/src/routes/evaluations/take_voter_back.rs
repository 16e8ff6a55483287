//! `POST /api/v1/evaluations/{id}/paper-voters/take-back`

use std::sync::Arc;

use axum::extract::State;
use contract::evaluation::{PaperState, PaperVoterTakenBack};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use super::super::uncached::Uncached;
use crate::app::App;
use crate::services::evaluations::ballots::paper;

/// Takes back that somebody voted on paper: they may vote. There are never fewer names than sheets that count.
#[utoipa::path(post, path = "/api/v1/evaluations/{id}/paper-voters/take-back", tag = "evaluations",
    params(("id" = String, Path, description = "The evaluation")), request_body = PaperVoterTakenBack,
    responses((status = 200, body = PaperState), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem,
            description = "They are not marked, there would be fewer names than sheets, or it is not open"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn take_voter_back(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    Json(wrong): Json<PaperVoterTakenBack>,
) -> Answer<Uncached<PaperState>> {
    let now_ms = app.now_ms();
    let state = app
        .blocking(move |app| paper::take_voter_back(&app.store, &staff, &id, wrong, now_ms))
        .await?;
    Ok(Uncached(state))
}
