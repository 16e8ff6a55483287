//! `POST /api/v1/terminal/pins`

use std::sync::Arc;

use axum::extract::State;
use contract::member::{MemberRef, PinByCard};

use super::super::extract::{IdempotencyKey, Json, TerminalAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::kit::error::ServiceError;
use crate::services::people::pin;

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
    IdempotencyKey(key): IdempotencyKey,
    Json(request): Json<PinByCard>,
) -> Answer<axum::Json<MemberRef>> {
    let now_ms = app.now_ms();
    app.card_limit.check(&known.terminal_id, now_ms)?;
    let member = app
        .blocking(move |app| {
            let id = &known.terminal_id;
            let set = pin::set(&app.store, &app.vault, id, &key, &request, now_ms);
            if matches!(set, Err(ServiceError::UnknownCard)) {
                app.card_limit.attempt(id, now_ms)?;
            }
            set
        })
        .await?;
    Ok(axum::Json(member))
}
