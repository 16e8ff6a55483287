//! `POST /api/v1/terminal/reports/follow`

use std::sync::Arc;

use axum::extract::State;
use contract::request::{ReportKey, TerminalRequest};

use super::super::super::extract::{Json, Peer, TerminalAuth};
use super::super::super::problem::Answer;
use super::super::super::uncached::Uncached;
use crate::app::App;
use crate::services::confidential_reports;
use crate::services::people::session::Stand;

/// How a confidential report stands. A wrong number and a wrong PIN are answered alike, and counted.
#[utoipa::path(post, path = "/api/v1/terminal/reports/follow", tag = "terminal",
    request_body = ReportKey,
    responses((status = 200, body = TerminalRequest),
        (status = 404, body = contract::error::Problem, description = "Number or PIN is wrong"),
        (status = 429, body = contract::error::Problem, description = "`too_many`")),
    security(("terminal" = [])))]
pub async fn follow(
    State(app): State<Arc<App>>,
    TerminalAuth(known): TerminalAuth,
    peer: Peer,
    Json(key): Json<ReportKey>,
) -> Answer<Uncached<TerminalRequest>> {
    let now_ms = app.now_ms();
    let report = app
        .blocking(move |app| {
            let stand = Stand {
                terminal_id: &known.terminal_id,
                address: &peer.counted,
            };
            confidential_reports::follow(&app.asking(), stand, &key, now_ms)
        })
        .await?;
    Ok(Uncached(report))
}
