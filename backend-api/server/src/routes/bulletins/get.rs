//! `GET /api/v1/bulletins/{id}`

use std::sync::Arc;

use axum::extract::State;
use contract::staff::StaffBulletin;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::bulletins;

/// One bulletin, whatever its state. Its version is in `ETag` too.
#[utoipa::path(get, path = "/api/v1/bulletins/{id}", tag = "bulletins",
    params(("id" = String, Path, description = "The bulletin")),
    responses((status = 200, body = StaffBulletin, headers(("ETag" = String, description = "The version"))), (status = 404, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn get(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<Versioned<StaffBulletin>> {
    let found = app
        .blocking(move |app| bulletins::get(&app.store, &staff, &id))
        .await?;
    Ok(Versioned::new(found))
}
