//! `GET /api/v1/staff/accounts`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::account::StaffAccount;

use super::super::super::extract::{Query, StaffAuth};
use super::super::super::paging::{Page, Paging};
use super::super::super::problem::Answer;
use crate::app::App;
use crate::services::accounts;

/// Accounts of the own subtree, closed ones too, newest first.
#[utoipa::path(get, path = "/api/v1/staff/accounts", tag = "staff", params(Paging),
    responses((status = 200, body = Page<StaffAccount>)), security(("staff" = [])))]
pub async fn list(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Query(paging): Query<Paging>,
) -> Answer<Json<Page<StaffAccount>>> {
    let limit = paging.limit();
    let found = app
        .blocking(move |app| accounts::list(&app.store, &staff, paging.before.as_deref(), limit))
        .await?;
    Ok(Json(Page::new(found, limit, |account| &account.id)))
}
