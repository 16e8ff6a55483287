//! `POST /api/v1/bulletins/{id}/submit`

use std::sync::Arc;

use axum::extract::State;
use contract::staff::StaffBulletin;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::{IfMatch, Versioned};
use super::take;
use crate::app::App;
use crate::services::bulletins::{Said, Step};

/// Hands a draft in.
#[utoipa::path(post, path = "/api/v1/bulletins/{id}/submit", tag = "bulletins",
    params(("id" = String, Path, description = "The bulletin"),
        ("If-Match" = String, Header, description = "The version that was seen")),
    responses((status = 200, body = StaffBulletin, headers(("ETag" = String, description = "The version"))),
        (status = 409, body = contract::error::Problem, description = "Not from its present state"),
        (status = 412, body = contract::error::Problem, description = "`stale`")),
    security(("staff" = [])))]
pub async fn submit(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    IfMatch(seen): IfMatch,
) -> Answer<Versioned<StaffBulletin>> {
    take(&app, staff, id, seen, Step::Submit, Said::default()).await
}
