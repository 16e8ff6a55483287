//! `POST /api/v1/evaluations/{id}/paper-ballots/take-back`

use std::sync::Arc;

use axum::extract::State;
use contract::evaluation::{PaperBallotTakenBack, PaperState};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use super::super::uncached::Uncached;
use crate::app::App;
use crate::services::evaluations::ballots::paper;

/// Takes a sheet of paper back, with all that was read of it; it may be read anew. Of one that counts that takes
/// somebody else than who read it first.
#[utoipa::path(post, path = "/api/v1/evaluations/{id}/paper-ballots/take-back", tag = "evaluations",
    params(("id" = String, Path, description = "The evaluation")), request_body = PaperBallotTakenBack,
    responses((status = 200, body = PaperState),
        (status = 404, body = contract::error::Problem, description = "Also without such a sheet"),
        (status = 409, body = contract::error::Problem,
            description = "Whoever asks has read it first and it counts, or it is not open")),
    security(("staff" = [])))]
pub async fn take_ballot_back(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    Json(wrong): Json<PaperBallotTakenBack>,
) -> Answer<Uncached<PaperState>> {
    let now_ms = app.now_ms();
    let state = app
        .blocking(move |app| paper::take_ballot_back(&app.store, &staff, &id, wrong, now_ms))
        .await?;
    Ok(Uncached(state))
}
