//! `GET /api/v1/staff/sessions/current`

use std::sync::Arc;

use axum::extract::State;
use contract::staff::Me;

use super::super::extract::SettingUp;
use super::super::problem::Answer;
use super::super::uncached::Uncached;
use crate::app::App;
use crate::services::sessions;

/// Who asks, by token or cookie.
#[utoipa::path(get, path = "/api/v1/staff/sessions/current", tag = "staff",
    responses((status = 200, body = Me)), security(("staff" = []), ("console" = [])))]
pub async fn me(
    State(app): State<Arc<App>>,
    SettingUp { staff }: SettingUp,
) -> Answer<Uncached<Me>> {
    let now_ms = app.now_ms();
    let me = app
        .blocking(move |app| sessions::me(&app.store, &app.config.sessions, &staff, now_ms))
        .await?;
    Ok(Uncached(me))
}
