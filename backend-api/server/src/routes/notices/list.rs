//! `GET /api/v1/notices`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::staff::StaffNotice;
use serde::Deserialize;

use super::super::extract::{Query, StaffAuth};
use super::super::paging::Page;
use super::super::problem::Answer;
use crate::app::App;
use crate::services::notices;

/// Which notices.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Only those nobody has looked at.
    #[serde(default)]
    unseen: bool,
    /// `next` of the page before.
    before: Option<String>,
    /// Items on a page, 1 to 200; 50 when left out.
    limit: Option<u32>,
}

/// What staff of the own subtree should look at, newest first: requests that are due, for whoever may see members
/// also locked PINs, sign-ins to verify and probable duplicates.
#[utoipa::path(get, path = "/api/v1/notices", tag = "notices", params(Wanted),
    responses((status = 200, body = Page<StaffNotice>)), security(("staff" = [])))]
pub async fn list(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Query(wanted): Query<Wanted>,
) -> Answer<Json<Page<StaffNotice>>> {
    let limit = wanted.limit.unwrap_or(50).clamp(1, 200);
    let found = app
        .blocking(move |app| {
            let before = wanted.before.as_deref();
            notices::list(&app.store, &staff, wanted.unseen, before, limit)
        })
        .await?;
    Ok(Json(Page::new(found, limit, |notice| &notice.id)))
}
