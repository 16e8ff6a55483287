//! What every answer says to browsers and to whoever keeps answers on the way. A handler that knows
//! better says so itself; what nobody says is the strictest.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;

/// No page at all: nothing is loaded, nothing runs, nobody frames it.
const NO_PAGE: &str =
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// Nobody uses a device. The console's page says which it needs.
const NO_DEVICES: &str = "camera=(), microphone=(), display-capture=(), geolocation=(), \
     midi=(), payment=(), serial=(), usb=()";

/// Which devices a page may use.
pub const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// Unless the answer says otherwise: nobody keeps it, it is what it says it is, no other site frames or
/// loads it or is told where somebody came from.
const USUAL: [(HeaderName, &str); 8] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::CONTENT_SECURITY_POLICY, NO_PAGE),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (PERMISSIONS_POLICY, NO_DEVICES),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// For a year, browsers speak nothing but TLS with a server that did.
const TLS_ONLY: &str = "max-age=31536000";

/// Completes an answer. `tls`: this server speaks it itself; a proxy in front says so in its own way.
pub fn complete(response: &mut Response, tls: bool) {
    // Nothing but what is there already comes with it, and televisions ask for it all day.
    if response.status() == StatusCode::NOT_MODIFIED {
        return;
    }
    let headers = response.headers_mut();
    for (name, value) in USUAL {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    if tls {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static(TLS_ONLY),
        );
    }
}
