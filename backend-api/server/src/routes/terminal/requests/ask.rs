//! `POST /api/v1/terminal/requests`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::request::{NewRequest, RequestReceipt};

use super::super::super::extract::{IdempotencyKey, Json, Peer, TerminalAuth};
use super::super::super::problem::Answer;
use super::super::super::uncached::Uncached;
use crate::app::App;
use crate::services::people::session::Stand;
use crate::services::requests::asking;

/// Asks for something. Sent again with the same key it is the same request; `age_ms` may differ.
#[utoipa::path(post, path = "/api/v1/terminal/requests", tag = "terminal",
    params(("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters")),
    request_body = NewRequest,
    responses((status = 201, body = RequestReceipt),
        (status = 403, body = contract::error::Problem,
            description = "`wrong_pin`, `no_pin`, `unknown_card`, `forbidden`"),
        (status = 404, body = contract::error::Problem, description = "No such category for this TV"),
        (status = 409, body = contract::error::Problem, description = "The category was taken back"),
        (status = 413, body = contract::error::Problem),
        (status = 422, body = contract::error::Problem, description = "`invalid`, `key_reused`"),
        (status = 429, body = contract::error::Problem, description = "`pin_locked`, `too_many`"),
        (status = 507, body = contract::error::Problem, description = "`storage_full`")),
    security(("terminal" = [])))]
pub async fn ask(
    State(app): State<Arc<App>>,
    TerminalAuth(known): TerminalAuth,
    peer: Peer,
    IdempotencyKey(key): IdempotencyKey,
    Json(new): Json<NewRequest>,
) -> Answer<(StatusCode, Uncached<RequestReceipt>)> {
    let now_ms = app.now_ms();
    let receipt = app
        .blocking(move |app| {
            let stand = Stand {
                terminal_id: &known.terminal_id,
                address: &peer.counted,
            };
            asking::ask(&app.asking(), stand, &key, &new, now_ms)
        })
        .await?;
    Ok((StatusCode::CREATED, Uncached(receipt)))
}
