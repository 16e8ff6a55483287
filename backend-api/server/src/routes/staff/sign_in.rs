//! `POST /api/v1/staff/sessions`

use std::sync::Arc;

use axum::extract::State;
use contract::staff::{SignInRequest, SignInResponse};

use super::super::extract::{Json, Peer};
use super::super::problem::{Answer, Refusal};
use crate::app::App;
use crate::services::sessions;

/// Signs in. Five wrong passwords or codes in a row lock the account for a quarter of an hour.
#[utoipa::path(post, path = "/api/v1/staff/sessions", tag = "staff", request_body = SignInRequest,
    responses((status = 200, body = SignInResponse),
        (status = 401, body = contract::error::Problem, description = "`wrong_password` or `second_factor`"),
        (status = 429, body = contract::error::Problem, description = "`locked_out` or `too_many`")))]
pub async fn sign_in(
    State(app): State<Arc<App>>,
    Peer(peer): Peer,
    Json(request): Json<SignInRequest>,
) -> Answer<axum::Json<SignInResponse>> {
    let now_ms = app.now_ms();
    app.sign_in_limit.attempt(&peer, now_ms)?;
    let _turn = app
        .hashing
        .acquire()
        .await
        .map_err(|_| Refusal::unavailable("服务正在停止，请稍后再试。"))?;
    let session = app
        .blocking(move |app| {
            let rules = &app.config.sessions;
            sessions::sign_in(&app.store, &app.vault, rules, &request, &peer, now_ms)
        })
        .await?;
    Ok(axum::Json(session))
}
