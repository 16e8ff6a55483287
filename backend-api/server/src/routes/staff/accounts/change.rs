//! `PUT /api/v1/staff/accounts/{id}`

use std::sync::Arc;

use axum::extract::State;
use contract::account::{StaffAccount, StaffAccountChange};

use super::super::super::extract::{Json, Path, StaffAuth};
use super::super::super::problem::Answer;
use super::super::super::versioned::{MayMatch, Versioned};
use crate::app::App;
use crate::services::accounts;

/// Changes what an account is trusted with, and where. In force with its next request.
#[utoipa::path(put, path = "/api/v1/staff/accounts/{id}", tag = "staff",
    params(("id" = String, Path, description = "The account"),
        ("If-Match" = Option<String>, Header, description = "The version that was edited; without it whatever is there is written over")),
    request_body = StaffAccountChange,
    responses((status = 200, body = StaffAccount, headers(("ETag" = String, description = "The version"))), (status = 403, body = contract::error::Problem), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "The own account"), (status = 412, body = contract::error::Problem, description = "`stale`"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn change(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    MayMatch(seen): MayMatch,
    Json(change): Json<StaffAccountChange>,
) -> Answer<Versioned<StaffAccount>> {
    let now_ms = app.now_ms();
    let found = app
        .blocking(move |app| accounts::change(&app.store, &staff, &id, seen, &change, now_ms))
        .await?;
    Ok(Versioned::new(found))
}
