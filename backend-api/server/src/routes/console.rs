//! `/console/`: the staff's web page, as it was built.

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::Redirect;
use axum::routing::get;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::app::App;

/// What the page may load and where it may connect: this server alone. Styles are put into the
/// page by its components; pictures and video come as blobs, too.
const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; \
                      media-src 'self' blob:; connect-src 'self' http: https:; worker-src 'self' blob:; \
                      frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/// The page, if it was built. Its own paths all begin at the same file.
pub fn router(folder: Option<&Path>) -> Router<Arc<App>> {
    let Some(folder) = folder else {
        return Router::new();
    };
    let page = ServeFile::new(folder.join("index.html"));
    let files = ServeDir::new(folder).fallback(page);
    let header =
        |name, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    Router::new()
        .route("/", get(|| async { Redirect::temporary("/console/") }))
        .nest_service("/console", files)
        .layer(header(header::CONTENT_SECURITY_POLICY, POLICY))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::CACHE_CONTROL, "no-cache"))
}
