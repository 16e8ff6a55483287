//! `POST /api/v1/bulletins/{id}/publish`

use std::sync::Arc;

use axum::extract::State;
use contract::staff::{Confirmations, StaffBulletin};

use super::super::extract::{MayJson, Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::{IfMatch, Versioned};
use super::take;
use crate::app::App;
use crate::services::bulletins::{Said, Step};

/// Publishes a bulletin that was handed in: every TV of its audience gets it at once. Numbers of people that stand in
/// it in clear must be named, and every picture must have been looked at, by whoever publishes or before.
#[utoipa::path(post, path = "/api/v1/bulletins/{id}/publish", tag = "bulletins",
    params(("id" = String, Path, description = "The bulletin"),
        ("If-Match" = String, Header, description = "The version that was seen")),
    request_body(content = Option<Confirmations>, description = "Left out: nothing is confirmed"),
    responses((status = 200, body = StaffBulletin, headers(("ETag" = String, description = "The version"))),
        (status = 409, body = contract::error::Problem, description = "Not from its present state"),
        (status = 412, body = contract::error::Problem, description = "`stale`"),
        (status = 422, body = contract::error::Problem, description = "Something stands in it that nobody answers for")),
    security(("staff" = [])))]
pub async fn publish(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    IfMatch(seen): IfMatch,
    MayJson(confirmed): MayJson<Confirmations>,
) -> Answer<Versioned<StaffBulletin>> {
    let said = Said {
        confirmed,
        ..Said::default()
    };
    take(&app, staff, id, seen, Step::Publish, said).await
}
