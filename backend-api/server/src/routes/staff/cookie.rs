//! The cookie that holds a session's token for the console's pages: out of the reach of scripts,
//! and never sent along by another site.

use axum::http::HeaderValue;

use super::super::extract::SESSION_COOKIE;
use crate::app::App;
use crate::services::kit::error::{Result, ServiceError};

/// The cookie with a token, for so long.
pub(super) fn set(app: &App, token: &str, lasts_ms: i64) -> Result<HeaderValue> {
    header(app, token, lasts_ms / 1_000)
}

/// Takes the cookie away.
pub(super) fn clear(app: &App) -> Result<HeaderValue> {
    header(app, "", 0)
}

fn header(app: &App, token: &str, seconds: i64) -> Result<HeaderValue> {
    // Over plain HTTP, as in a demonstration, a browser would not keep a secure one.
    let secure = match app.public_url.scheme() {
        "https" => "; Secure",
        _ => "",
    };
    let cookie = format!(
        "{SESSION_COOKIE}={token}; Path=/api; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}"
    );
    HeaderValue::from_str(&cookie)
        .map_err(|error| ServiceError::Internal(format!("cookie: {error}")))
}
