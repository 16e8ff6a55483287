//! `DELETE /live/sessions/{id}`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::error::ErrorCode;

use super::super::extract::{Path, Peer};
use super::super::problem::{Answer, Refusal};
use crate::app::App;
use crate::services::kit::error::ServiceError;
use crate::services::media::{EndReason, SessionId};

/// Ends a WHIP or WHEP session. Its address is not to be guessed and is the right to end it.
///
/// Whoever finds that nothing comes any more ends the session here before connecting again: 200 and
/// `session_lost` say that the network was at fault. After any other answer nobody connects again by
/// themselves.
#[utoipa::path(delete, path = "/live/sessions/{id}", tag = "live",
    params(("id" = String, Path, description = "From `Location`")),
    responses((status = 200, description = "Ended"), (status = 404, body = contract::error::Problem),
        (status = 410, body = contract::error::Problem,
            description = "It had ended; the code says why: `session_replaced`, `session_revoked`, `session_ended` or `session_lost`")))]
pub async fn end(
    State(app): State<Arc<App>>,
    peer: Peer,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    let id: SessionId = id.parse().map_err(|_| ServiceError::NotFound("这次连接"))?;
    let (code, why) = match super::known(&app, &peer, |app| app.media.end(&id)).await? {
        None | Some(EndReason::Closed) => return Ok(StatusCode::OK),
        Some(EndReason::Replaced) => (ErrorCode::SessionReplaced, "这路画面已改由另一处发送。"),
        Some(EndReason::Revoked) => (ErrorCode::SessionRevoked, "使用这路画面的权限已被收回。"),
        Some(EndReason::Over) => (ErrorCode::SessionEnded, "这路画面已经结束。"),
        Some(EndReason::PeerClosed | EndReason::Inactive | EndReason::Failed) => {
            (ErrorCode::SessionLost, "连接中断了，请重新连接。")
        }
    };
    Err(Refusal::new(StatusCode::GONE, code, why))
}
