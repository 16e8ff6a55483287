//! Plain HTTP that leads to where TLS is spoken.

use axum::Router;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use url::Url;

/// Answers everything with the same path at `public_url`. What a television sends it sends again: 308.
pub(crate) fn router(public_url: Url) -> Router {
    Router::new().fallback(move |uri: Uri| std::future::ready(to(&public_url, &uri)))
}

fn to(public_url: &Url, uri: &Uri) -> Response {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    // It keeps to the host: what begins with two slashes would be another one.
    let base = public_url.as_str().trim_end_matches('/');
    let address = format!("{base}/{}", path.trim_start_matches('/'));
    (
        StatusCode::PERMANENT_REDIRECT,
        [(header::LOCATION, address)],
    )
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_keeps_path_and_query_and_never_leaves_the_host() {
        let url: Url = "https://dj.example.cn".parse().unwrap();
        for (asked, led) in [
            ("/enrol?code=1", "https://dj.example.cn/enrol?code=1"),
            ("/", "https://dj.example.cn/"),
            ("//evil.example/x", "https://dj.example.cn/evil.example/x"),
            ("http://evil.example/x", "https://dj.example.cn/x"),
        ] {
            let answer = to(&url, &asked.parse().unwrap());
            assert_eq!(answer.status(), StatusCode::PERMANENT_REDIRECT);
            assert_eq!(answer.headers()[header::LOCATION], led, "{asked}");
        }
    }
}
