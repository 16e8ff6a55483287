//! `GET /files/{name}`

use std::ops::Range;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;

use super::super::extract::{AnyAuth, Path};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::files::{FileName, UNKNOWN};
use crate::services::kit::error::ServiceError;

/// A stored file or a part of it. It never changes, so it may be kept for ever. Single byte
/// ranges (RFC 9110 section 14); of several ranges the whole file is sent, as the norm allows.
#[utoipa::path(get, path = "/files/{name}", tag = "files",
    params(("name" = String, Path, description = "`name` of a `FileRef`"),
        ("Range" = Option<String>, Header, description = "`bytes=0-1023`")),
    responses((status = 200, description = "The file", content_type = "application/octet-stream"),
        (status = 302, description = "In the bucket, for five minutes, where the settings say so"),
        (status = 206, description = "The part asked for"), (status = 304, description = "Kept already"),
        (status = 416, description = "No such part")),
    security(("terminal" = []), ("staff" = [])))]
pub async fn get(
    State(app): State<Arc<App>>,
    _: AnyAuth,
    Path(name): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Answer<Response> {
    let name = FileName::parse(&name).map_err(ServiceError::from)?;
    let size = app
        .files
        .size(&name)
        .await
        .map_err(ServiceError::from)?
        .ok_or(ServiceError::NotFound("文件"))?;
    let etag = format!("\"{}\"", name.hash());

    let mut response = Response::new(Body::empty());
    let out = response.headers_mut();
    let text = |value: &str| {
        HeaderValue::from_str(value).map_err(|e| ServiceError::Internal(format!("header: {e}")))
    };
    out.insert(header::ETAG, text(&etag)?);
    out.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    out.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, max-age=31536000, immutable"),
    );
    // What staff upload must never run as a page of ours.
    out.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    out.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; sandbox"),
    );

    if let Some(tags) = value(&headers, &header::IF_NONE_MATCH)
        && tags
            .split(',')
            .map(|tag| tag.trim().trim_start_matches("W/"))
            .any(|tag| tag == "*" || tag == etag)
    {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return Ok(response);
    }
    let signed = app.files.signed(&name, method.clone()).await;
    if let Some(address) = signed.map_err(ServiceError::from)? {
        out.insert(header::LOCATION, text(address.as_str())?);
        // It ends before the file does, and is for nobody else.
        out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        *response.status_mut() = StatusCode::FOUND;
        return Ok(response);
    }
    out.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(name.media_type()),
    );
    // What nobody can show is saved, and opened by nothing of ours.
    if name.media_type() == UNKNOWN {
        out.insert(
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment"),
        );
    }

    // `If-Range` with anything but the present tag asks for the whole file.
    let same = value(&headers, &header::IF_RANGE).is_none_or(|tag| tag == etag);
    let wanted = match value(&headers, &header::RANGE).filter(|_| same) {
        Some(range) => parse_range(range, size),
        None => Wanted::Whole,
    };
    let range = match wanted {
        Wanted::Whole => 0..size,
        Wanted::Part(range) => {
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            let content = format!("bytes {}-{}/{size}", range.start, range.end - 1);
            response
                .headers_mut()
                .insert(header::CONTENT_RANGE, text(&content)?);
            range
        }
        Wanted::Nothing => {
            use axum::response::IntoResponse as _;
            let mut refusal = super::super::problem::Refusal::new(
                StatusCode::RANGE_NOT_SATISFIABLE,
                contract::error::ErrorCode::BadRequest,
                "所请求的部分超出了文件长度。",
            )
            .into_response();
            refusal
                .headers_mut()
                .insert(header::CONTENT_RANGE, text(&format!("bytes */{size}"))?);
            return Ok(refusal);
        }
    };
    response.headers_mut().insert(
        header::CONTENT_LENGTH,
        HeaderValue::from(range.end - range.start),
    );
    if method != Method::HEAD && !range.is_empty() {
        let part = (range != (0..size)).then_some(range);
        let slice = app
            .files
            .read(&name, part)
            .await
            .map_err(ServiceError::from)?;
        *response.body_mut() = Body::from_stream(slice.stream);
    }
    Ok(response)
}

fn value<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    /// No range, or one to be ignored.
    Whole,
    Part(Range<u64>),
    /// 416.
    Nothing,
}

/// RFC 9110 section 14.1.2. A header that is not a single well-formed byte range is ignored.
fn parse_range(text: &str, size: u64) -> Wanted {
    let spec = text
        .split_once('=')
        .filter(|(unit, _)| unit.trim().eq_ignore_ascii_case("bytes"))
        .map(|(_, spec)| spec.trim());
    let Some((first, last)) = spec.and_then(|spec| spec.split_once('-')) else {
        return Wanted::Whole;
    };
    let number = |text: &str| -> Option<u64> {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        // More digits than fit mean: beyond any file.
        digits.then(|| text.parse().unwrap_or(u64::MAX))
    };
    match (first, last) {
        ("", last) => match number(last) {
            None => Wanted::Whole,
            Some(0) => Wanted::Nothing,
            Some(_) if size == 0 => Wanted::Nothing,
            Some(suffix) => Wanted::Part(size.saturating_sub(suffix)..size),
        },
        (first, last) => {
            let end = if last.is_empty() {
                Some(u64::MAX)
            } else {
                number(last)
            };
            match (number(first), end) {
                (Some(first), Some(last)) if first > last => Wanted::Whole,
                (Some(first), Some(_)) if first >= size => Wanted::Nothing,
                (Some(first), Some(last)) => Wanted::Part(first..last.saturating_add(1).min(size)),
                _ => Wanted::Whole,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ranges_as_in_the_norm() {
        for (text, wanted) in [
            ("bytes=0-499", Wanted::Part(0..500)),
            ("bytes=9500-", Wanted::Part(9500..10_000)),
            ("bytes=-500", Wanted::Part(9500..10_000)),
            ("bytes=-20000", Wanted::Part(0..10_000)),
            (
                "bytes=9999-99999999999999999999999",
                Wanted::Part(9999..10_000),
            ),
            ("bytes=10000-", Wanted::Nothing),
            ("bytes=-0", Wanted::Nothing),
            ("bytes=5-3", Wanted::Whole),
            ("bytes=0-1,5-6", Wanted::Whole),
            ("bytes=a-b", Wanted::Whole),
            ("bytes=-", Wanted::Whole),
            ("bytes=+1-2", Wanted::Whole),
            ("lines=0-1", Wanted::Whole),
            ("", Wanted::Whole),
        ] {
            assert_eq!(parse_range(text, 10_000), wanted, "{text}");
        }
        assert_eq!(parse_range("bytes=0-", 0), Wanted::Nothing);
        assert_eq!(parse_range("bytes=-5", 0), Wanted::Nothing);
    }

    proptest! {
        #[test]
        fn a_part_always_lies_inside(text in "(bytes=)?[0-9-]{0,24}", size in 0u64..1_000_000) {
            if let Wanted::Part(range) = parse_range(&text, size) {
                prop_assert!(range.start < range.end && range.end <= size);
            }
        }
    }
}
