//! `GET /api/v1/terminal/requests`

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use contract::request::TerminalRequests;

use super::super::super::extract::{Peer, TerminalAuth};
use super::super::super::problem::Answer;
use crate::app::App;
use crate::services::kit::error::{Result, ServiceError};
use crate::services::people::session::Stand;
use crate::services::requests::at_tv;
use crate::services::secrets;

/// What the people of this TV asked; at a station, what the member of the session did. Confidential reports are
/// never in it. Send the `ETag` as `If-None-Match`: 304 when nothing but the time has changed.
#[utoipa::path(get, path = "/api/v1/terminal/requests", tag = "terminal",
    params(("If-None-Match" = Option<String>, Header, description = "`ETag` of the answer before"),
        ("Member-Session" = Option<String>, Header, description = "At a station: token of the session")),
    responses((status = 200, body = TerminalRequests), (status = 304, description = "Nothing new"),
        (status = 403, body = contract::error::Problem, description = "At a station: no session, or it has ended"),
        (status = 429, body = contract::error::Problem, description = "`too_many`")),
    security(("terminal" = [])))]
pub async fn all(
    State(app): State<Arc<App>>,
    TerminalAuth(known): TerminalAuth,
    peer: Peer,
    headers: HeaderMap,
) -> Answer<Response> {
    let now_ms = app.now_ms();
    let token = headers
        .get(contract::MEMBER_SESSION)
        .and_then(|token| token.to_str().ok())
        .filter(|token| (1..=256).contains(&token.len()))
        .map(str::to_owned);
    let found = app
        .blocking(move |app| {
            let stand = Stand {
                terminal_id: &known.terminal_id,
                address: &peer.counted,
            };
            at_tv::all(&app.store, &app.limits, stand, token.as_deref(), now_ms)
        })
        .await?;
    let etag = etag(&found)?;
    let same = headers.get(header::IF_NONE_MATCH) == Some(&etag);
    let caching = [
        (header::ETAG, etag),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok(if same {
        (StatusCode::NOT_MODIFIED, caching).into_response()
    } else {
        (caching, axum::Json(found)).into_response()
    })
}

/// Of everything but the time.
fn etag(found: &TerminalRequests) -> Result<HeaderValue> {
    let internal = |error: String| ServiceError::Internal(format!("entity tag: {error}"));
    let text = serde_json::to_string(&(&found.requests, &found.phones))
        .map_err(|error| internal(error.to_string()))?;
    let mut hash = secrets::sha256_hex(&text);
    hash.truncate(32);
    HeaderValue::from_str(&format!("\"{hash}\"")).map_err(|error| internal(error.to_string()))
}
