//! `GET /api/v1/members`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::member::{Member, MemberOnly, MemberStatus};
use serde::Deserialize;

use super::super::extract::{Query, StaffAuth};
use super::super::paging::Page;
use super::super::problem::Answer;
use crate::app::App;
use crate::services::members::read::{self, Filter};

/// Which members.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Of the organization with this code and those below it; left out: of the own one.
    organization: Option<String>,
    /// Whose name contains this, or is read so (pinyin: syllables, first letters, or both).
    name: Option<String>,
    /// Whose telephone number ends with these four digits. A whole one: `POST /api/v1/members/search`.
    phone_tail: Option<String>,
    /// Of this standing.
    status: Option<MemberStatus>,
    /// Of the household with this id.
    household: Option<String>,
    /// Those who left, too.
    #[serde(default)]
    left: bool,
    /// Only these.
    #[param(inline)]
    only: Option<MemberOnly>,
    /// `next` of the page before.
    before: Option<String>,
    /// Items on a page, 1 to 200; 50 when left out.
    limit: Option<u32>,
}

/// Members of the own subtree with their numbers masked, newest first. By number:
/// `POST /api/v1/members/search`.
#[utoipa::path(get, path = "/api/v1/members", tag = "members", params(Wanted),
    responses((status = 200, body = Page<Member>)), security(("staff" = [])))]
pub async fn list(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Query(wanted): Query<Wanted>,
) -> Answer<Json<Page<Member>>> {
    let now_ms = app.now_ms();
    let limit = wanted.limit.unwrap_or(50).clamp(1, 200);
    let filter = Filter {
        organization_code: wanted.organization,
        name: wanted.name,
        phone_tail: wanted.phone_tail,
        status: wanted.status,
        household_id: wanted.household,
        left: wanted.left,
        only: wanted.only,
    };
    let found = app
        .blocking(move |app| {
            let before = wanted.before.as_deref();
            read::list(&app.store, &staff, &filter, before, limit, now_ms)
        })
        .await?;
    Ok(Json(Page::new(found, limit, |member| &member.id)))
}
