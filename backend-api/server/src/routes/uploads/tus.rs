//! The headers of tus 1.0.0.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use contract::error::ErrorCode;
use contract::upload::{TUS_VERSION, Upload};
use jiff::Timestamp;
use utoipa_axum::router::UtoipaMethodRouterExt as _;

use super::super::problem::{Answer, Refusal};
use super::super::resource::Endpoint;
use crate::app::App;

pub const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
pub const VERSION: HeaderName = HeaderName::from_static("tus-version");
pub const EXTENSION: HeaderName = HeaderName::from_static("tus-extension");
pub const MAX_SIZE: HeaderName = HeaderName::from_static("tus-max-size");
pub const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
pub const LENGTH: HeaderName = HeaderName::from_static("upload-length");
pub const DEFER_LENGTH: HeaderName = HeaderName::from_static("upload-defer-length");
pub const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
pub const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");

/// The endpoint, whose every answer says which version is spoken.
pub fn spoken(endpoint: Endpoint) -> Endpoint {
    endpoint.layer(middleware::map_response(say))
}

async fn say(mut response: Response) -> Response {
    let version = HeaderValue::from_static(TUS_VERSION);
    let headers = response.headers_mut();
    headers.insert(RESUMABLE, version.clone());
    headers.insert(VERSION, version);
    response
}

/// Whoever asks speaks this version.
#[derive(Clone, Copy, Debug)]
pub struct Spoken;

impl FromRequestParts<Arc<App>> for Spoken {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Refusal> {
        if parts
            .headers
            .get(RESUMABLE)
            .is_some_and(|it| it == TUS_VERSION)
        {
            return Ok(Self);
        }
        Err(Refusal::new(
            StatusCode::PRECONDITION_FAILED,
            ErrorCode::BadRequest,
            "请在 Tus-Resumable 中写明协议版本 1.0.0。",
        ))
    }
}

/// A number of bytes in a header.
///
/// # Errors
/// 400, if it is missing or none.
pub fn number(headers: &HeaderMap, name: &HeaderName) -> Answer<u64> {
    let text = headers.get(name).and_then(|it| it.to_str().ok());
    text.filter(|text| text.bytes().all(|b| b.is_ascii_digit()))
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| Refusal::bad_request(format!("{name} 应当是字节数。")))
}

/// What is said of a file: `filename bmFtZS5tcDQ=,sha256 …`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    pub file_name: String,
    pub sha256: Option<String>,
}

impl Metadata {
    /// Reads the header; without it nothing is said.
    ///
    /// # Errors
    /// 400, if it is none.
    pub fn read(headers: &HeaderMap) -> Answer<Self> {
        let wrong = || Refusal::bad_request("Upload-Metadata 写得不对。");
        let mut read = Self::default();
        let Some(header) = headers.get(METADATA) else {
            return Ok(read);
        };
        let text = header.to_str().map_err(|_| wrong())?;
        for pair in text.split(',').map(str::trim).filter(|it| !it.is_empty()) {
            let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
            let value = BASE64.decode(value.trim()).map_err(|_| wrong())?;
            let value = String::from_utf8(value).map_err(|_| wrong())?;
            if value.contains('\0') {
                return Err(wrong());
            }
            match key {
                "filename" => read.file_name = value,
                "sha256" => read.sha256 = Some(value.to_ascii_lowercase()),
                _ => {}
            }
        }
        Ok(read)
    }
}

/// The headers that say how far an upload is.
pub fn progress(upload: &Upload) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(OFFSET, HeaderValue::from(upload.received));
    headers.insert(LENGTH, HeaderValue::from(upload.bytes));
    let name = BASE64.encode(&upload.file_name);
    let expires = Timestamp::from_millisecond(upload.expires_at_ms)
        .map(|at| at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string());
    let told = [
        (METADATA, Some(format!("filename {name}"))),
        (EXPIRES, expires.ok()),
    ];
    for (header, value) in told {
        if let Some(Ok(value)) = value.map(HeaderValue::try_from) {
            headers.insert(header, value);
        }
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(value: &str) -> Answer<Metadata> {
        let value = HeaderValue::from_str(value).unwrap();
        Metadata::read(&HeaderMap::from_iter([(METADATA, value)]))
    }

    #[test]
    fn metadata_is_read_as_programs_write_it() {
        let name = BASE64.encode("春耕.mp4");
        let read = sent(&format!("filename {name}, filetype dmlkZW8vbXA0,relative")).unwrap();
        assert_eq!((read.file_name.as_str(), read.sha256), ("春耕.mp4", None));
        assert_eq!(
            Metadata::read(&HeaderMap::new()).unwrap(),
            Metadata::default()
        );
        for wrong in ["filename ???", "filename /w==", "filename AA=="] {
            assert_eq!(sent(wrong).unwrap_err().problem().status, 400, "{wrong}");
        }
    }

    #[test]
    fn how_far_it_is_is_told_in_headers() {
        let told = progress(&Upload {
            file_name: "a.mp4".to_owned(),
            bytes: 10,
            received: 4,
            expires_at_ms: 1_795_312_800_000,
            ..Upload::default()
        });
        assert_eq!(told[EXPIRES], "Sun, 22 Nov 2026 02:00:00 GMT");
        assert_eq!(
            (&told[OFFSET], &told[LENGTH]),
            (&HeaderValue::from(4), &HeaderValue::from(10))
        );
        assert_eq!(told[METADATA], "filename YS5tcDQ=");
    }
}
