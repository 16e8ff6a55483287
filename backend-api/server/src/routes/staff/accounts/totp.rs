//! `DELETE /api/v1/staff/accounts/{id}/totp`

use std::sync::Arc;

use axum::extract::State;
use contract::account::StaffAccount;

use super::super::super::extract::{Path, StaffAuth};
use super::super::super::problem::Answer;
use super::super::super::versioned::Versioned;
use crate::app::App;
use crate::services::accounts;

/// Takes the second factor of somebody who lost it away.
#[utoipa::path(delete, path = "/api/v1/staff/accounts/{id}/totp", tag = "staff",
    params(("id" = String, Path, description = "The account")),
    responses((status = 200, body = StaffAccount, headers(("ETag" = String, description = "The version"))), (status = 403, body = contract::error::Problem), (status = 404, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn totp(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<Versioned<StaffAccount>> {
    let now_ms = app.now_ms();
    let found = app
        .blocking(move |app| accounts::reset_totp(&app.store, &staff, &id, now_ms))
        .await?;
    Ok(Versioned::new(found))
}
