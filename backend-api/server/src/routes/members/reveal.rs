//! `POST /api/v1/members/{id}/reveal`

use std::sync::Arc;

use axum::extract::State;
use contract::member::{MemberSecrets, Reason};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use super::super::uncached::Uncached;
use crate::app::App;
use crate::services::members::confidential;

/// A member's numbers in clear. Who asked and why is kept in the audit log first.
#[utoipa::path(post, path = "/api/v1/members/{id}/reveal", tag = "members",
    params(("id" = String, Path, description = "The member")),
    request_body = Reason,
    responses((status = 200, body = MemberSecrets), (status = 404, body = contract::error::Problem),
        (status = 422, body = contract::error::Problem),
        (status = 429, body = contract::error::Problem, description = "`too_many`: as many as a day allows")),
    security(("staff" = [])))]
pub async fn reveal(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    Json(why): Json<Reason>,
) -> Answer<Uncached<MemberSecrets>> {
    let now_ms = app.now_ms();
    let found = app
        .blocking(move |app| {
            let per_day = app.config.limits.reveals_per_day;
            confidential::reveal(&app.store, &app.vault, &staff, &id, &why, per_day, now_ms)
        })
        .await?;
    Ok(Uncached(found))
}
