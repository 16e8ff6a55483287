//! The cookie that holds a session's token for the console's pages: out of the reach of scripts,
//! and never sent along by another site.

use axum::http::{HeaderMap, HeaderValue, header};

use super::super::extract::{DEVICE_COOKIE, SESSION_COOKIE};
use crate::app::App;
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::limits::table::DEVICE_MS;
use crate::services::sessions::SignedIn;

/// Both cookies of somebody who was let in.
pub(in crate::routes) fn of(app: &App, signed_in: &SignedIn, now_ms: i64) -> Result<HeaderMap> {
    let lasts_ms = signed_in.session.expires_at_ms - now_ms;
    let cookie = set(app, &signed_in.session.access_token, lasts_ms)?;
    let mut headers = HeaderMap::from_iter([(header::SET_COOKIE, cookie)]);
    headers.append(header::SET_COOKIE, device(app, &signed_in.device)?);
    Ok(headers)
}

/// The cookie with a token, for so long.
fn set(app: &App, token: &str, lasts_ms: i64) -> Result<HeaderValue> {
    session(app, token, lasts_ms / 1_000)
}

/// Takes the cookie away.
pub(super) fn clear(app: &App) -> Result<HeaderValue> {
    session(app, "", 0)
}

/// The cookie by which a browser is known that was let in; only signing in gets it.
fn device(app: &App, device: &str) -> Result<HeaderValue> {
    let path = format!("{}/staff/sessions", contract::API_PREFIX);
    named(app, DEVICE_COOKIE, device, &path, DEVICE_MS / 1_000)
}

/// For the API, and for the files that its pages show.
fn session(app: &App, token: &str, seconds: i64) -> Result<HeaderValue> {
    named(app, SESSION_COOKIE, token, "/", seconds)
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
