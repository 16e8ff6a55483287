//! `POST /api/v1/terminal/requests/{id}/verdict`

use std::sync::Arc;

use axum::extract::State;
use contract::request::{TerminalRequest, Verdict};

use super::super::super::extract::{IdempotencyKey, Json, Path, Peer, TerminalAuth};
use super::super::super::problem::Answer;
use super::super::super::uncached::Uncached;
use super::act::act;
use crate::app::App;
use crate::services::requests::asker::Deed;

/// What the asker says of the answer. Not solved: it goes one level higher, with a new clock.
#[utoipa::path(post, path = "/api/v1/terminal/requests/{id}/verdict", tag = "terminal",
    params(("id" = String, Path, description = "The request"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters")),
    request_body = Verdict,
    responses((status = 200, body = TerminalRequest, description = "As it stands now"),
        (status = 403, body = contract::error::Problem,
            description = "`wrong_pin`, `no_pin`, `unknown_card`, `forbidden`"),
        (status = 404, body = contract::error::Problem, description = "None of the people of this TV asked it"),
        (status = 409, body = contract::error::Problem, description = "They were not asked, have said already, or have not seen the last answer"),
        (status = 422, body = contract::error::Problem, description = "`invalid`, `key_reused`"),
        (status = 429, body = contract::error::Problem, description = "`pin_locked`, `too_many`")),
    security(("terminal" = [])))]
pub async fn judge(
    State(app): State<Arc<App>>,
    TerminalAuth(known): TerminalAuth,
    peer: Peer,
    Path(id): Path<String>,
    IdempotencyKey(key): IdempotencyKey,
    Json(said): Json<Verdict>,
) -> Answer<Uncached<TerminalRequest>> {
    act(app, known, peer, (id, key), Deed::Judge(said)).await
}
