//! `POST /api/v1/terminal/request-links`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::request::{NewRequestLink, RequestLink};

use super::super::super::extract::{Json, Peer, TerminalAuth};
use super::super::super::problem::Answer;
use super::super::super::uncached::Uncached;
use crate::app::App;
use crate::services::people::session::Stand;
use crate::services::request_links;

/// Makes a page for one telephone, where somebody types and photographs what they ask. The one before that
/// nobody opened ends with it.
#[utoipa::path(post, path = "/api/v1/terminal/request-links", tag = "terminal",
    request_body = NewRequestLink,
    responses((status = 201, body = RequestLink),
        (status = 403, body = contract::error::Problem, description = "Not at this TV, or a wrong proof"),
        (status = 404, body = contract::error::Problem, description = "No such category"),
        (status = 422, body = contract::error::Problem, description = "Confidential reports have none"),
        (status = 429, body = contract::error::Problem, description = "`pin_locked`, `too_many`")),
    security(("terminal" = [])))]
pub async fn create(
    State(app): State<Arc<App>>,
    TerminalAuth(known): TerminalAuth,
    peer: Peer,
    Json(new): Json<NewRequestLink>,
) -> Answer<(StatusCode, Uncached<RequestLink>)> {
    let now_ms = app.now_ms();
    let link = app
        .blocking(move |app| {
            let stand = Stand {
                terminal_id: &known.terminal_id,
                address: &peer.counted,
            };
            request_links::create(&app.asking(), stand, &new, &app.public_url, now_ms)
        })
        .await?;
    Ok((StatusCode::CREATED, Uncached(link)))
}
