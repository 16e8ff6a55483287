//! `POST /api/v1/staff/sessions`

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, header};
use contract::staff::{SignInRequest, SignInResponse};

use super::super::extract::{Json, Peer};
use super::super::problem::{Answer, Refusal};
use super::cookie;
use crate::app::App;
use crate::services::kit::error::ServiceError;
use crate::services::refusals::Tried;
use crate::services::sessions;

/// Signs in. The token also comes as the cookie `session`, for the console's pages; with it,
/// whatever changes something needs `X-Requested-With: console`. Five wrong passwords or codes in a row lock the account for a quarter of an hour.
#[utoipa::path(post, path = "/api/v1/staff/sessions", tag = "staff", request_body = SignInRequest,
    responses((status = 200, body = SignInResponse, headers(("Set-Cookie" = String, description = "`session`"))),
        (status = 401, body = contract::error::Problem, description = "`wrong_password` or `second_factor`"),
        (status = 429, body = contract::error::Problem, description = "`locked_out` or `too_many`")))]
pub async fn sign_in(
    State(app): State<Arc<App>>,
    Peer(peer): Peer,
    Json(request): Json<SignInRequest>,
) -> Answer<(HeaderMap, axum::Json<SignInResponse>)> {
    let now_ms = app.now_ms();
    if let Err(refusal) = app.sign_in_limit.attempt(&peer, now_ms) {
        app.refusals.count(now_ms);
        return Err(refusal.into());
    }
    let _turn = app
        .hashing
        .acquire()
        .await
        .map_err(|_| Refusal::unavailable("服务正在停止，请稍后再试。"))?;
    let session = app
        .blocking(move |app| {
            let rules = &app.config.sessions;
            let outcome = sessions::sign_in(&app.store, &app.vault, rules, &request, &peer, now_ms);
            let asked = request
                .totp
                .as_deref()
                .unwrap_or_default()
                .trim()
                .is_empty()
                && matches!(outcome, Err(ServiceError::SecondFactor));
            if asked {
                // The password was right, and the code comes with the next request.
                return outcome;
            }
            let tried = Tried {
                login: &request.login,
                address: &peer,
            };
            let refusals = &app.refusals;
            refusals.noting(&app.store, &app.vault, tried, outcome, now_ms)
        })
        .await?;
    let lasts_ms = session.expires_at_ms - now_ms;
    let cookie = cookie::set(&app, &session.access_token, lasts_ms)?;
    let headers = HeaderMap::from_iter([(header::SET_COOKIE, cookie)]);
    Ok((headers, axum::Json(session)))
}
