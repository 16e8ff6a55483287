//! `GET /api/v1/members/duplicates`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::member::DuplicateGroup;

use super::super::extract::{Query, StaffAuth};
use super::super::paging::{Page, Paging};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::members::read;

/// Who is probably registered twice: people of the own subtree with one identity number. The
/// server merges nobody. In the order of registration; `before` is the `next` of the page before.
#[utoipa::path(get, path = "/api/v1/members/duplicates", tag = "members", params(Paging),
    responses((status = 200, body = Page<DuplicateGroup>)), security(("staff" = [])))]
pub async fn duplicates(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Query(paging): Query<Paging>,
) -> Answer<Json<Page<DuplicateGroup>>> {
    let now_ms = app.now_ms();
    let limit = paging.limit();
    let found = app
        .blocking(move |app| {
            read::duplicates(&app.store, &staff, paging.before.as_deref(), limit, now_ms)
        })
        .await?;
    Ok(Json(Page::new(found, limit, |group| &group.member_id)))
}
