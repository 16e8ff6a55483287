//! A bucket of a store that speaks S3, in the place of folders for what is stored: files below `files/`, sealed
//! attachments below `attachments/`.
//!
//! The client over HTTP is one of our own: that of the crate speaks HTTP/2, which would be built into everything
//! that is built together with this server, the television among it. A store that is away is noticed within
//! seconds; whoever asked is told to come again, and what was to be stored is stored another time.

use std::time::Duration;

use async_trait::async_trait;
use http_body_util::BodyExt as _;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse,
    HttpResponseBody, HttpService,
};
use object_store::{BackoffConfig, ClientOptions, RetryConfig};

use crate::config::S3;

/// How long the store may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(3);
/// How long it may say nothing in the middle of something.
const SILENT: Duration = Duration::from_secs(10);
/// How often something is tried again, and until when.
const AGAIN: usize = 3;
const AGAIN_WITHIN: Duration = Duration::from_secs(10);
const PAUSE: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));

/// The bucket of these settings. Nobody is asked yet.
///
/// # Errors
/// They cannot be used.
pub(super) fn open(settings: &S3) -> object_store::Result<AmazonS3> {
    AmazonS3Builder::new()
        .with_endpoint(settings.endpoint.as_str().trim_end_matches('/'))
        .with_bucket_name(&settings.bucket)
        .with_region(&settings.region)
        .with_access_key_id(&settings.access_key)
        .with_secret_access_key(&settings.secret_key)
        .with_virtual_hosted_style_request(false)
        .with_allow_http(settings.endpoint.scheme() == "http")
        .with_retry(RetryConfig {
            backoff: BackoffConfig {
                init_backoff: PAUSE.0,
                max_backoff: PAUSE.1,
                ..BackoffConfig::default()
            },
            max_retries: AGAIN,
            retry_timeout: AGAIN_WITHIN,
        })
        .with_http_connector(Connector)
        .build()
}

/// Makes our client.
#[derive(Debug)]
struct Connector;

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .read_timeout(SILENT)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| object_store::Error::Generic {
                store: "HTTP",
                source: error.into(),
            })?;
        Ok(HttpClient::new(Client(client)))
    }
}

/// Asks by reqwest.
#[derive(Debug)]
struct Client(reqwest::Client);

#[async_trait]
impl HttpService for Client {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (parts, body) = request.into_parts();
        let url = parts
            .uri
            .to_string()
            .parse()
            .map_err(|error: url::ParseError| HttpError::new(HttpErrorKind::Unknown, error))?;
        let mut asked = reqwest::Request::new(parts.method, url);
        *asked.headers_mut() = parts.headers;
        *asked.body_mut() = Some(reqwest::Body::wrap(body));
        let answer = self.0.execute(asked).await.map_err(failed)?;
        let (parts, body) = http::Response::<reqwest::Body>::from(answer).into_parts();
        let body = HttpResponseBody::new(body.map_err(failed));
        Ok(HttpResponse::from_parts(parts, body))
    }
}

fn failed(error: reqwest::Error) -> HttpError {
    let kind = if error.is_connect() {
        HttpErrorKind::Connect
    } else if error.is_timeout() {
        HttpErrorKind::Timeout
    } else if error.is_request() || error.is_body() {
        HttpErrorKind::Interrupted
    } else {
        HttpErrorKind::Unknown
    };
    HttpError::new(kind, error)
}
