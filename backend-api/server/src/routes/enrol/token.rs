//! `POST /api/v1/enrol/token`

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use contract::enrolment::{
    CLIENT_ID, DEVICE_GRANT, TokenError, TokenErrorCode, TokenRequest, TokenResponse,
};

use super::super::extract::{Form, Peer};
use super::super::problem::Answer;
use super::refused;
use crate::app::App;
use crate::services::enrolment::{self, Granted};

/// A box asks whether it has been approved (RFC 8628 section 3.4). Asked again, because the answer was lost,
/// it is given the same token until its device code expires.
#[utoipa::path(post, path = "/api/v1/enrol/token", tag = "enrolment",
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, body = TokenResponse), (status = 400, body = TokenError)))]
pub async fn token(
    State(app): State<Arc<App>>,
    peer: Peer,
    Form(request): Form<TokenRequest>,
) -> Answer<Response> {
    let Some(request) = request else {
        return Ok(refused(TokenErrorCode::InvalidRequest));
    };
    if request.grant_type != DEVICE_GRANT {
        return Ok(refused(TokenErrorCode::UnsupportedGrantType));
    }
    if request.client_id != CLIENT_ID {
        return Ok(refused(TokenErrorCode::InvalidClient));
    }
    let now_ms = app.now_ms();
    let granted = app
        .blocking(move |app| {
            let asks = (request.device_code.as_str(), peer.counted.as_str());
            enrolment::token(&app.store, &app.vault, &app.limits, asks, now_ms)
        })
        .await?;
    Ok(match granted {
        Granted::Token(token) => (super::NO_STORE, axum::Json(*token)).into_response(),
        Granted::Refused(code) => refused(code),
    })
}
