//! Around every request: an id, a log line, a figure, a deadline, and an answer even if the
//! handler panics.

use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Body, HttpBody as _};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt as _;
use tracing::Instrument as _;

use super::headers;
use super::pace::{Paced, Progress};
use super::problem::Refusal;
use crate::app::App;
use crate::services::kit::tasks::panic_text;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Where ballots are cast: they leave no line of the log.
const BALLOTS: &str = "/api/v1/terminal/ballots";

/// The middleware.
pub async fn observe(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = method(request.method());
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let id = request_id(&request);
    // Neither query nor headers: they hold codes and tokens.
    let span = tracing::info_span!(
        "request",
        id = id.to_str().unwrap_or_default(),
        method,
        route
    );

    let limit = Duration::from_secs(app.config.limits.request_seconds);
    let progress = (!request.body().is_end_stream()).then(Progress::new);
    let request = match &progress {
        None => request,
        Some(progress) => request.map(|body| {
            let least = app.config.limits.upload;
            Body::new(Paced::new(body, least, Arc::clone(progress)))
        }),
    };
    let answer = within(limit, progress.as_deref(), next.run(request));
    let handled = AssertUnwindSafe(answer).catch_unwind();
    let mut response = match handled.instrument(span.clone()).await {
        Ok(Some(response)) => response,
        Ok(None) => {
            span.in_scope(|| tracing::warn!("gave up after {limit:?}"));
            Refusal::unavailable("服务器太忙，请稍后再试。").into_response()
        }
        Err(panic) => {
            let what = panic_text(&*panic);
            span.in_scope(|| tracing::error!(panic = what, "handler panicked"));
            Refusal::internal().into_response()
        }
    };

    let taken = started.elapsed();
    let status = response.status();
    // When a ballot came is nobody's business.
    if route != BALLOTS || status.is_server_error() {
        span.in_scope(|| log(status, method, taken));
    }
    record(method, route, status, taken);
    response.headers_mut().insert(REQUEST_ID, id);
    headers::complete(&mut response, app.config.tls.is_some());
    response
}

/// The answer, if it begins in time. While its body comes, an upload takes as long as it takes.
async fn within<T>(
    limit: Duration,
    progress: Option<&Progress>,
    answer: impl Future<Output = T>,
) -> Option<T> {
    let Some(progress) = progress else {
        return tokio::time::timeout(limit, answer).await.ok();
    };
    let mut answer = pin!(answer);
    loop {
        let until = progress.last() + limit;
        if let Ok(answer) = tokio::time::timeout_at(until, answer.as_mut()).await {
            return Some(answer);
        }
        if progress.last() + limit <= until {
            return None;
        }
    }
}

/// Polls are too many to log one by one, and so is what waits for the database to come back, which says so
/// itself; changes and failures are not.
fn log(status: StatusCode, method: &str, taken: Duration) {
    let ms = taken.as_millis();
    let status = status.as_u16();
    match (status, method) {
        (503, _) => tracing::debug!(status, ms, "answered"),
        (500.., _) => tracing::warn!(status, ms, "answered"),
        (_, "GET" | "HEAD") => tracing::debug!(status, ms, "answered"),
        _ => tracing::info!(status, ms, "answered"),
    }
}

fn record(method: &'static str, route: String, status: StatusCode, taken: Duration) {
    let labels = [
        ("method", metrics::SharedString::const_str(method)),
        ("route", route.into()),
        ("status", status.as_str().to_owned().into()),
    ];
    metrics::histogram!("http_request_seconds", &labels).record(taken.as_secs_f64());
}

/// Methods come from outside: unknown ones share one label, so that nobody can fill the memory.
fn method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        "PATCH" => "PATCH",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// The id a proxy gave, if it is one, or a new one.
fn request_id(request: &Request) -> HeaderValue {
    request
        .headers()
        .get(&REQUEST_ID)
        .filter(|id| {
            (8..=64).contains(&id.len())
                && id
                    .as_bytes()
                    .iter()
                    .all(|b| b.is_ascii_alphanumeric() || *b == b'-')
        })
        .cloned()
        .unwrap_or_else(|| {
            HeaderValue::from_str(&uuid::Uuid::now_v7().to_string())
                .unwrap_or(HeaderValue::from_static("none"))
        })
}
