//! `POST /api/v1/bulletins/{id}/return`

use std::sync::Arc;

use axum::extract::State;
use contract::staff::{StaffBulletin, TakeBack};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::{IfMatch, Versioned};
use super::take;
use crate::app::App;
use crate::services::bulletins::{Said, Step};

/// Hands a bulletin back to be worked on again. Why one that was handed in comes back stays with it.
#[utoipa::path(post, path = "/api/v1/bulletins/{id}/return", tag = "bulletins",
    params(("id" = String, Path, description = "The bulletin"),
        ("If-Match" = String, Header, description = "The version that was seen")),
    request_body = TakeBack,
    responses((status = 200, body = StaffBulletin, headers(("ETag" = String, description = "The version"))),
        (status = 409, body = contract::error::Problem, description = "Not from its present state"),
        (status = 412, body = contract::error::Problem, description = "`stale`"),
        (status = 422, body = contract::error::Problem, description = "No reason, or what is none")),
    security(("staff" = [])))]
pub async fn hand_back(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    IfMatch(seen): IfMatch,
    Json(why): Json<TakeBack>,
) -> Answer<Versioned<StaffBulletin>> {
    let said = Said {
        why: why.reason,
        ..Said::default()
    };
    take(&app, staff, id, seen, Step::Return, said).await
}
