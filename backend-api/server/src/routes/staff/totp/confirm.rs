//! `POST /api/v1/staff/totp/confirm`

use std::sync::Arc;

use axum::extract::State;
use contract::account::{RecoveryCodes, TotpCode};

use super::super::super::extract::{Json, Peer, SettingUp};
use super::super::super::problem::Answer;
use super::super::super::uncached::Uncached;
use crate::app::App;
use crate::services::accounts;
use crate::services::refusals::Tried;

/// Demands the offered second factor from now on. The answer has the recovery codes, which are shown this once.
#[utoipa::path(post, path = "/api/v1/staff/totp/confirm", tag = "staff",
    request_body = TotpCode,
    responses((status = 200, body = RecoveryCodes),
        (status = 401, body = contract::error::Problem, description = "`second_factor`"),
        (status = 409, body = contract::error::Problem), (status = 429, body = contract::error::Problem, description = "`locked_out`")),
    security(("staff" = [])))]
pub async fn confirm(
    State(app): State<Arc<App>>,
    SettingUp { staff }: SettingUp,
    peer: Peer,
    Json(code): Json<TotpCode>,
) -> Answer<Uncached<RecoveryCodes>> {
    let now_ms = app.now_ms();
    let codes = app
        .blocking(move |app| {
            let outcome =
                accounts::confirm_totp(app.door(), &staff, &peer.counted, &code.code, now_ms);
            app.noting(Tried::again(&staff, &peer.address), outcome, now_ms)
        })
        .await?;
    Ok(Uncached(codes))
}
