//! `POST /api/v1/enrol/device`

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::{IntoResponse, Response};
use contract::enrolment::{CLIENT_ID, DeviceRequest, DeviceResponse, TokenError, TokenErrorCode};
use url::Url;

use super::super::extract::{Form, Peer};
use super::super::problem::Answer;
use super::refused;
use crate::app::App;
use crate::services::address;
use crate::services::enrolment::{self, INTERVAL_MS, LIFETIME_MS, Origin};

/// A box begins its enrolment (RFC 8628 section 3.1).
#[utoipa::path(post, path = "/api/v1/enrol/device", tag = "enrolment",
    request_body(content = DeviceRequest, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, body = DeviceResponse), (status = 400, body = TokenError),
        (status = 429, body = contract::error::Problem)))]
pub async fn device(
    State(app): State<Arc<App>>,
    peer: Peer,
    headers: HeaderMap,
    Form(request): Form<DeviceRequest>,
) -> Answer<Response> {
    let Some(request) = request else {
        return Ok(refused(TokenErrorCode::InvalidRequest));
    };
    if request.client_id != CLIENT_ID {
        return Ok(refused(TokenErrorCode::InvalidClient));
    }
    let now_ms = app.now_ms();
    let origin = Origin {
        address: peer.counted,
        network: peer.network,
    };
    let started = app
        .blocking(move |app| {
            let (hardware, waiting) = (&request.hardware, app.config.limits.waiting_enrolments);
            enrolment::start(&app.store, &app.limits, hardware, &origin, waiting, now_ms)
        })
        .await?;
    let base = for_telephones(&app, &headers).unwrap_or_else(|| app.public_url.clone());
    let page = base.join("enrol").map_or_else(
        // A base that cannot be joined was refused when the settings were read.
        |_| String::new(),
        String::from,
    );
    let answer = DeviceResponse {
        verification_uri_complete: format!("{page}?code={}", started.user_code),
        verification_uri: page,
        device_code: started.device_code,
        user_code: started.user_code,
        expires_in: u64::try_from(LIFETIME_MS / 1000).unwrap_or_default(),
        interval: u64::try_from(INTERVAL_MS / 1000).unwrap_or_default(),
    };
    Ok((super::NO_STORE, axum::Json(answer)).into_response())
}

fn for_telephones(app: &App, headers: &HeaderMap) -> Option<Url> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let scheme = text(HeaderName::from_static("x-forwarded-proto")).unwrap_or("http");
    address::for_telephones(address::Known {
        configured: app.config.public_url.as_ref(),
        listens: app.listens,
        asked: text(header::HOST).map(|host| (scheme, host)),
        own: &address::own(),
    })
}
