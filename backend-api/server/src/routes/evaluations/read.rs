//! `POST /api/v1/evaluations/{id}/paper-ballots`

use std::sync::Arc;

use axum::extract::State;
use contract::evaluation::{PaperBallot, PaperState};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use super::super::uncached::Uncached;
use crate::app::App;
use crate::services::evaluations::ballots::paper;

/// What one person reads on a sheet of paper. It counts when another has read the same.
#[utoipa::path(post, path = "/api/v1/evaluations/{id}/paper-ballots", tag = "evaluations",
    params(("id" = String, Path, description = "The evaluation")), request_body = PaperBallot,
    responses((status = 200, body = PaperState), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem,
            description = "The same person has read it, it counts already, there are no more names, or it is not open"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn read(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    Json(sheet): Json<PaperBallot>,
) -> Answer<Uncached<PaperState>> {
    let now_ms = app.now_ms();
    let state = app
        .blocking(move |app| paper::read(&app.store, &app.vault, &staff, &id, sheet, now_ms))
        .await?;
    Ok(Uncached(state))
}
