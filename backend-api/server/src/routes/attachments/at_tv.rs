//! `GET /api/v1/terminal/requests/{id}/attachments/{attachment}`

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::super::extract::{MemberToken, Path, Peer, TerminalAuth};
use super::super::problem::{Answer, Refusal};
use super::answer;
use crate::app::App;
use crate::services::people::session::Stand;
use crate::services::request_attachments as view;

/// A voice or a picture of a request of this terminal's people; at a station of the member whose session it is.
#[utoipa::path(get, path = "/api/v1/terminal/requests/{id}/attachments/{attachment}", tag = "terminal",
    params(("id" = String, Path, description = "Id of the request"),
        ("attachment" = String, Path, description = "Id of the attachment"),
        ("Member-Session" = Option<String>, Header, description = "At a station: token of a member session")),
    responses((status = 200, description = "The bytes, `audio/ogg` or `image/jpeg`"),
        (status = 403, body = contract::error::Problem, description = "At a station without a session"),
        (status = 404, body = contract::error::Problem),
        (status = 429, body = contract::error::Problem, description = "`too_many`: sessions are guessed here")),
    security(("terminal" = [])))]
pub async fn at_tv(
    State(app): State<Arc<App>>,
    TerminalAuth(known): TerminalAuth,
    peer: Peer,
    session: Result<MemberToken, Refusal>,
    Path((id, attachment)): Path<(String, String)>,
) -> Answer<Response> {
    let now_ms = app.now_ms();
    let session = session.ok().map(|MemberToken(token)| token);
    let found = app
        .blocking(move |app| {
            let stand = Stand {
                terminal_id: &known.terminal_id,
                address: &peer.counted,
            };
            let of = (id.as_str(), attachment.as_str());
            view::at_tv(&app.asking(), stand, session.as_deref(), of, now_ms)
        })
        .await?;
    Ok(answer(found))
}
