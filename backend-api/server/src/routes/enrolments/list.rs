//! `GET /api/v1/enrolments`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::enrolment::PendingEnrolment;

use super::super::extract::StaffAuth;
use super::super::problem::Answer;
use crate::app::App;
use crate::services::enrolment;

/// Boxes that wait for approval.
#[utoipa::path(get, path = "/api/v1/enrolments", tag = "enrolment",
    responses((status = 200, body = Vec<PendingEnrolment>)), security(("staff" = [])))]
pub async fn list(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
) -> Answer<Json<Vec<PendingEnrolment>>> {
    let now_ms = app.now_ms();
    let pending = app
        .blocking(move |app| enrolment::pending(&app.store, &staff, now_ms))
        .await?;
    Ok(Json(pending))
}
