//! `POST /api/v1/finance-sheets/trial`

use std::sync::Arc;

use axum::extract::State;
use contract::finance::{FinanceJudged, FinanceSheet};

use super::super::extract::{Json, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::finance;

/// Whether a month's accounts add up, and go on from what the organization published of the month before: every
/// fault at its cell. Nothing is written.
#[utoipa::path(post, path = "/api/v1/finance-sheets/trial", tag = "bulletins",
    request_body = FinanceSheet,
    responses((status = 200, body = FinanceJudged), (status = 413, body = contract::error::Problem),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn trial(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Json(sheet): Json<FinanceSheet>,
) -> Answer<axum::Json<FinanceJudged>> {
    let now_ms = app.now_ms();
    let judged = app
        .blocking(move |app| finance::judge(&app.store, &staff, &sheet, now_ms))
        .await?;
    Ok(axum::Json(judged))
}
