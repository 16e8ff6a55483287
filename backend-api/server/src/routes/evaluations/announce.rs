//! `POST /api/v1/evaluations/{id}/announce`

use std::sync::Arc;

use axum::extract::State;
use contract::evaluation::StaffEvaluation;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::{IfMatch, Versioned};
use crate::app::App;
use crate::services::evaluations::manage;

/// Freezes a draft and shows it on every TV of the place: people look whether they may take part, and object.
#[utoipa::path(post, path = "/api/v1/evaluations/{id}/announce", tag = "evaluations",
    params(("id" = String, Path, description = "The evaluation"), 
        ("If-Match" = String, Header, description = "The version that was seen")),
    responses((status = 200, body = StaffEvaluation), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "It is no draft, or its time is over"),
        (status = 412, body = contract::error::Problem, description = "`stale`")),
    security(("staff" = [])))]
pub async fn announce(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    IfMatch(seen): IfMatch,
) -> Answer<Versioned<StaffEvaluation>> {
    let now_ms = app.now_ms();
    let changed = app
        .blocking(move |app| manage::announce(app.evaluations(), &staff, &id, seen, now_ms))
        .await?;
    Ok(Versioned::new(changed))
}
