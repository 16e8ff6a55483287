//! `GET /api/v1/programmes`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::staff_programme::StaffProgramme;
use serde::Deserialize;

use super::super::extract::{Query, StaffAuth};
use super::super::paging::Page;
use super::super::problem::Answer;
use crate::app::App;
use crate::services::programmes::staff::{Filter, list as all};

/// Which programmes.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Those that were withdrawn, in place of all others.
    #[serde(default)]
    withdrawn: bool,
    /// Of published ones also how often they were watched.
    #[serde(default)]
    figures: bool,
    /// `next` of the page before.
    before: Option<String>,
    /// Items on a page, 1 to 200; 50 when left out.
    limit: Option<u32>,
}

/// Programmes of the own subtree, drafts among them, newest first.
#[utoipa::path(get, path = "/api/v1/programmes", tag = "programmes", params(Wanted),
    responses((status = 200, body = Page<StaffProgramme>)), security(("staff" = [])))]
pub async fn list(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Query(wanted): Query<Wanted>,
) -> Answer<Json<Page<StaffProgramme>>> {
    let limit = wanted.limit.unwrap_or(50).clamp(1, 200);
    let (items, next) = app
        .blocking(move |app| {
            let before = wanted.before.as_deref();
            let filter = Filter {
                withdrawn: wanted.withdrawn,
                figures: wanted.figures,
            };
            all(&app.store, &staff, filter, before, limit)
        })
        .await?;
    Ok(Json(Page { items, next }))
}
