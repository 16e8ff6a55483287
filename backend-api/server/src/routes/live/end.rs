//! `DELETE /live/sessions/{id}`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::super::extract::Path;
use super::super::problem::Answer;
use crate::app::App;
use crate::services::error::ServiceError;

/// Ends a WHIP or WHEP session. Its address is not to be guessed and is the right to end it.
#[utoipa::path(delete, path = "/live/sessions/{id}", tag = "live",
    params(("id" = String, Path, description = "From `Location`")),
    responses((status = 200, description = "Ended"), (status = 404, body = contract::error::Problem)))]
pub async fn end(State(app): State<Arc<App>>, Path(id): Path<String>) -> Answer<StatusCode> {
    let unknown = || ServiceError::NotFound("这次连接");
    let id = id.parse().map_err(|_| unknown())?;
    if app.studio.relay()?.close(&id) {
        Ok(StatusCode::OK)
    } else {
        Err(unknown().into())
    }
}
