//! `POST /api/v1/finance-sheets`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::finance::FinanceDraft;
use contract::staff::StaffBulletin;

use super::super::extract::{IdempotencyKey, Json, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::finance;

/// Makes the draft of a bulletin of a month's accounts: tables with the sums, beside the month before, and the
/// photographs of invoices. Accounts with a fault are refused. Sent again under its key it is the same draft.
#[utoipa::path(post, path = "/api/v1/finance-sheets", tag = "bulletins",
    params(("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters")),
    request_body = FinanceDraft,
    responses((status = 201, body = StaffBulletin, headers(("ETag" = String, description = "The version"))),
        (status = 413, body = contract::error::Problem),
        (status = 422, body = contract::error::Problem, description = "`invalid`, `key_reused`")),
    security(("staff" = [])))]
pub async fn draft(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    IdempotencyKey(key): IdempotencyKey,
    Json(request): Json<FinanceDraft>,
) -> Answer<(StatusCode, Versioned<StaffBulletin>)> {
    let now_ms = app.now_ms();
    let made = app
        .blocking(move |app| finance::draft(&app.store, &staff, &key, &request, now_ms))
        .await?;
    Ok((StatusCode::CREATED, Versioned::new(made)))
}
