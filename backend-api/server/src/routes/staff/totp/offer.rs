//! `POST /api/v1/staff/totp`

use std::sync::Arc;

use axum::extract::State;
use contract::account::TotpOffer;

use super::super::super::extract::SettingUp;
use super::super::super::problem::Answer;
use super::super::super::uncached::Uncached;
use crate::app::App;
use crate::services::accounts;

/// Offers a second factor for the own account. It is demanded once a code of it was right.
#[utoipa::path(post, path = "/api/v1/staff/totp", tag = "staff",
    responses((status = 200, body = TotpOffer),
        (status = 409, body = contract::error::Problem, description = "One is demanded already")),
    security(("staff" = [])))]
pub async fn offer(
    State(app): State<Arc<App>>,
    SettingUp { staff }: SettingUp,
) -> Answer<Uncached<TotpOffer>> {
    let found = app
        .blocking(move |app| accounts::offer_totp(&app.store, &app.vault, &staff))
        .await?;
    Ok(Uncached(found))
}
