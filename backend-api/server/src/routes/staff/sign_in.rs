//! `POST /api/v1/staff/sessions`

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use contract::staff::{SignInRequest, SignInResponse};

use super::super::extract::{DEVICE_COOKIE, Json, Peer, cookie_value};
use super::super::problem::{Answer, Refusal};
use super::cookie;
use crate::app::App;
use crate::services::kit::error::ServiceError;
use crate::services::logins::Caller;
use crate::services::refusals::Tried;
use crate::services::sessions;

/// Signs in. The token also comes as the cookie `session`, for the console's pages; with it,
/// whatever changes something needs `X-Requested-With: console`. Five wrong passwords or codes lock the login for the address they come from, a quarter of an hour at first, whether there is such an account or not; too many from everywhere lock it for everybody but browsers that were let in before, which the cookie `device` shows.
#[utoipa::path(post, path = "/api/v1/staff/sessions", tag = "staff", request_body = SignInRequest,
    responses((status = 200, body = SignInResponse, headers(("Set-Cookie" = String, description = "`session` and `device`"))),
        (status = 401, body = contract::error::Problem, description = "`wrong_password` or `second_factor`"),
        (status = 429, body = contract::error::Problem, description = "`locked_out`")))]
pub async fn sign_in(
    State(app): State<Arc<App>>,
    peer: Peer,
    headers: HeaderMap,
    Json(request): Json<SignInRequest>,
) -> Answer<(HeaderMap, axum::Json<SignInResponse>)> {
    let now_ms = app.now_ms();
    let caller = Caller {
        device: cookie_value(&headers, DEVICE_COOKIE).map(str::to_owned),
        address: peer.address,
        counted: peer.counted,
    };
    let _turn = app
        .hashing
        .acquire()
        .await
        .map_err(|_| Refusal::unavailable("服务正在停止，请稍后再试。"))?;
    let signed_in = app
        .blocking(move |app| {
            let rules = &app.config.sessions;
            let outcome = sessions::sign_in(app.door(), rules, &request, &caller, now_ms);
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
                address: &caller.address,
            };
            app.noting(tried, outcome, now_ms)
        })
        .await?;
    let headers = cookie::of(&app, &signed_in, now_ms)?;
    Ok((headers, axum::Json(signed_in.session)))
}
