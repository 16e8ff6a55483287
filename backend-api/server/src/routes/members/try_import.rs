//! `POST /api/v1/members/imports/trial`

use std::sync::Arc;

use axum::extract::State;
use contract::member::{MemberImportRequest, MemberTrial};

use super::super::extract::{Json, StaffAuth};
use super::super::problem::{Answer, Refusal};
use super::super::uncached::Uncached;
use crate::app::App;
use crate::import::register::people::try_members;
use crate::services::kit::publishing::Source;
use crate::services::members::import::Import;

/// What importing a list would do, row by row; nothing is written. Rows that may be somebody who is registered
/// come with who that is, side by side: decide about each, and send the same with it.
#[utoipa::path(post, path = "/api/v1/members/imports/trial", tag = "members",
    request_body = MemberImportRequest,
    responses((status = 200, body = MemberTrial), (status = 413, body = contract::error::Problem),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn try_import(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Json(request): Json<MemberImportRequest>,
) -> Answer<Uncached<MemberTrial>> {
    let turn = app
        .lists
        .acquire()
        .await
        .map_err(|_| Refusal::unavailable("服务正在停止，请稍后再试。"))?;
    let now_ms = app.now_ms();
    let tried = app
        .blocking(move |app| {
            let import = Import {
                store: &app.store,
                vault: &app.vault,
                by: &Source::staff(&staff),
                organization_code: request.organization_code.as_deref(),
                now_ms,
            };
            try_members(&import, request.table.as_bytes(), &request.choices)
        })
        .await?;
    drop(turn);
    Ok(Uncached(tried))
}
