//! `GET /api/v1/duty-rooms/{id}`

use std::sync::Arc;

use axum::extract::State;
use contract::duty::DutyRoom;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::duty::rooms;

/// One duty room of the own subtree.
#[utoipa::path(get, path = "/api/v1/duty-rooms/{id}", tag = "duty",
    params(("id" = String, Path, description = "The room")),
    responses((status = 200, body = DutyRoom, headers(("ETag" = String, description = "The version"))), (status = 403, body = contract::error::Problem),
        (status = 404, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn get(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<Versioned<DutyRoom>> {
    let found = app
        .blocking(move |app| rooms::get(&app.store, &staff, &id))
        .await?;
    Ok(Versioned::new(found))
}
