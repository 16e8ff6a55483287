//! `GET /api/v1/meetings/{id}`

use std::sync::Arc;

use axum::extract::State;
use contract::meeting::StaffMeeting;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::meetings;

/// One meeting that concerns the own subtree.
#[utoipa::path(get, path = "/api/v1/meetings/{id}", tag = "meetings",
    params(("id" = String, Path, description = "The meeting")),
    responses((status = 200, body = StaffMeeting, headers(("ETag" = String, description = "The version"))), (status = 404, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn get(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<Versioned<StaffMeeting>> {
    let found = app
        .blocking(move |app| meetings::get(&app.store, &staff, &id))
        .await?;
    Ok(Versioned::new(found))
}
