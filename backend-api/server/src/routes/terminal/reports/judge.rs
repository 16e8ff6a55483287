//! `POST /api/v1/terminal/reports/verdict`

use std::sync::Arc;

use axum::extract::State;
use contract::request::{ReportVerdict, TerminalRequest};

use super::super::super::extract::{IdempotencyKey, Json, Peer, TerminalAuth};
use super::super::super::problem::Answer;
use super::super::super::uncached::Uncached;
use crate::app::App;
use crate::services::confidential_reports;
use crate::services::people::session::Stand;

/// What the author of a confidential report says of an answer. Answers the report as it stands then.
#[utoipa::path(post, path = "/api/v1/terminal/reports/verdict", tag = "terminal",
    params(("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters")),
    request_body = ReportVerdict,
    responses((status = 200, body = TerminalRequest),
        (status = 404, body = contract::error::Problem, description = "Number or PIN is wrong"),
        (status = 409, body = contract::error::Problem, description = "There is nothing to judge, or a later answer"),
        (status = 422, body = contract::error::Problem, description = "`invalid`, or `key_reused`"),
        (status = 429, body = contract::error::Problem, description = "`too_many`")),
    security(("terminal" = [])))]
pub async fn judge(
    State(app): State<Arc<App>>,
    TerminalAuth(known): TerminalAuth,
    peer: Peer,
    IdempotencyKey(key): IdempotencyKey,
    Json(verdict): Json<ReportVerdict>,
) -> Answer<Uncached<TerminalRequest>> {
    let now_ms = app.now_ms();
    let report = app
        .blocking(move |app| {
            let stand = Stand {
                terminal_id: &known.terminal_id,
                address: &peer.counted,
            };
            confidential_reports::judge(&app.asking(), stand, &key, &verdict, now_ms)
        })
        .await?;
    Ok(Uncached(report))
}
