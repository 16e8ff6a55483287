//! `POST /api/v1/terminal/requests/{id}/withdraw`

use std::sync::Arc;

use axum::extract::State;
use contract::request::{TerminalRequest, Withdrawal};

use super::super::super::extract::{IdempotencyKey, Json, Path, Peer, TerminalAuth};
use super::super::super::problem::Answer;
use super::super::super::uncached::Uncached;
use super::act::act;
use crate::app::App;
use crate::services::requests::asker::Deed;

/// The asker takes it back.
#[utoipa::path(post, path = "/api/v1/terminal/requests/{id}/withdraw", tag = "terminal",
    params(("id" = String, Path, description = "The request"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters")),
    request_body = Withdrawal,
    responses((status = 200, body = TerminalRequest, description = "As it stands now"),
        (status = 403, body = contract::error::Problem,
            description = "`wrong_pin`, `no_pin`, `unknown_card`, `forbidden`"),
        (status = 404, body = contract::error::Problem, description = "None of the people of this TV asked it"),
        (status = 409, body = contract::error::Problem, description = "It is over"),
        (status = 422, body = contract::error::Problem, description = "`invalid`, `key_reused`"),
        (status = 429, body = contract::error::Problem, description = "`pin_locked`, `too_many`")),
    security(("terminal" = [])))]
pub async fn withdraw(
    State(app): State<Arc<App>>,
    TerminalAuth(known): TerminalAuth,
    peer: Peer,
    Path(id): Path<String>,
    IdempotencyKey(key): IdempotencyKey,
    Json(said): Json<Withdrawal>,
) -> Answer<Uncached<TerminalRequest>> {
    act(app, known, peer, (id, key), Deed::Withdraw(said)).await
}
