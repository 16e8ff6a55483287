//! `GET /api/v1/roll-calls/{id}`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::roll_call::RollCall;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::roll_call::show;

/// One roll call, with the figures of the own subtree.
#[utoipa::path(get, path = "/api/v1/roll-calls/{id}", tag = "roll calls",
    params(("id" = String, Path, description = "The roll call")),
    responses((status = 200, body = RollCall), (status = 404, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn get(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<Json<RollCall>> {
    let found = app
        .blocking(move |app| show::get(&app.store, &app.figures, &staff, &id))
        .await?;
    Ok(Json(found))
}
