//! `POST /api/v1/terminal/sign-ins`

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use contract::IDEMPOTENCY_KEY;
use contract::roll_call::{SignIn, SignedIn};

use super::super::extract::{Json, Peer, TerminalAuth};
use super::super::problem::{Answer, Refusal};
use crate::app::App;
use crate::services::roll_call::sign_in::Arrived;

/// Signs somebody in. Answered when it is on disk; sent again, with the same key or another, it is
/// the same sign-in.
#[utoipa::path(post, path = "/api/v1/terminal/sign-ins", tag = "terminal",
    params(("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters")),
    request_body = SignIn,
    responses((status = 200, body = SignedIn),
        (status = 403, body = contract::error::Problem,
            description = "`wrong_pin`, `no_pin`, `unknown_card`, `wrong_presence_code`, `forbidden`"),
        (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "`too_early`, `too_late`, or cancelled"),
        (status = 422, body = contract::error::Problem, description = "`key_reused`"),
        (status = 429, body = contract::error::Problem, description = "`pin_locked`; `too_many`: wrong cards or codes, or too much at a time"),
        (status = 503, body = contract::error::Problem, description = "Too many at a time; send it again")),
    security(("terminal" = [])))]
pub async fn sign_in(
    State(app): State<Arc<App>>,
    TerminalAuth(known): TerminalAuth,
    peer: Peer,
    headers: HeaderMap,
    Json(request): Json<SignIn>,
) -> Answer<axum::Json<SignedIn>> {
    // Before it waits: nobody is late because others came too.
    let received_at_ms = app.now_ms();
    let key = headers
        .get(IDEMPOTENCY_KEY)
        .and_then(|key| key.to_str().ok())
        .filter(|key| (1..=100).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic()))
        .ok_or_else(|| Refusal::bad_request("缺少 Idempotency-Key。"))?
        .to_owned();
    let arrived = Arrived {
        terminal_id: Arc::clone(&known.terminal_id),
        address: peer.counted,
        key,
        request,
        received_at_ms,
    };
    Ok(axum::Json(app.sign_ins.submit(arrived).await?))
}
