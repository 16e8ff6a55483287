//! Requests that distrust the answer: limited in size and time, never redirected, and only JSON
//! counts. A captive portal that says 200 with a page of HTML is no server of ours.

use std::time::Duration;

use contract::error::{ErrorCode, Problem};
use contract::meeting::MediaLink;
use reqwest::header::{CONTENT_TYPE, HeaderMap, IF_NONE_MATCH};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::de::DeserializeOwned;
use url::Url;

use super::config::ClientError;

/// Largest JSON answer that is read.
pub(super) const MAX_JSON: usize = 16 << 20;

/// Longest time a whole JSON exchange may take.
const EXCHANGE: Duration = Duration::from_secs(30);

/// Why a request brought nothing.
#[derive(Debug, thiserror::Error)]
pub(super) enum HttpError {
    /// The network: no name, no route, no answer, broken off.
    #[error("{}", chain(.0))]
    Network(#[from] reqwest::Error),
    /// It took too long.
    #[error("no answer in time")]
    TimedOut,
    /// Given up because a network came: to be tried again at once.
    #[error("a network came meanwhile")]
    AnotherNetwork,
    /// Our server refused, with its reason.
    #[error("refused with {}: {:?} {}", .0.status, .0.code, .0.title)]
    Refused(Box<Problem>),
    /// A status that our server would have explained.
    #[error("status {0} without a reason of our server")]
    Status(StatusCode),
    /// Larger than anything our server sends.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    /// Not what our server says.
    #[error("not an answer of our server: {0}")]
    Strange(String),
    /// The disk, while downloading.
    #[error("cannot write: {0}")]
    Disk(#[from] std::io::Error),
    /// The cache refused.
    #[error(transparent)]
    Cache(#[from] crate::cache::CacheError),
}

impl HttpError {
    /// Nothing of our server was heard, as far as one can tell.
    pub(super) fn is_silence(&self) -> bool {
        match self {
            Self::Network(_)
            | Self::TimedOut
            | Self::AnotherNetwork
            | Self::Status(_)
            | Self::Strange(_) => true,
            Self::Refused(_) | Self::TooLarge(_) | Self::Disk(_) | Self::Cache(_) => false,
        }
    }

    /// The token is void. Only our own server can say so.
    pub(super) fn is_revoked(&self) -> bool {
        matches!(self, Self::Refused(problem)
            if problem.status == 401 && matches!(problem.code, ErrorCode::Revoked | ErrorCode::Unauthenticated))
    }
}

fn chain(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

/// The server.
#[derive(Clone)]
pub(super) struct Http {
    client: reqwest::Client,
    base: Url,
}

impl Http {
    pub(super) fn new(server_url: &str) -> Result<Self, ClientError> {
        let bad = || ClientError::BadUrl(server_url.to_owned());
        let base = Url::parse(server_url.trim_end_matches('/')).map_err(|_| bad())?;
        if !matches!(base.scheme(), "http" | "https") || base.host().is_none() {
            return Err(bad());
        }
        let client = media_player::http::client(|| {
            reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .connect_timeout(Duration::from_secs(10))
                .tcp_keepalive(Duration::from_secs(30))
                // A box reaches its server directly; a proxy variable of some shell is not meant for it.
                .no_proxy()
                .user_agent(concat!("tv-app/", env!("CARGO_PKG_VERSION")))
        })?;
        Ok(Self { client, base })
    }

    /// URL of a path that begins with a slash.
    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base.as_str().trim_end_matches('/'))
    }

    /// Makes the address of a link absolute if it is a path of this server.
    pub(super) fn absolute(&self, link: &mut MediaLink) {
        if link.url.starts_with('/') {
            link.url = self.url(&link.url);
        }
    }

    pub(super) fn request(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
    ) -> RequestBuilder {
        let request = self.client.request(method, self.url(path));
        match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }
}

/// An answer that was read whole.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) fn is_json(&self) -> bool {
        is_json(&self.headers)
    }

    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, HttpError> {
        if !self.is_json() {
            return Err(HttpError::Strange("the answer is not JSON".to_owned()));
        }
        serde_json::from_slice(&self.body).map_err(|error| HttpError::Strange(error.to_string()))
    }
}

/// Sends a request and reads its answer whole, whatever its status.
pub(super) async fn exchange(request: RequestBuilder, limit: usize) -> Result<Answer, HttpError> {
    let exchange = async {
        let response = request.send().await?;
        read(response, limit).await
    };
    tokio::time::timeout(EXCHANGE, exchange)
        .await
        .map_err(|_| HttpError::TimedOut)?
}

/// Like [`exchange`], and takes anything but success for an error.
pub(super) async fn succeed(request: RequestBuilder, limit: usize) -> Result<Answer, HttpError> {
    let answer = exchange(request, limit).await?;
    if answer.status.is_success() {
        return Ok(answer);
    }
    Err(refusal(&answer))
}

/// Like [`succeed`] for what is known already under this ETag, if it has one; `None`: nothing has
/// changed since. Whoever knows nothing cannot be told so.
pub(super) async fn renew(
    request: RequestBuilder,
    etag: Option<&str>,
    limit: usize,
) -> Result<Option<Answer>, HttpError> {
    let Some(etag) = etag.filter(|etag| !etag.is_empty()) else {
        return succeed(request, limit).await.map(Some);
    };
    let answer = exchange(request.header(IF_NONE_MATCH, etag), limit).await?;
    if answer.status == StatusCode::NOT_MODIFIED {
        return Ok(None);
    }
    if answer.status.is_success() {
        return Ok(Some(answer));
    }
    Err(refusal(&answer))
}

/// The error in an unsuccessful answer.
pub(super) fn refusal(answer: &Answer) -> HttpError {
    match answer.json::<Problem>() {
        Ok(problem) if problem.status == answer.status.as_u16() => {
            HttpError::Refused(Box::new(problem))
        }
        _ => HttpError::Status(answer.status),
    }
}

/// The error in the head of an unsuccessful answer whose body has not been read.
pub(super) async fn refusal_of(response: Response) -> HttpError {
    match tokio::time::timeout(EXCHANGE, read(response, 64 << 10)).await {
        Ok(Ok(answer)) => refusal(&answer),
        Ok(Err(error)) => error,
        Err(_) => HttpError::TimedOut,
    }
}

async fn read(mut response: Response, limit: usize) -> Result<Answer, HttpError> {
    let (status, headers) = (response.status(), response.headers().clone());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > limit {
            return Err(HttpError::TooLarge(limit));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer {
        status,
        headers,
        body,
    })
}

fn is_json(headers: &HeaderMap) -> bool {
    media_type(headers).is_some_and(|kind| kind == "application/json" || kind.ends_with("+json"))
}

/// Media type without parameters.
pub(super) fn media_type(headers: &HeaderMap) -> Option<&str> {
    Some(
        headers
            .get(CONTENT_TYPE)?
            .to_str()
            .ok()?
            .split(';')
            .next()?
            .trim(),
    )
}
