//! `DELETE /api/v1/staff/totp`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::account::TotpCode;

use super::super::super::extract::{Json, Peer, StaffAuth};
use super::super::super::problem::Answer;
use crate::app::App;
use crate::services::accounts;
use crate::services::refusals::Tried;

/// Demands no second factor any more; needs a code of it.
#[utoipa::path(delete, path = "/api/v1/staff/totp", tag = "staff",
    request_body = TotpCode,
    responses((status = 204, description = "Done"),
        (status = 401, body = contract::error::Problem, description = "`second_factor`"),
        (status = 409, body = contract::error::Problem), (status = 429, body = contract::error::Problem, description = "`locked_out`")),
    security(("staff" = [])))]
pub async fn remove(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    peer: Peer,
    Json(code): Json<TotpCode>,
) -> Answer<StatusCode> {
    let now_ms = app.now_ms();
    app.blocking(move |app| {
        let outcome = accounts::remove_totp(app.door(), &staff, &peer.counted, &code.code, now_ms);
        app.noting(Tried::again(&staff, &peer.address), outcome, now_ms)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
