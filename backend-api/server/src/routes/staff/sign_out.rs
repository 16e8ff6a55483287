//! `DELETE /api/v1/staff/sessions/current`

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};

use super::super::extract::SettingUp;
use super::super::problem::Answer;
use super::cookie;
use crate::app::App;
use crate::services::sessions;

/// Ends the session of the token or cookie this is asked with.
#[utoipa::path(delete, path = "/api/v1/staff/sessions/current", tag = "staff",
    responses((status = 204, description = "Signed out")), security(("staff" = [])))]
pub async fn sign_out(
    State(app): State<Arc<App>>,
    SettingUp { staff }: SettingUp,
) -> Answer<(StatusCode, HeaderMap)> {
    let now_ms = app.now_ms();
    let cookie = cookie::clear(&app)?;
    app.blocking(move |app| sessions::sign_out(&app.store, &staff, now_ms))
        .await?;
    let headers = HeaderMap::from_iter([(header::SET_COOKIE, cookie)]);
    Ok((StatusCode::NO_CONTENT, headers))
}
