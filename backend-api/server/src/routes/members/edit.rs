//! `PUT /api/v1/members/{id}`

use std::sync::Arc;

use axum::extract::State;
use contract::member::{Member, MemberDraft};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::{IfMatch, Versioned};
use crate::app::App;
use crate::services::members::write;

/// Changes a member. A number that is left out stays as it was; an empty one is taken away.
#[utoipa::path(put, path = "/api/v1/members/{id}", tag = "members",
    params(("id" = String, Path, description = "The member"),
        ("If-Match" = String, Header, description = "The version that was edited")),
    request_body = MemberDraft,
    responses((status = 200, body = Member, headers(("ETag" = String, description = "The version"))), (status = 404, body = contract::error::Problem),
        (status = 412, body = contract::error::Problem, description = "`stale`"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn edit(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    IfMatch(seen): IfMatch,
    Json(draft): Json<MemberDraft>,
) -> Answer<Versioned<Member>> {
    let now_ms = app.now_ms();
    let found = app
        .blocking(move |app| write::edit(&app.store, &app.vault, &staff, &id, seen, &draft, now_ms))
        .await?;
    Ok(Versioned::new(found))
}
