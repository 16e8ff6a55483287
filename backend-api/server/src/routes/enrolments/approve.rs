//! `POST /api/v1/enrolments/{user_code}/approve`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::enrolment::ApproveRequest;

use super::super::extract::{Json, Path, Peer, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::enrolment::{self, Typist};

/// Admits the box that shows this code to an organization of the own subtree.
#[utoipa::path(post, path = "/api/v1/enrolments/{user_code}/approve", tag = "enrolment",
    params(("user_code" = String, Path, description = "What the TV shows, e.g. `4821-7730`")),
    request_body = ApproveRequest,
    responses((status = 204, description = "Admitted"), (status = 404, body = contract::error::Problem),
        (status = 429, body = contract::error::Problem, description = "`too_many`: wrong codes")),
    security(("staff" = [])))]
pub async fn approve(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    peer: Peer,
    Path(user_code): Path<String>,
    Json(request): Json<ApproveRequest>,
) -> Answer<StatusCode> {
    let now_ms = app.now_ms();
    let typist = Typist {
        staff,
        limits: Arc::clone(&app.limits),
        address: peer.counted,
    };
    app.blocking(move |app| {
        enrolment::approve(&app.store, Some(&typist), &user_code, &request, now_ms)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
