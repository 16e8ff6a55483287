//! `GET /api/v1/households`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::member::{Household, HouseholdOnly};
use serde::Deserialize;

use super::super::extract::{Query, StaffAuth};
use super::super::paging::Page;
use super::super::problem::Answer;
use crate::app::App;
use crate::services::households::{self, Filter};

/// Which households.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Of the organization with this code and those below it; left out: of the own one.
    organization: Option<String>,
    /// Whose name, or that of somebody who lives there, contains this or is read so (pinyin: syllables or first
    /// letters).
    name: Option<String>,
    /// Only these.
    #[param(inline)]
    only: Option<HouseholdOnly>,
    /// The one whose TV the terminal with this id is.
    terminal: Option<String>,
    /// `next` of the page before.
    before: Option<String>,
    /// Items on a page, 1 to 200; 50 when left out.
    limit: Option<u32>,
}

/// Households of the own subtree with who lives there, newest first.
#[utoipa::path(get, path = "/api/v1/households", tag = "households", params(Wanted),
    responses((status = 200, body = Page<Household>)), security(("staff" = [])))]
pub async fn list(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Query(wanted): Query<Wanted>,
) -> Answer<Json<Page<Household>>> {
    let limit = wanted.limit.unwrap_or(50).clamp(1, 200);
    let filter = Filter {
        organization_code: wanted.organization,
        name: wanted.name,
        only: wanted.only,
        terminal_id: wanted.terminal,
    };
    let found = app
        .blocking(move |app| {
            let before = wanted.before.as_deref();
            households::list(&app.store, &staff, &filter, before, limit)
        })
        .await?;
    Ok(Json(Page::new(found, limit, |household| &household.id)))
}
