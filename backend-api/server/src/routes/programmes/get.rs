//! `GET /api/v1/programmes/{id}`

use std::sync::Arc;

use axum::extract::State;
use contract::staff_programme::StaffProgramme;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::programmes;

/// One programme: where it stands, how far its film is, and at how many televisions it was watched. Its version
/// is in `ETag` too.
#[utoipa::path(get, path = "/api/v1/programmes/{id}", tag = "programmes",
    params(("id" = String, Path, description = "The programme")),
    responses((status = 200, body = StaffProgramme, headers(("ETag" = String, description = "The version"))),
        (status = 404, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn get(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<Versioned<StaffProgramme>> {
    let found = app
        .blocking(move |app| programmes::staff::get(&app.store, &staff, &id))
        .await?;
    Ok(Versioned::new(found))
}
