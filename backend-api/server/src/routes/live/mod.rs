//! Live picture and sound: WHIP in (RFC 9725), WHEP out, HLS. Tokens come with a meeting's links.

mod end;
mod hls;
mod whep;
mod whip;

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use contract::error::ErrorCode;

use super::extract::{Peer, bearer};
use super::problem::{Answer, Refusal};
use super::resource::{Resource, endpoint};
use crate::app::App;
use crate::services::kit::error::ServiceError;
use crate::services::kit::limits::{Attempt, Guessable};
use crate::services::media::{Answer as Answered, Grant, OfferError, Refused};

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new()
        .add(endpoint!(whip))
        .add(endpoint!(whep))
        .add(endpoint!(end))
        .add(endpoint!(hls))
}

/// What only those have whom it was told to. What nobody has is counted: a token or an address that is not to be
/// guessed. Whoever has it goes on while others guess at the same address, which may be a whole village's: there is
/// nothing to be found by trying 256 bits.
async fn known<T: Send + 'static>(
    app: &Arc<App>,
    peer: &Peer,
    found: impl FnOnce(&App) -> Result<T, ServiceError>,
) -> Answer<T> {
    let now_ms = app.now_ms();
    let guess = Attempt::new(Guessable::LiveLink).by_address(&peer.counted);
    let found = found(app);
    if matches!(
        found,
        Err(ServiceError::Unauthenticated | ServiceError::NotFound(_))
    ) {
        app.limits.check_here(&guess, now_ms)?;
        app.blocking(move |app| app.counted(guess, now_ms)).await?;
    }
    Ok(found?)
}

/// The offer in a WHIP or WHEP request, and what its token, which is good for the stream, stands for.
async fn offer<'a>(
    app: &Arc<App>,
    (peer, headers): (&Peer, &HeaderMap),
    body: &'a Bytes,
    stream: &str,
    sending: bool,
) -> Answer<(Grant, &'a str)> {
    let token = bearer(headers).ok_or(ServiceError::Unauthenticated)?;
    let grant = known(app, peer, |app| app.media.check(token, stream, sending)).await?;
    let sdp = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/sdp"));
    if !sdp {
        return Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ErrorCode::BadRequest,
            "请求内容须为 SDP（application/sdp）。",
        ));
    }
    let offer = std::str::from_utf8(body).map_err(|_| Refusal::bad_request("SDP 不是文字。"))?;
    Ok((grant, offer))
}

/// 201 with the answer and where the session is ended.
fn created(answer: &Answered) -> Answer<Response> {
    let location = HeaderValue::from_str(&format!("/live/sessions/{}", answer.session))
        .map_err(|error| ServiceError::Internal(format!("header: {error}")))?;
    let kind = HeaderValue::from_static("application/sdp");
    let mut response = (StatusCode::CREATED, answer.sdp.clone()).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

fn refused(error: Refused) -> Refusal {
    let error = match error {
        Refused::Rule(error) => return error.into(),
        Refused::Offer(error) => error,
    };
    match error {
        OfferError::Taken => Refusal::new(
            StatusCode::PRECONDITION_FAILED,
            ErrorCode::SessionTaken,
            "这路画面正由另一处发送。",
        ),
        OfferError::TooMany => Refusal::unavailable("同时观看的太多，请稍后再试。"),
        OfferError::Stopped => Refusal::unavailable("服务正在停止。"),
        other => Refusal::bad_request("无法接受这个 SDP。").detail(other.to_string()),
    }
}
