//! `POST /api/v1/members`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::member::{Member, MemberDraft};

use super::super::extract::{Json, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::members::write;

/// Adds a member. The numbers are kept sealed and come back masked.
#[utoipa::path(post, path = "/api/v1/members", tag = "members",
    request_body = MemberDraft,
    responses((status = 201, body = Member, headers(("ETag" = String, description = "The version"))),
        (status = 409, body = contract::error::Problem, description = "Somebody else has this card"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn create(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Json(draft): Json<MemberDraft>,
) -> Answer<(StatusCode, Versioned<Member>)> {
    let now_ms = app.now_ms();
    let found = app
        .blocking(move |app| write::create(&app.store, &app.vault, &staff, &draft, now_ms))
        .await?;
    Ok((StatusCode::CREATED, Versioned::new(found)))
}
