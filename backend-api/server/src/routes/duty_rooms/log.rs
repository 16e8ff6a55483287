//! `GET /api/v1/duty-rooms/{id}/looks`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::duty::DutyLook;

use super::super::extract::{Path, Query, StaffAuth};
use super::super::paging::{Page, Paging};
use super::super::problem::Answer;
use crate::app::App;

/// Who looked into a duty room, and from when to when.
#[utoipa::path(get, path = "/api/v1/duty-rooms/{id}/looks", tag = "duty",
    params(("id" = String, Path, description = "The room"), Paging),
    responses((status = 200, body = Page<DutyLook>), (status = 403, body = contract::error::Problem),
        (status = 404, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn log(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    Query(paging): Query<Paging>,
) -> Answer<Json<Page<DutyLook>>> {
    let limit = paging.limit();
    let found = app
        .blocking(move |app| app.duty.log(&staff, &id, paging.before.as_deref(), limit))
        .await?;
    Ok(Json(Page::new(found, limit, |look| &look.id)))
}
