//! `GET /api/v1/programmes`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::staff_programme::StaffProgramme;

use super::super::extract::{Query, StaffAuth};
use super::super::paging::{Page, Paging};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::programmes::staff::list as all;

/// Programmes of the own subtree, drafts among them, newest first.
#[utoipa::path(get, path = "/api/v1/programmes", tag = "programmes", params(Paging),
    responses((status = 200, body = Page<StaffProgramme>)), security(("staff" = [])))]
pub async fn list(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Query(paging): Query<Paging>,
) -> Answer<Json<Page<StaffProgramme>>> {
    let limit = paging.limit();
    let (items, next) = app
        .blocking(move |app| all(&app.store, &staff, paging.before.as_deref(), limit))
        .await?;
    Ok(Json(Page { items, next }))
}
