//! `POST /api/v1/staff/totp/recovery-codes`

use std::sync::Arc;

use axum::extract::State;
use contract::account::{RecoveryCodes, TotpCode};

use super::super::super::extract::{Json, Peer, StaffAuth};
use super::super::super::problem::Answer;
use super::super::super::uncached::Uncached;
use crate::app::App;
use crate::services::accounts;
use crate::services::refusals::Tried;

/// Puts new recovery codes in the place of the old ones; needs a code of the second factor.
#[utoipa::path(post, path = "/api/v1/staff/totp/recovery-codes", tag = "staff",
    request_body = TotpCode,
    responses((status = 200, body = RecoveryCodes),
        (status = 401, body = contract::error::Problem, description = "`second_factor`"),
        (status = 409, body = contract::error::Problem), (status = 429, body = contract::error::Problem, description = "`locked_out`")),
    security(("staff" = [])))]
pub async fn renew(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    peer: Peer,
    Json(code): Json<TotpCode>,
) -> Answer<Uncached<RecoveryCodes>> {
    let now_ms = app.now_ms();
    let codes = app
        .blocking(move |app| {
            let outcome = accounts::renew_recovery_codes(
                app.door(),
                &staff,
                &peer.counted,
                &code.code,
                now_ms,
            );
            app.noting(Tried::again(&staff, &peer.address), outcome, now_ms)
        })
        .await?;
    Ok(Uncached(codes))
}
