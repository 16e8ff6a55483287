//! `GET /api/v1/audit/head`

use std::sync::Arc;

use axum::extract::State;
use contract::account::AuditHead;

use super::super::extract::StaffAuth;
use super::super::problem::Answer;
use super::super::uncached::Uncached;
use crate::app::App;
use crate::services::kit::audit;

/// The end of the log. Kept elsewhere, it proves later that nothing up to there was changed or cut off.
#[utoipa::path(get, path = "/api/v1/audit/head", tag = "audit",
    responses((status = 200, body = AuditHead)), security(("staff" = [])))]
pub async fn head(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
) -> Answer<Uncached<AuditHead>> {
    let found = app
        .blocking(move |app| audit::head(&app.store, &staff))
        .await?;
    Ok(Uncached(found))
}
