//! `PUT /api/v1/staff/password`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::account::PasswordChange;

use super::super::extract::{Json, Peer, StaffAuth};
use super::super::problem::{Answer, Refusal};
use crate::app::App;
use crate::services::accounts;
use crate::services::refusals::Tried;

/// Changes the own password. All other sessions end.
#[utoipa::path(put, path = "/api/v1/staff/password", tag = "staff",
    request_body = PasswordChange,
    responses((status = 204, description = "Changed"),
        (status = 401, body = contract::error::Problem, description = "`wrong_password`"), (status = 422, body = contract::error::Problem),
        (status = 429, body = contract::error::Problem, description = "`locked_out`")),
    security(("staff" = [])))]
pub async fn password(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    peer: Peer,
    Json(change): Json<PasswordChange>,
) -> Answer<StatusCode> {
    let now_ms = app.now_ms();
    let _turn = app
        .hashing
        .acquire()
        .await
        .map_err(|_| Refusal::unavailable("服务正在停止，请稍后再试。"))?;
    app.blocking(move |app| {
        let outcome =
            accounts::change_own_password(app.door(), &staff, &peer.counted, &change, now_ms);
        app.noting(Tried::again(&staff, &peer.address), outcome, now_ms)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
