//! `GET /api/v1/staff/accounts/{id}`

use std::sync::Arc;

use axum::extract::State;
use contract::account::StaffAccount;

use super::super::super::extract::{Path, StaffAuth};
use super::super::super::problem::Answer;
use super::super::super::versioned::Versioned;
use crate::app::App;
use crate::services::accounts;

/// One account of the own subtree, also a closed one.
#[utoipa::path(get, path = "/api/v1/staff/accounts/{id}", tag = "staff",
    params(("id" = String, Path, description = "The account")),
    responses((status = 200, body = StaffAccount, headers(("ETag" = String, description = "The version"))), (status = 403, body = contract::error::Problem),
        (status = 404, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn get(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<Versioned<StaffAccount>> {
    let found = app
        .blocking(move |app| accounts::get(&app.store, &staff, &id))
        .await?;
    Ok(Versioned::new(found))
}
