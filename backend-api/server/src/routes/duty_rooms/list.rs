//! `GET /api/v1/duty-rooms`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::duty::DutyRoom;

use super::super::extract::{Query, StaffAuth};
use super::super::paging::{Page, Paging};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::duty::rooms;

/// Duty rooms of the own subtree, and whether somebody looks into them now.
#[utoipa::path(get, path = "/api/v1/duty-rooms", tag = "duty", params(Paging),
    responses((status = 200, body = Page<DutyRoom>)), security(("staff" = [])))]
pub async fn list(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Query(paging): Query<Paging>,
) -> Answer<Json<Page<DutyRoom>>> {
    let limit = paging.limit();
    let found = app
        .blocking(move |app| rooms::list(&app.store, &staff, paging.before.as_deref(), limit))
        .await?;
    Ok(Json(Page::new(found, limit, |room| &room.id)))
}
