//! `POST /api/v1/staff/accounts/{id}/password`

use std::sync::Arc;

use axum::extract::State;
use contract::account::{PasswordReset, StaffAccount};

use super::super::super::extract::{Json, Path, StaffAuth};
use super::super::super::problem::{Answer, Refusal};
use super::super::super::versioned::Versioned;
use crate::app::App;
use crate::services::accounts;

/// Gives an account another password, unlocks it and ends its sessions.
#[utoipa::path(post, path = "/api/v1/staff/accounts/{id}/password", tag = "staff",
    params(("id" = String, Path, description = "The account")),
    request_body = PasswordReset,
    responses((status = 200, body = StaffAccount, headers(("ETag" = String, description = "The version"))), (status = 403, body = contract::error::Problem), (status = 404, body = contract::error::Problem),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn password(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    Json(reset): Json<PasswordReset>,
) -> Answer<Versioned<StaffAccount>> {
    let now_ms = app.now_ms();
    let _turn = app
        .hashing
        .acquire()
        .await
        .map_err(|_| Refusal::unavailable("服务正在停止，请稍后再试。"))?;
    let found = app
        .blocking(move |app| {
            accounts::reset_password(&app.store, &app.vault, &staff, &id, &reset.password, now_ms)
        })
        .await?;
    Ok(Versioned::new(found))
}
