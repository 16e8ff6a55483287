//! `DELETE /api/v1/terminal/member-sessions/current`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::super::extract::{MemberToken, TerminalAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::people::session;

/// Ends a member's session before its time. Twice is fine.
#[utoipa::path(delete, path = "/api/v1/terminal/member-sessions/current", tag = "terminal",
    params(("Member-Session" = String, Header, description = "Token of the session")),
    responses((status = 204, description = "Ended")), security(("terminal" = [])))]
pub async fn end_session(
    State(app): State<Arc<App>>,
    TerminalAuth(known): TerminalAuth,
    MemberToken(token): MemberToken,
) -> Answer<StatusCode> {
    app.blocking(move |app| session::end(&app.store, &known.terminal_id, &token))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
