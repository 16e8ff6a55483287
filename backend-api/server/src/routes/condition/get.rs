//! `GET /api/v1/condition`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::operation::ServerCondition;

use super::super::extract::StaffAuth;
use super::super::problem::Answer;
use crate::app::App;
use crate::services::condition;
use crate::services::kit::rights::Action;

/// How the server itself is: room on the disk, its clock, the database, the age of the last good backup.
#[utoipa::path(get, path = "/api/v1/condition", tag = "operation",
    responses((status = 200, body = ServerCondition)), security(("staff" = [])))]
pub async fn get(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
) -> Answer<Json<ServerCondition>> {
    staff.may(Action::ReadAudit)?;
    let found = app
        .blocking(|app| Ok(condition::now(app.condition())))
        .await?;
    Ok(Json(found))
}
