//! `GET /api/v1/staff/accounts/{id}/hands`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::account::AccountHands;
use serde::Deserialize;

use super::super::super::extract::{Path, Query, StaffAuth};
use super::super::super::problem::Answer;
use crate::app::App;
use crate::services::handing_over;

/// Who is asked about.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Id of the account that could look after it: then it is said what fits.
    pub successor: Option<String>,
}

/// What would be left behind if the account were closed.
#[utoipa::path(get, path = "/api/v1/staff/accounts/{id}/hands", tag = "staff",
    params(("id" = String, Path, description = "The account"), Wanted),
    responses((status = 200, body = AccountHands), (status = 403, body = contract::error::Problem), (status = 404, body = contract::error::Problem),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn hands(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Answer<Json<AccountHands>> {
    let found = app
        .blocking(move |app| {
            handing_over::hands(&app.store, &staff, &id, wanted.successor.as_deref())
        })
        .await?;
    Ok(Json(found))
}
