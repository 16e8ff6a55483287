//! What the virtual TV answers.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Json, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};

use super::guard::{self, Refusal};
use super::mirror::Mirror;
use super::{KeySink, StateSource, VirtualOptions};
use crate::remote::{Change, Press, RemoteKey, Source, SourceEvent};

const PAGE: &str = include_str!("page.html");
const SCRIPT: &str = include_str!("page.js");
const STYLE: &str = include_str!("page.css");
/// Everything comes from this server, nothing inline, and no other page may frame it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' blob: data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'";

struct Server {
    mirror: Arc<Mirror>,
    keys: KeySink,
    state: StateSource,
    allow_remote: bool,
}

pub(super) fn router(mirror: Arc<Mirror>, options: VirtualOptions) -> Router {
    let server = Arc::new(Server {
        mirror,
        keys: options.keys,
        state: options.state,
        allow_remote: options.allow_remote,
    });
    Router::new()
        .route(
            "/",
            get(|| async { text("text/html; charset=utf-8", PAGE) }),
        )
        .route(
            "/page.js",
            get(|| async { text("text/javascript; charset=utf-8", SCRIPT) }),
        )
        .route(
            "/page.css",
            get(|| async { text("text/css; charset=utf-8", STYLE) }),
        )
        .route("/frame", get(frame))
        .route("/screen.png", get(screen))
        .route("/state", get(state))
        .route("/keys", get(keys))
        .route("/key", post(key))
        .layer(middleware::from_fn_with_state(Arc::clone(&server), protect))
        .with_state(server)
}

fn text(mime: &'static str, body: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, mime)], body)
}

async fn protect(State(server): State<Arc<Server>>, request: Request, next: Next) -> Response {
    if guard::check_host(request.headers(), server.allow_remote).is_err() {
        return refused(Refusal::Host);
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let fixed = [
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(
        "cross-origin-resource-policy",
        HeaderValue::from_static("same-origin"),
    );
    response
}

fn refused(refusal: Refusal) -> Response {
    let sentence = match refusal {
        Refusal::Host => "请用 127.0.0.1 或 localhost 打开虚拟电视",
        Refusal::Origin => "别的网页不能操作虚拟电视",
    };
    (StatusCode::FORBIDDEN, sentence).into_response()
}

#[derive(Deserialize)]
struct FrameQuery {
    /// The frame the viewer shows; 0: none yet.
    #[serde(default)]
    after: u64,
}

/// Waits for something new and answers with what changed since `after`.
async fn frame(State(server): State<Arc<Server>>, Query(query): Query<FrameQuery>) -> Response {
    server.mirror.newer_than(query.after).await;
    let mirror = Arc::clone(&server.mirror);
    let piece = tokio::task::spawn_blocking(move || mirror.since(query.after)).await;
    let Ok(Ok(piece)) = piece else {
        tracing::error!("the screen could not be encoded");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let rect = piece.rect;
    let place = format!("{},{},{},{}", rect.x, rect.y, rect.width, rect.height);
    let headers = [
        ("content-type", piece.mime.to_owned()),
        ("x-frame", piece.frame.to_string()),
        ("x-rect", place),
    ];
    (headers, piece.bytes).into_response()
}

/// The whole screen as it is now.
async fn screen(State(server): State<Arc<Server>>) -> Response {
    let mirror = Arc::clone(&server.mirror);
    match tokio::task::spawn_blocking(move || mirror.picture().to_png()).await {
        Ok(Ok(png)) => ([(header::CONTENT_TYPE, "image/png")], png).into_response(),
        _ => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// What the application says it shows.
async fn state(State(server): State<Arc<Server>>) -> Json<serde_json::Value> {
    Json((server.state)())
}

#[derive(Serialize)]
struct KeyName {
    key: &'static str,
    label: &'static str,
}

/// Every key with its name for `POST /key` and its Chinese label.
async fn keys() -> Json<Vec<KeyName>> {
    Json(
        RemoteKey::all()
            .map(|key| KeyName {
                key: key.name(),
                label: key.label(),
            })
            .collect(),
    )
}

#[derive(Deserialize)]
struct KeyBody {
    /// A name from [`RemoteKey::name`].
    key: String,
    /// `down` or `up`; left out: both, one after the other.
    press: Option<Press>,
}

async fn key(
    State(server): State<Arc<Server>>,
    headers: HeaderMap,
    // JSON only: other sites' pages may not send it without asking first, which is refused.
    Json(body): Json<KeyBody>,
) -> Response {
    if let Err(refusal) = guard::check_origin(&headers) {
        return refused(refusal);
    }
    let Some(key) = RemoteKey::from_name(&body.key) else {
        let sentence = format!("没有叫“{}”的按键，GET /keys 列出全部按键", body.key);
        return (StatusCode::UNPROCESSABLE_ENTITY, sentence).into_response();
    };
    let changes: &[Change] = match body.press {
        None => &[Change::Down(key), Change::Up(key)],
        Some(Press::Down) => &[Change::Down(key)],
        Some(Press::Up) => &[Change::Up(key)],
        // The TV repeats held keys itself.
        Some(Press::Repeat) => &[],
    };
    for change in changes {
        (server.keys)(SourceEvent {
            source: Source::Virtual,
            change: *change,
        });
    }
    StatusCode::NO_CONTENT.into_response()
}
