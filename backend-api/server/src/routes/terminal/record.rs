//! `GET /api/v1/terminal/record`

use std::sync::Arc;

use axum::extract::State;
use contract::member::MemberRecord;

use super::super::extract::{MemberToken, Peer, TerminalAuth};
use super::super::problem::Answer;
use super::super::uncached::Uncached;
use crate::app::App;
use crate::services::people::record;
use crate::services::people::session::Stand;

/// A member's own record. Needs their session, opened on this TV.
#[utoipa::path(get, path = "/api/v1/terminal/record", tag = "terminal",
    params(("Member-Session" = String, Header, description = "Token of the session")),
    responses((status = 200, body = MemberRecord),
        (status = 403, body = contract::error::Problem, description = "No session, or it has ended"),
        (status = 429, body = contract::error::Problem, description = "`too_many`")),
    security(("terminal" = [])))]
pub async fn record(
    State(app): State<Arc<App>>,
    TerminalAuth(known): TerminalAuth,
    peer: Peer,
    MemberToken(token): MemberToken,
) -> Answer<Uncached<MemberRecord>> {
    let now_ms = app.now_ms();
    let found = app
        .blocking(move |app| {
            let stand = Stand {
                terminal_id: &known.terminal_id,
                address: &peer.counted,
            };
            record::of_session(&app.store, &app.limits, stand, &token, now_ms)
        })
        .await?;
    Ok(Uncached(found))
}
