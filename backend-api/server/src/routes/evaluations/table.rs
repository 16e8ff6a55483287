//! `GET /api/v1/evaluations/{id}/ballots.csv`

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::super::extract::{Path, Peer};
use super::super::problem::Answer;
use crate::app::App;

/// The table that is published of the ballots of a closed evaluation, for everybody: no session is asked for. Its
/// SHA-256 stands in the result, and in `ETag`.
#[utoipa::path(get, path = "/api/v1/evaluations/{id}/ballots.csv", tag = "evaluations",
    params(("id" = String, Path, description = "The evaluation")),
    responses((status = 200, body = String, content_type = "text/csv"),
        (status = 404, body = contract::error::Problem,
            description = "There is no such evaluation, it is not closed, or nothing may be published: all alike"),
        (status = 429, body = contract::error::Problem, description = "The address asks too often")))]
pub async fn table(
    State(app): State<Arc<App>>,
    peer: Peer,
    Path(id): Path<String>,
) -> Answer<Response> {
    let (address, now_ms) = (peer.counted, app.now_ms());
    let table = app
        .blocking(move |app| {
            app.tables
                .of(&app.store, &app.limits, (&id, &address), now_ms)
        })
        .await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"ballots.csv\"".to_owned(),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::ETAG, format!("\"{}\"", table.sha256)),
    ];
    Ok((headers, table.csv.clone()).into_response())
}
