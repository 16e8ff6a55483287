//! `PUT /api/v1/terminals/{id}`

use std::sync::Arc;

use axum::extract::State;
use contract::terminal::{Terminal, TerminalDraft};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::{MayMatch, Versioned};
use crate::app::App;
use crate::services::terminals;

/// Says what a terminal is, where it stands and whose TV it is. It is told at once, and so is a TV
/// that the household had before.
#[utoipa::path(put, path = "/api/v1/terminals/{id}", tag = "terminals",
    params(("id" = String, Path, description = "The terminal"),
        ("If-Match" = Option<String>, Header, description = "The version that was edited; without it whatever is there is written over")), request_body = TerminalDraft,
    responses((status = 200, body = Terminal, headers(("ETag" = String, description = "The version"))), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem), (status = 412, body = contract::error::Problem, description = "`stale`"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn edit(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    MayMatch(seen): MayMatch,
    Json(draft): Json<TerminalDraft>,
) -> Answer<Versioned<Terminal>> {
    let now_ms = app.now_ms();
    let terminal = app
        .blocking(move |app| terminals::edit(&app.store, Some(&staff), &id, seen, &draft, now_ms))
        .await?;
    Ok(Versioned::new(terminal))
}
