//! `GET /api/v1/terminal/people`

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use contract::member::TerminalPeople;

use super::super::extract::TerminalAuth;
use super::super::problem::Answer;
use crate::app::App;
use crate::services::kit::error::ServiceError;
use crate::services::{people, secrets};

/// Who may sign in at this TV. Send the `ETag` as `If-None-Match`: 304 when nothing has changed.
#[utoipa::path(get, path = "/api/v1/terminal/people", tag = "terminal",
    params(("If-None-Match" = Option<String>, Header, description = "`ETag` of the answer before")),
    responses((status = 200, body = TerminalPeople), (status = 304, description = "Nothing new")),
    security(("terminal" = [])))]
pub async fn people(
    State(app): State<Arc<App>>,
    TerminalAuth(known): TerminalAuth,
    headers: HeaderMap,
) -> Answer<Response> {
    let (body, etag) = app
        .blocking(move |app| {
            let found = people::of_terminal(&app.store, &known.terminal_id)?;
            let internal = |error: String| ServiceError::Internal(format!("people: {error}"));
            let body =
                serde_json::to_string(&found).map_err(|error| internal(error.to_string()))?;
            let mut hash = secrets::sha256_hex(&body);
            hash.truncate(32);
            let etag = HeaderValue::from_str(&format!("\"{hash}\""))
                .map_err(|error| internal(error.to_string()))?;
            Ok((body, etag))
        })
        .await?;
    let same = headers.get(header::IF_NONE_MATCH) == Some(&etag);
    let caching = [
        (header::ETAG, etag),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    if same {
        return Ok((StatusCode::NOT_MODIFIED, caching).into_response());
    }
    let json = [(header::CONTENT_TYPE, "application/json")];
    Ok((caching, json, body).into_response())
}
