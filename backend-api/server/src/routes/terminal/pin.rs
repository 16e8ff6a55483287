//! `POST /api/v1/terminal/pins`

use std::sync::Arc;

use axum::extract::State;
use contract::member::{MemberRef, PinByCard};

use super::super::extract::{IdempotencyKey, Json, Peer, TerminalAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::people::pin;
use crate::services::people::session::Stand;

/// Sets a new PIN with the card as proof, at a station. Answers whose it is.
#[utoipa::path(post, path = "/api/v1/terminal/pins", tag = "terminal",
    params(("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters")),
    request_body = PinByCard,
    responses((status = 200, body = MemberRef),
        (status = 403, body = contract::error::Problem,
            description = "`unknown_card`, or `forbidden`: not at this TV"),
        (status = 422, body = contract::error::Problem, description = "`invalid`: too easy, or `key_reused`"),
        (status = 429, body = contract::error::Problem, description = "`too_many`")),
    security(("terminal" = [])))]
pub async fn pin(
    State(app): State<Arc<App>>,
    TerminalAuth(known): TerminalAuth,
    peer: Peer,
    IdempotencyKey(key): IdempotencyKey,
    Json(request): Json<PinByCard>,
) -> Answer<axum::Json<MemberRef>> {
    let now_ms = app.now_ms();
    let member = app
        .blocking(move |app| {
            let stand = Stand {
                terminal_id: &known.terminal_id,
                address: &peer.counted,
            };
            pin::set(
                &app.store,
                &app.vault,
                &app.limits,
                stand,
                &key,
                &request,
                now_ms,
            )
        })
        .await?;
    Ok(axum::Json(member))
}
