//! `GET /api/v1/members/{id}`

use std::sync::Arc;

use axum::extract::State;
use contract::member::Member;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::members::read;

/// One member, with the numbers masked.
#[utoipa::path(get, path = "/api/v1/members/{id}", tag = "members",
    params(("id" = String, Path, description = "The member")),
    responses((status = 200, body = Member, headers(("ETag" = String, description = "The version"))), (status = 404, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn get(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<Versioned<Member>> {
    let now_ms = app.now_ms();
    let found = app
        .blocking(move |app| read::get(&app.store, &staff, &id, now_ms))
        .await?;
    Ok(Versioned::new(found))
}
