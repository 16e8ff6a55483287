//! `POST /api/v1/enrolments/{user_code}/decline`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::enrolment;

/// Sends the box that shows this code away.
#[utoipa::path(post, path = "/api/v1/enrolments/{user_code}/decline", tag = "enrolment",
    params(("user_code" = String, Path, description = "What the TV shows")),
    responses((status = 204, description = "Declined"), (status = 404, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn decline(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(user_code): Path<String>,
) -> Answer<StatusCode> {
    let now_ms = app.now_ms();
    super::limited(&app, &staff.account_id.clone(), move |app| {
        enrolment::decline(&app.store, &staff, &user_code, now_ms)
    })
    .await
}
