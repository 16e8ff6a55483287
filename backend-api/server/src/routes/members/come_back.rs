//! `POST /api/v1/members/{id}/return`

use std::sync::Arc;

use axum::extract::State;
use contract::member::{Member, Reason};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::members::moves;

/// Notes that a member who left is back.
#[utoipa::path(post, path = "/api/v1/members/{id}/return", tag = "members",
    params(("id" = String, Path, description = "The member")),
    request_body = Reason,
    responses((status = 200, body = Member, headers(("ETag" = String, description = "The version"))), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem), (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn come_back(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    Json(why): Json<Reason>,
) -> Answer<Versioned<Member>> {
    let now_ms = app.now_ms();
    let found = app
        .blocking(move |app| moves::come_back(&app.store, &staff, &id, &why, now_ms))
        .await?;
    Ok(Versioned::new(found))
}
