//! `POST /api/v1/staff/accounts/{id}/hand-over`

use std::sync::Arc;

use axum::extract::State;
use contract::account::{HandOver, HandedOver};

use super::super::super::extract::{Json, Path, StaffAuth};
use super::super::super::problem::Answer;
use crate::app::App;
use crate::services::handing_over;

/// Hands over to another account what fits it, and closes the account with its sessions: both or neither.
#[utoipa::path(post, path = "/api/v1/staff/accounts/{id}/hand-over", tag = "staff",
    params(("id" = String, Path, description = "The account")), request_body = HandOver,
    responses((status = 200, body = HandedOver), (status = 403, body = contract::error::Problem), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "The own account, or a closed one"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn hand_over(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    Json(to): Json<HandOver>,
) -> Answer<axum::Json<HandedOver>> {
    let now_ms = app.now_ms();
    let done = app
        .blocking(move |app| {
            handing_over::hand_over(&app.store, &staff, &id, &to.successor_id, now_ms)
        })
        .await?;
    Ok(axum::Json(done))
}
