//! `PUT /api/v1/terminal/progress/{programme_id}`

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use contract::IDEMPOTENCY_KEY;
use contract::terminal::{Progress, ProgressReport};

use super::super::extract::{Json, Path, TerminalAuth};
use super::super::problem::{Answer, Refusal};
use crate::app::App;
use crate::services::terminals;

/// How far somebody watched. Sent again with the same key it counts once.
#[utoipa::path(put, path = "/api/v1/terminal/progress/{programme_id}", tag = "terminal",
    params(("programme_id" = String, Path, description = "The programme"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters")),
    request_body = ProgressReport,
    responses((status = 200, body = Progress), (status = 404, body = contract::error::Problem),
        (status = 422, body = contract::error::Problem, description = "`invalid`, or `key_reused`")),
    security(("terminal" = [])))]
pub async fn progress(
    State(app): State<Arc<App>>,
    TerminalAuth(known): TerminalAuth,
    Path(programme_id): Path<String>,
    headers: HeaderMap,
    Json(report): Json<ProgressReport>,
) -> Answer<axum::Json<Progress>> {
    let key = headers
        .get(IDEMPOTENCY_KEY)
        .and_then(|key| key.to_str().ok())
        .filter(|key| (1..=100).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic()))
        .ok_or_else(|| Refusal::bad_request("缺少 Idempotency-Key。"))?
        .to_owned();
    let now_ms = app.now_ms();
    let progress = app
        .blocking(move |app| {
            let terminal = &known.terminal_id;
            terminals::record_progress(&app.store, terminal, &programme_id, &key, &report, now_ms)
        })
        .await?;
    Ok(axum::Json(progress))
}
