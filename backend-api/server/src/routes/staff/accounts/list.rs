//! `GET /api/v1/staff/accounts`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::account::{AccountOnly, Role, StaffAccount};
use serde::Deserialize;

use super::super::super::extract::{Query, StaffAuth};
use super::super::super::paging::Page;
use super::super::super::problem::Answer;
use crate::app::App;
use crate::services::accounts::{self, Filter};

/// Which of them.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// Whose login contains this, or whose organization is called or read so (pinyin: syllables or first letters).
    name: Option<String>,
    /// Trusted with this.
    role: Option<Role>,
    /// Only these.
    #[param(inline)]
    only: Option<AccountOnly>,
    /// `next` of the page before.
    before: Option<String>,
    /// Items on a page, 1 to 200; 50 when left out.
    limit: Option<u32>,
}

/// Accounts of the own subtree, closed ones too, newest first.
#[utoipa::path(get, path = "/api/v1/staff/accounts", tag = "staff", params(Which),
    responses((status = 200, body = Page<StaffAccount>)), security(("staff" = [])))]
pub async fn list(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Query(which): Query<Which>,
) -> Answer<Json<Page<StaffAccount>>> {
    let limit = which.limit.unwrap_or(50).clamp(1, 200);
    let filter = Filter {
        name: which.name,
        role: which.role,
        only: which.only,
    };
    let found = app
        .blocking(move |app| {
            accounts::list(&app.store, &staff, &filter, which.before.as_deref(), limit)
        })
        .await?;
    Ok(Json(Page::new(found, limit, |account| &account.id)))
}
