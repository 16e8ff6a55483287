//! `POST /api/v1/terminal/member-sessions`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::member::{MemberSession, MemberSessionRequest};

use super::super::extract::{Json, Peer, TerminalAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::people::session::{self, Stand};

/// Opens one person's own data on this TV for ten minutes.
#[utoipa::path(post, path = "/api/v1/terminal/member-sessions", tag = "terminal",
    request_body = MemberSessionRequest,
    responses((status = 201, body = MemberSession),
        (status = 403, body = contract::error::Problem,
            description = "`wrong_pin`, `no_pin`, `unknown_card`, or `forbidden`: not here"),
        (status = 429, body = contract::error::Problem, description = "`pin_locked` or `too_many`")),
    security(("terminal" = [])))]
pub async fn open_session(
    State(app): State<Arc<App>>,
    TerminalAuth(known): TerminalAuth,
    peer: Peer,
    Json(request): Json<MemberSessionRequest>,
) -> Answer<(StatusCode, axum::Json<MemberSession>)> {
    let now_ms = app.now_ms();
    let session = app
        .blocking(move |app| {
            let stand = Stand {
                terminal_id: &known.terminal_id,
                address: &peer.counted,
            };
            let proof = &request.proof;
            session::open(&app.store, &app.vault, &app.limits, stand, proof, now_ms)
        })
        .await?;
    Ok((StatusCode::CREATED, axum::Json(session)))
}
