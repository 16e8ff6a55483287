//! `GET /api/v1/terminal/roll-calls`

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use contract::roll_call::TerminalRollCalls;

use super::super::extract::TerminalAuth;
use super::super::problem::Answer;
use crate::app::App;
use crate::services::kit::error::{Result, ServiceError};
use crate::services::roll_call::show;
use crate::services::secrets;

/// What this TV has to do with: open roll calls, those of the next day and those of the last. Send
/// the `ETag` as `If-None-Match`: 304 when nothing but the time has changed.
#[utoipa::path(get, path = "/api/v1/terminal/roll-calls", tag = "terminal",
    params(("If-None-Match" = Option<String>, Header, description = "`ETag` of the answer before")),
    responses((status = 200, body = TerminalRollCalls), (status = 304, description = "Nothing new")),
    security(("terminal" = [])))]
pub async fn roll_calls(
    State(app): State<Arc<App>>,
    TerminalAuth(known): TerminalAuth,
    headers: HeaderMap,
) -> Answer<Response> {
    let now_ms = app.now_ms();
    let found = app
        .blocking(move |app| {
            show::for_terminal(&app.store, &app.figures, &known.terminal_id, now_ms)
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
fn etag(found: &TerminalRollCalls) -> Result<HeaderValue> {
    let internal = |error: String| ServiceError::Internal(format!("entity tag: {error}"));
    let text =
        serde_json::to_string(&found.roll_calls).map_err(|error| internal(error.to_string()))?;
    let mut hash = secrets::sha256_hex(&text);
    hash.truncate(32);
    HeaderValue::from_str(&format!("\"{hash}\"")).map_err(|error| internal(error.to_string()))
}
