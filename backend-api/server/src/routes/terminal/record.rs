//! `GET /api/v1/terminal/record`

use std::sync::Arc;

use axum::extract::State;
use contract::member::MemberRecord;

use super::super::extract::{MemberToken, TerminalAuth};
use super::super::problem::Answer;
use super::super::uncached::Uncached;
use crate::app::App;
use crate::services::people::record;

/// A member's own record. Needs their session, opened on this TV.
#[utoipa::path(get, path = "/api/v1/terminal/record", tag = "terminal",
    params(("Member-Session" = String, Header, description = "Token of the session")),
    responses((status = 200, body = MemberRecord),
        (status = 403, body = contract::error::Problem, description = "No session, or it has ended")),
    security(("terminal" = [])))]
pub async fn record(
    State(app): State<Arc<App>>,
    TerminalAuth(known): TerminalAuth,
    MemberToken(token): MemberToken,
) -> Answer<Uncached<MemberRecord>> {
    let now_ms = app.now_ms();
    let found = app
        .blocking(move |app| record::of_session(&app.store, &known.terminal_id, &token, now_ms))
        .await?;
    Ok(Uncached(found))
}
