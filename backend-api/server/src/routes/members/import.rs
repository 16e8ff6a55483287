//! `POST /api/v1/members/import`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::member::MemberImportReport;

use super::super::extract::{Body, Query, StaffAuth};
use super::super::paging::Into;
use super::super::problem::{Answer, Refusal};
use crate::app::App;
use crate::import::register::people::import_members;
use crate::services::kit::publishing::Source;
use crate::services::members::import::Import;

/// Adds and changes members from a CSV file (UTF-8 or GB18030) or an XLSX spreadsheet; the columns are in
/// `docs/CONTENT.md`. Rows with a mistake are left out and named, the others are taken. Sent again
/// it changes only what changed.
#[utoipa::path(post, path = "/api/v1/members/import", tag = "members", params(Into),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "CSV or XLSX, at most 20 MB"),
    responses((status = 200, body = MemberImportReport), (status = 413, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn import(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Query(into): Query<Into>,
    body: Result<Body, Refusal>,
) -> Answer<Json<MemberImportReport>> {
    let Body(bytes) = body?;
    let turn = app
        .lists
        .acquire()
        .await
        .map_err(|_| Refusal::unavailable("服务正在停止，请稍后再试。"))?;
    let now_ms = app.now_ms();
    let report = app
        .blocking(move |app| {
            let import = Import {
                store: &app.store,
                vault: &app.vault,
                by: &Source::staff(&staff),
                organization_code: into.organization.as_deref(),
                now_ms,
            };
            import_members(&import, &bytes)
        })
        .await?;
    drop(turn);
    Ok(Json(report))
}
