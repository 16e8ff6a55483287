//! `POST /api/v1/enrolments/{user_code}/approve`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::enrolment::ApproveRequest;

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::enrolment;

/// Admits the box that shows this code to an organization of the own subtree.
#[utoipa::path(post, path = "/api/v1/enrolments/{user_code}/approve", tag = "enrolment",
    params(("user_code" = String, Path, description = "What the TV shows, e.g. `4821-7730`")),
    request_body = ApproveRequest,
    responses((status = 204, description = "Admitted"), (status = 404, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn approve(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(user_code): Path<String>,
    Json(request): Json<ApproveRequest>,
) -> Answer<StatusCode> {
    let now_ms = app.now_ms();
    super::limited(&app, &staff.account_id.clone(), move |app| {
        enrolment::approve(&app.store, Some(&staff), &user_code, &request, now_ms)
    })
    .await
}
