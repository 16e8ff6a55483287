//! `POST /api/v1/staff/accounts`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::account::{StaffAccount, StaffAccountDraft};

use super::super::super::extract::{Json, StaffAuth};
use super::super::super::problem::{Answer, Refusal};
use super::super::super::versioned::Versioned;
use crate::app::App;
use crate::services::accounts;

/// Makes an account inside the own subtree. Nobody makes one that may do more than they.
#[utoipa::path(post, path = "/api/v1/staff/accounts", tag = "staff",
    request_body = StaffAccountDraft,
    responses((status = 201, body = StaffAccount, headers(("ETag" = String, description = "The version"))), (status = 403, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "The login is taken"), (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn create(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Json(draft): Json<StaffAccountDraft>,
) -> Answer<(StatusCode, Versioned<StaffAccount>)> {
    let now_ms = app.now_ms();
    let _turn = app
        .hashing
        .acquire()
        .await
        .map_err(|_| Refusal::unavailable("服务正在停止，请稍后再试。"))?;
    let found = app
        .blocking(move |app| accounts::create(&app.store, &staff, &draft, now_ms))
        .await?;
    Ok((StatusCode::CREATED, Versioned::new(found)))
}
