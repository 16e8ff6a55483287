//! `GET /api/v1/programmes`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::staff_programme::StaffProgramme;
use serde::Deserialize;

use super::super::extract::{Query, StaffAuth};
use super::super::paging::{Page, Paging};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::programmes::staff::list as all;

/// What is told of each.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Told {
    /// Of published ones also how often they were watched.
    pub figures: Option<bool>,
}

/// Programmes of the own subtree, drafts among them, newest first.
#[utoipa::path(get, path = "/api/v1/programmes", tag = "programmes", params(Paging, Told),
    responses((status = 200, body = Page<StaffProgramme>)), security(("staff" = [])))]
pub async fn list(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Query(paging): Query<Paging>,
    Query(told): Query<Told>,
) -> Answer<Json<Page<StaffProgramme>>> {
    let limit = paging.limit();
    let with_figures = told.figures.unwrap_or(false);
    let (items, next) = app
        .blocking(move |app| {
            let before = paging.before.as_deref();
            all(&app.store, &staff, before, limit, with_figures)
        })
        .await?;
    Ok(Json(Page { items, next }))
}
