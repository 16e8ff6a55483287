//! `GET /api/v1/terminal/request-links/{id}`

use std::sync::Arc;

use axum::extract::State;
use contract::request::RequestLinkState;

use super::super::super::extract::{Path, TerminalAuth};
use super::super::super::problem::Answer;
use super::super::super::uncached::Uncached;
use crate::app::App;
use crate::services::request_links;

/// Whether a telephone has the page, and what was sent from it.
#[utoipa::path(get, path = "/api/v1/terminal/request-links/{id}", tag = "terminal",
    params(("id" = String, Path, description = "Id")),
    responses((status = 200, body = RequestLinkState),
        (status = 404, body = contract::error::Problem, description = "Not of this terminal, or it has ended")),
    security(("terminal" = [])))]
pub async fn state(
    State(app): State<Arc<App>>,
    TerminalAuth(known): TerminalAuth,
    Path(id): Path<String>,
) -> Answer<Uncached<RequestLinkState>> {
    let state = app
        .blocking(move |app| request_links::state(&app.store, &known.terminal_id, &id))
        .await?;
    Ok(Uncached(state))
}
