//! `POST /api/v1/enrolments/{user_code}/decline`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::super::extract::{Path, Peer, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::enrolment::{self, Typist};

/// Sends the box that shows this code away.
#[utoipa::path(post, path = "/api/v1/enrolments/{user_code}/decline", tag = "enrolment",
    params(("user_code" = String, Path, description = "What the TV shows")),
    responses((status = 204, description = "Declined"), (status = 404, body = contract::error::Problem),
        (status = 429, body = contract::error::Problem, description = "`too_many`: wrong codes")),
    security(("staff" = [])))]
pub async fn decline(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    peer: Peer,
    Path(user_code): Path<String>,
) -> Answer<StatusCode> {
    let now_ms = app.now_ms();
    let typist = Typist {
        staff,
        limits: Arc::clone(&app.limits),
        address: peer.counted,
    };
    app.blocking(move |app| enrolment::decline(&app.store, &typist, &user_code, now_ms))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
