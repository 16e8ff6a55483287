//! `POST /api/v1/members/imports`

use std::sync::Arc;

use axum::extract::State;
use contract::member::{MemberImportRequest, MemberImported};

use super::super::extract::{IdempotencyKey, Json, StaffAuth};
use super::super::problem::{Answer, Refusal};
use crate::app::App;
use crate::import::register::people::import_members_at_once;
use crate::services::kit::publishing::Source;
use crate::services::members::import::Import;

/// Imports a list in one transaction: rows with a mistake, and those that may be somebody and nobody has decided
/// about, are left out and named. Sent again under its key it is the same import. It can be taken back for a
/// day.
#[utoipa::path(post, path = "/api/v1/members/imports", tag = "members",
    params(("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters")),
    request_body = MemberImportRequest,
    responses((status = 200, body = MemberImported), (status = 413, body = contract::error::Problem),
        (status = 422, body = contract::error::Problem, description = "`invalid`, `key_reused`")),
    security(("staff" = [])))]
pub async fn import_at_once(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    IdempotencyKey(key): IdempotencyKey,
    Json(request): Json<MemberImportRequest>,
) -> Answer<axum::Json<MemberImported>> {
    let turn = app
        .lists
        .acquire()
        .await
        .map_err(|_| Refusal::unavailable("服务正在停止，请稍后再试。"))?;
    let now_ms = app.now_ms();
    let done = app
        .blocking(move |app| {
            let import = Import {
                store: &app.store,
                vault: &app.vault,
                by: &Source::staff(&staff),
                organization_code: request.organization_code.as_deref(),
                now_ms,
            };
            let (bytes, choices) = (request.table.as_bytes(), &request.choices);
            import_members_at_once(&import, &staff, &key, bytes, choices)
        })
        .await?;
    drop(turn);
    Ok(axum::Json(done))
}
