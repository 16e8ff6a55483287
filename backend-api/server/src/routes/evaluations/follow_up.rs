//! `PUT /api/v1/evaluations/{id}/follow-up`

use std::sync::Arc;

use axum::extract::State;
use contract::evaluation::{FollowUp, StaffEvaluation};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::{IfMatch, Versioned};
use crate::app::App;
use crate::services::evaluations::manage;

/// Says which published bulletin tells what was done about it (整改).
#[utoipa::path(put, path = "/api/v1/evaluations/{id}/follow-up", tag = "evaluations",
    params(("id" = String, Path, description = "The evaluation"),
        ("If-Match" = String, Header, description = "The version that was seen")),
    request_body = FollowUp,
    responses((status = 200, body = StaffEvaluation), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "It is not closed"),
        (status = 412, body = contract::error::Problem, description = "`stale`"),
        (status = 422, body = contract::error::Problem, description = "There is no such bulletin")),
    security(("staff" = [])))]
pub async fn follow_up(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    IfMatch(seen): IfMatch,
    Json(FollowUp { bulletin_id }): Json<FollowUp>,
) -> Answer<Versioned<StaffEvaluation>> {
    let now_ms = app.now_ms();
    let changed = app
        .blocking(move |app| {
            let bulletin = bulletin_id.as_deref();
            manage::follow_up(app.evaluations(), &staff, &id, seen, bulletin, now_ms)
        })
        .await?;
    Ok(Versioned::new(changed))
}
