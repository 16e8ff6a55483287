//! `GET /api/v1/bulletins`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::bulletin::BulletinState;
use contract::staff::StaffBulletin;
use serde::Deserialize;

use super::super::extract::{Query, StaffAuth};
use super::super::paging::Page;
use super::super::problem::Answer;
use crate::app::App;
use crate::services::bulletins::{self, Filter};

/// Which bulletins.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Only those in this state.
    state: Option<BulletinState>,
    /// Only those of this list.
    list: Option<String>,
    /// Only those of the organization with this code and those below it; left out: of the own one.
    organization: Option<String>,
    /// Only those with these words in title, summary or text, or whose title is read so (pinyin: syllables or first
    /// letters).
    text: Option<String>,
    /// `next` of the page before.
    before: Option<String>,
    /// Items on a page, 1 to 200; 50 when left out.
    limit: Option<u32>,
}

/// Bulletins of the own subtree, newest first.
#[utoipa::path(get, path = "/api/v1/bulletins", tag = "bulletins", params(Wanted),
    responses((status = 200, body = Page<StaffBulletin>)), security(("staff" = [])))]
pub async fn list(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Query(wanted): Query<Wanted>,
) -> Answer<Json<Page<StaffBulletin>>> {
    let filter = Filter {
        state: wanted.state,
        list: wanted.list,
        organization_code: wanted.organization,
        text: wanted.text,
        before: wanted.before,
        limit: wanted.limit.unwrap_or(50).clamp(1, 200),
    };
    let limit = filter.limit;
    let found = app
        .blocking(move |app| bulletins::list(&app.store, &staff, &filter))
        .await?;
    Ok(Json(Page::new(found, limit, |bulletin| &bulletin.id)))
}
