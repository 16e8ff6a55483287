//! `POST /api/v1/terminal/reports`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::request::{NewReport, RequestReceipt};

use super::super::super::extract::{IdempotencyKey, Json, Peer, TerminalAuth};
use super::super::super::problem::Answer;
use super::super::super::uncached::Uncached;
use crate::app::App;
use crate::services::confidential_reports;
use crate::services::people::session::Stand;

/// Sends a confidential report. Of the terminal and its household nothing is kept.
#[utoipa::path(post, path = "/api/v1/terminal/reports", tag = "terminal",
    params(("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters")),
    request_body = NewReport,
    responses((status = 201, body = RequestReceipt),
        (status = 403, body = contract::error::Problem, description = "Not at this TV"),
        (status = 404, body = contract::error::Problem, description = "No such category"),
        (status = 409, body = contract::error::Problem, description = "Another has this number: make another"),
        (status = 422, body = contract::error::Problem, description = "`invalid`, or `key_reused`"),
        (status = 429, body = contract::error::Problem, description = "`too_many`"),
        (status = 507, body = contract::error::Problem, description = "`storage_full`")),
    security(("terminal" = [])))]
pub async fn report(
    State(app): State<Arc<App>>,
    TerminalAuth(known): TerminalAuth,
    peer: Peer,
    IdempotencyKey(key): IdempotencyKey,
    Json(new): Json<NewReport>,
) -> Answer<(StatusCode, Uncached<RequestReceipt>)> {
    let now_ms = app.now_ms();
    let receipt = app
        .blocking(move |app| {
            let stand = Stand {
                terminal_id: &known.terminal_id,
                address: &peer.counted,
            };
            confidential_reports::report(&app.asking(), stand, &key, &new, now_ms)
        })
        .await?;
    Ok((StatusCode::CREATED, Uncached(receipt)))
}
