//! `POST /api/v1/terminal/evaluations/{id}/objections`

use std::sync::Arc;

use axum::extract::State;
use contract::evaluation::{Entitlement, Objection};

use super::super::extract::{IdempotencyKey, Json, Path, TerminalAuth};
use super::super::problem::Answer;
use super::super::uncached::Uncached;
use crate::app::App;
use crate::services::evaluations::entitlement;

/// One of the people of this TV says that they should be entitled (我应该能投). Sent again with the same key it counts
/// once.
#[utoipa::path(post, path = "/api/v1/terminal/evaluations/{id}/objections", tag = "terminal",
    params(("id" = String, Path, description = "The evaluation"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters")),
    request_body = Objection,
    responses((status = 200, body = Entitlement),
        (status = 403, body = contract::error::Problem, description = "They are none of the people of this TV"),
        (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem,
            description = "They are entitled, were answered, or it is over"),
        (status = 422, body = contract::error::Problem, description = "`key_reused`")),
    security(("terminal" = [])))]
pub async fn object(
    State(app): State<Arc<App>>,
    TerminalAuth(known): TerminalAuth,
    Path(id): Path<String>,
    IdempotencyKey(key): IdempotencyKey,
    Json(Objection { member_id }): Json<Objection>,
) -> Answer<Uncached<Entitlement>> {
    let now_ms = app.now_ms();
    let standing = app
        .blocking(move |app| {
            let about = (id.as_str(), member_id.as_str());
            entitlement::object(&app.store, &known.terminal_id, &key, about, now_ms)
        })
        .await?;
    Ok(Uncached(standing))
}
