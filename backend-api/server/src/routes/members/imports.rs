//! `GET /api/v1/members/imports`

use std::sync::Arc;

use axum::extract::State;
use contract::member::MemberImport;

use super::super::extract::StaffAuth;
use super::super::problem::Answer;
use crate::app::App;
use crate::services::members::imports as service;

/// Imports of the own subtree that can be taken back, newest first; at most 50.
#[utoipa::path(get, path = "/api/v1/members/imports", tag = "members",
    responses((status = 200, body = Vec<MemberImport>)),
    security(("staff" = [])))]
pub async fn imports(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
) -> Answer<axum::Json<Vec<MemberImport>>> {
    let now_ms = app.now_ms();
    let found = app
        .blocking(move |app| service::list(&app.store, &staff, now_ms))
        .await?;
    Ok(axum::Json(found))
}
