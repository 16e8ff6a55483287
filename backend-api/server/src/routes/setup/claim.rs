//! `POST /api/v1/setup`

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use contract::setup::Setup;
use contract::staff::SignInResponse;

use super::super::extract::{Json, Peer};
use super::super::problem::{Answer, Refusal};
use super::super::staff::cookie;
use crate::app::App;
use crate::services::logins::Caller;
use crate::services::setup;

/// Makes the place, its sections and the first administrator in one transaction, and signs them in as
/// `POST /api/v1/staff/sessions` does. It takes the code that the server's log and `backend-api setup-code` show.
/// As soon as there is an account there is nothing here any more.
#[utoipa::path(post, path = "/api/v1/setup", tag = "setup", request_body = Setup,
    responses((status = 201, body = SignInResponse, headers(("Set-Cookie" = String, description = "`session` and `device`"))),
        (status = 404, body = contract::error::Problem, description = "There is an account"),
        (status = 422, body = contract::error::Problem, description = "`code` is not the one of now, or another field is wrong"),
        (status = 429, body = contract::error::Problem, description = "`too_many` wrong codes")))]
pub async fn claim(
    State(app): State<Arc<App>>,
    peer: Peer,
    Json(request): Json<Setup>,
) -> Answer<(StatusCode, HeaderMap, axum::Json<SignInResponse>)> {
    let now_ms = app.now_ms();
    let caller = Caller {
        device: None,
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
            setup::claim(app.door(), &app.config.sessions, &request, &caller, now_ms)
        })
        .await?;
    let headers = cookie::of(&app, &signed_in, now_ms)?;
    Ok((StatusCode::CREATED, headers, axum::Json(signed_in.session)))
}
