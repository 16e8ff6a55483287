//! `/console/`: the staff's web page, as it was built.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::Redirect;
use axum::routing::get;
use tower_http::compression::CompressionLayer;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeaderLayer;
use url::Url;

use super::headers::PERMISSIONS_POLICY;
use crate::app::App;
use crate::config::{Config, Live};

/// The host's page has a camera, a microphone and slides.
const DEVICES: &str = "camera=(self), microphone=(self), display-capture=(self), geolocation=(), \
                       midi=(), payment=(), serial=(), usb=()";

/// What the page may load and where it may connect: this server, and the media engine if another one
/// takes the relay's place. Styles are put into the page by its components; pictures and video come as
/// blobs, too.
fn policy(live: &Live) -> String {
    let mut engines = String::new();
    for template in [&live.whip_url, &live.whep_url, &live.hls_url] {
        let origin = template.as_deref().and_then(origin);
        if let Some(origin) = origin.filter(|origin| !engines.contains(origin.as_str())) {
            // Writing to a String cannot fail.
            let _ = write!(engines, " {origin}");
        }
    }
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; \
         img-src 'self' blob: data:; media-src 'self' blob:{engines}; connect-src 'self'{engines}; \
         worker-src 'self' blob:; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; \
         form-action 'self'"
    )
}

/// Scheme, host and port of a URL template.
fn origin(template: &str) -> Option<String> {
    // What stands for the stream is no part of it, and must not make the address unreadable.
    let url = Url::parse(&template.replace(['{', '}'], "")).ok()?;
    let origin = url.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

/// The page, if it was built. Its own paths all begin at the same file.
pub fn router(config: &Config) -> Router<Arc<App>> {
    let Some(folder) = &config.console else {
        return Router::new();
    };
    let page = ServeFile::new(folder.join("index.html"));
    let files = ServeDir::new(folder).fallback(page);
    let header =
        |name, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    // An origin is ASCII.
    let policy = HeaderValue::try_from(policy(&config.live)).ok();
    let policy = SetResponseHeaderLayer::if_not_present(header::CONTENT_SECURITY_POLICY, policy);
    Router::new()
        .route("/", get(|| async { Redirect::temporary("/console/") }))
        .nest_service("/console", files)
        // Villages have slow lines, and the code is a third of its size then.
        .layer(CompressionLayer::new())
        .layer(policy)
        .layer(header(PERMISSIONS_POLICY, DEVICES))
        .layer(header(header::CACHE_CONTROL, "no-cache"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_connects_to_this_server_and_the_engine_alone() {
        let here = policy(&Live::default());
        assert!(here.contains("connect-src 'self';"), "{here}");
        for wildcard in ["*", " http:", " https:", "'unsafe-eval'"] {
            assert!(!here.contains(wildcard), "{here}");
        }
        let engine = |path: &str| Some(format!("https://media.example.cn:8889/{path}"));
        let live = Live {
            whip_url: engine("{stream}/whip"),
            whep_url: engine("{stream}/whep?jwt={token}"),
            hls_url: Some("http://10.0.0.7/live/{stream}.m3u8".to_owned()),
            ..Live::default()
        };
        let engines = " https://media.example.cn:8889 http://10.0.0.7;";
        let there = policy(&live);
        assert!(
            there.contains(&format!("connect-src 'self'{engines}")),
            "{there}"
        );
        assert!(
            there.contains(&format!("media-src 'self' blob:{engines}")),
            "{there}"
        );
    }
}
