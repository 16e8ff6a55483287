//! `GET /api/v1/terminal/evaluations`

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use contract::MEMBER_SESSION;
use contract::evaluation::TerminalEvaluations;

use super::super::extract::{Peer, TerminalAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::evaluations::entitlement;
use crate::services::kit::error::{Result, ServiceError};
use crate::services::people::session::Stand;
use crate::services::secrets;

/// How the people of this TV stand with what is announced or open (我能投吗); with a member's session, that member.
/// Send the `ETag` as `If-None-Match`: 304 when nothing but the time has changed.
#[utoipa::path(get, path = "/api/v1/terminal/evaluations", tag = "terminal",
    params(("If-None-Match" = Option<String>, Header, description = "`ETag` of the answer before"),
        ("Member-Session" = Option<String>, Header, description = "Token of a session, at a station")),
    responses((status = 200, body = TerminalEvaluations), (status = 304, description = "Nothing new"),
        (status = 403, body = contract::error::Problem, description = "The session has ended"),
        (status = 429, body = contract::error::Problem, description = "`too_many`")),
    security(("terminal" = [])))]
pub async fn evaluations(
    State(app): State<Arc<App>>,
    TerminalAuth(known): TerminalAuth,
    peer: Peer,
    headers: HeaderMap,
) -> Answer<Response> {
    let now_ms = app.now_ms();
    let session = headers
        .get(MEMBER_SESSION)
        .and_then(|token| token.to_str().ok())
        .filter(|token| (1..=256).contains(&token.len()))
        .map(str::to_owned);
    let found = app
        .blocking(move |app| {
            let stand = Stand {
                terminal_id: &known.terminal_id,
                address: &peer.counted,
            };
            let session = session.as_deref();
            entitlement::of_terminal(&app.store, &app.limits, stand, session, now_ms)
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
fn etag(found: &TerminalEvaluations) -> Result<HeaderValue> {
    let internal = |error: String| ServiceError::Internal(format!("entity tag: {error}"));
    let text =
        serde_json::to_string(&found.evaluations).map_err(|error| internal(error.to_string()))?;
    let mut hash = secrets::sha256_hex(&text);
    hash.truncate(32);
    HeaderValue::from_str(&format!("\"{hash}\"")).map_err(|error| internal(error.to_string()))
}
