//! `PUT /api/v1/members/{id}/pin`

use std::sync::Arc;

use axum::extract::State;
use contract::member::{PinIssued, PinReset};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use super::super::uncached::Uncached;
use crate::app::App;
use crate::services::members::confidential;

/// Sets a member's PIN and unlocks it everywhere. Without a PIN the server draws one and tells it
/// once.
#[utoipa::path(put, path = "/api/v1/members/{id}/pin", tag = "members",
    params(("id" = String, Path, description = "The member")),
    request_body = PinReset,
    responses((status = 200, body = PinIssued), (status = 404, body = contract::error::Problem),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn pin(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    Json(reset): Json<PinReset>,
) -> Answer<Uncached<PinIssued>> {
    let now_ms = app.now_ms();
    let found = app
        .blocking(move |app| {
            confidential::set_pin(&app.store, &app.vault, &staff, &id, &reset, now_ms)
        })
        .await?;
    Ok(Uncached(found))
}
