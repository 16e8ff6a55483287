//! `GET /api/v1/feed`

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use contract::feed::FeedPage;
use contract::terminal::TerminalStorage;
use serde::Deserialize;
use store::feed::{self, Cursor};

use super::super::extract::{Query, TerminalAuth};
use super::super::problem::{Answer, Refusal};
use crate::app::App;
use crate::services::kit::error::ServiceError;
use crate::services::terminals;
use crate::services::tokens::Known;

/// Documents on one page: some 200 KB of bulletins.
const PAGE: u32 = 50;

/// Where to continue.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Since {
    /// From the page before; left out by a terminal that has nothing.
    cursor: Option<String>,
}

/// Everything that changed for this terminal since its cursor. Send the `ETag` of the page before
/// as `If-None-Match`: 304 when there is nothing new.
#[utoipa::path(get, path = "/api/v1/feed", tag = "terminal", params(Since),
    responses((status = 200, body = FeedPage), (status = 304, description = "Nothing new")),
    security(("terminal" = [])))]
pub async fn get(
    State(app): State<Arc<App>>,
    TerminalAuth(terminal): TerminalAuth,
    Query(since): Query<Since>,
    headers: HeaderMap,
) -> Answer<Response> {
    note_storage(&app, &terminal, &headers).await?;
    let given = since.cursor.filter(|cursor| !cursor.is_empty());
    let cursor: Option<Cursor> = given.as_deref().and_then(|text| text.parse().ok());
    let unreadable = given.is_some() && cursor.is_none();

    // The ordinary case, some ten thousand times a second, asks no database.
    let now = app.channel(&terminal.organization_id).await?.now();
    let same = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|tag| tag.as_bytes() == now.etag.as_bytes());
    if same
        && cursor
            .as_ref()
            .is_some_and(|cursor| cursor.is_current(&now.head))
    {
        return Ok((StatusCode::NOT_MODIFIED, caching(&now.etag)?).into_response());
    }

    let server_time_ms = app.now_ms();
    let (head, page) = app
        .blocking(move |app| {
            Ok(app.store.read(|tx| {
                let head = feed::head(tx, &terminal.organization_id)?;
                let page = feed::changes(tx, &terminal.organization_id, cursor.as_ref(), PAGE)?;
                Ok::<_, store::Error>((head, page))
            })?)
        })
        .await?;
    let more = page.more;
    let body = FeedPage {
        cursor: page.cursor.to_string(),
        more,
        reset: page.reset || unreadable,
        server_time_ms,
        changes: page.changes,
    };
    // A page with another behind it must never be taken for the newest.
    let etag = if more {
        format!("\"{}\"", body.cursor)
    } else {
        format!("\"{head}\"")
    };
    Ok((caching(&etag)?, axum::Json(body)).into_response())
}

/// Where the terminal keeps things, if it says so and that is news.
async fn note_storage(
    app: &Arc<App>,
    terminal: &Arc<Known>,
    headers: &HeaderMap,
) -> Result<(), ServiceError> {
    let said = headers
        .get(contract::TERMINAL_STORAGE)
        .and_then(|name| TerminalStorage::named(name.to_str().ok()?));
    let Some(storage) = said.filter(|storage| !terminal.keeps_in(*storage)) else {
        return Ok(());
    };
    let (id, now_ms) = (Arc::clone(&terminal.terminal_id), app.now_ms());
    app.blocking(move |app| terminals::report_storage(&app.store, &id, storage, now_ms))
        .await?;
    terminal.note_storage(storage);
    Ok(())
}

fn caching(etag: &str) -> Result<HeaderMap, Refusal> {
    let etag = HeaderValue::from_str(etag)
        .map_err(|error| ServiceError::Internal(format!("entity tag: {error}")))?;
    let mut headers = HeaderMap::with_capacity(2);
    headers.insert(header::ETAG, etag);
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-cache"),
    );
    Ok(headers)
}
