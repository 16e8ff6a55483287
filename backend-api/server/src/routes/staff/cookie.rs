//! The cookie that holds a session's token for the console's pages: out of the reach of scripts,
//! and never sent along by another site.

use axum::http::HeaderValue;

use super::super::extract::{DEVICE_COOKIE, SESSION_COOKIE};
use crate::app::App;
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::limits::table::DEVICE_MS;

/// The cookie with a token, for so long.
pub(super) fn set(app: &App, token: &str, lasts_ms: i64) -> Result<HeaderValue> {
    header(app, token, lasts_ms / 1_000)
}

/// Takes the cookie away.
pub(super) fn clear(app: &App) -> Result<HeaderValue> {
    header(app, "", 0)
}

/// The cookie by which a browser is known that was let in; only signing in gets it.
pub(super) fn device(app: &App, device: &str) -> Result<HeaderValue> {
    let path = format!("{}/staff/sessions", contract::API_PREFIX);
    named(app, DEVICE_COOKIE, device, &path, DEVICE_MS / 1_000)
}

fn header(app: &App, token: &str, seconds: i64) -> Result<HeaderValue> {
    named(app, SESSION_COOKIE, token, "/api", seconds)
}

fn named(app: &App, name: &str, value: &str, path: &str, seconds: i64) -> Result<HeaderValue> {
    // Over plain HTTP, as in a demonstration, a browser would not keep a secure one.
    let secure = match app.public_url.scheme() {
        "https" => "; Secure",
        _ => "",
    };
    let cookie = format!(
        "{name}={value}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}"
    );
    HeaderValue::from_str(&cookie)
        .map_err(|error| ServiceError::Internal(format!("cookie: {error}")))
}
