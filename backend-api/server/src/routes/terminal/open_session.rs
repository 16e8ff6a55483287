//! `POST /api/v1/terminal/member-sessions`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::member::{MemberSession, MemberSessionRequest};

use super::super::extract::{Json, TerminalAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::kit::error::ServiceError;
use crate::services::people::session;

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
    Json(request): Json<MemberSessionRequest>,
) -> Answer<(StatusCode, axum::Json<MemberSession>)> {
    let now_ms = app.now_ms();
    app.card_limit.check(&known.terminal_id, now_ms)?;
    let session = app
        .blocking(move |app| {
            let id = &known.terminal_id;
            let opened = session::open(&app.store, &app.vault, id, &request.proof, now_ms);
            if matches!(opened, Err(ServiceError::UnknownCard)) {
                app.card_limit.attempt(id, now_ms)?;
            }
            opened
        })
        .await?;
    Ok((StatusCode::CREATED, axum::Json(session)))
}
