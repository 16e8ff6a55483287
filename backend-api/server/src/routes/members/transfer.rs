//! `POST /api/v1/members/{id}/transfer`

use std::sync::Arc;

use axum::extract::State;
use contract::member::{Member, TransferRequest};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::members::moves;

/// Moves a member to another organization of the own subtree. The household stays behind.
#[utoipa::path(post, path = "/api/v1/members/{id}/transfer", tag = "members",
    params(("id" = String, Path, description = "The member")),
    request_body = TransferRequest,
    responses((status = 200, body = Member, headers(("ETag" = String, description = "The version"))), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem), (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn transfer(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    Json(request): Json<TransferRequest>,
) -> Answer<Versioned<Member>> {
    let now_ms = app.now_ms();
    let found = app
        .blocking(move |app| moves::transfer(&app.store, &staff, &id, &request, now_ms))
        .await?;
    Ok(Versioned::new(found))
}
