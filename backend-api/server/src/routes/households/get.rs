//! `GET /api/v1/households/{id}`

use std::sync::Arc;

use axum::extract::State;
use contract::member::Household;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::households;

/// One household with who lives there.
#[utoipa::path(get, path = "/api/v1/households/{id}", tag = "households",
    params(("id" = String, Path, description = "The household")),
    responses((status = 200, body = Household, headers(("ETag" = String, description = "The version"))), (status = 404, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn get(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<Versioned<Household>> {
    let found = app
        .blocking(move |app| households::get(&app.store, &staff, &id))
        .await?;
    Ok(Versioned::new(found))
}
