//! `POST /api/v1/finance-sheets/read`

use std::sync::Arc;

use axum::extract::State;
use contract::finance::{FinanceRow, FinanceTable};

use super::super::extract::{Body, StaffAuth};
use super::super::problem::{Answer, Refusal};
use crate::app::App;
use crate::import::register::people::read_whole_sheet;
use crate::services::finance;
use crate::services::kit::error::ServiceError;
use crate::services::kit::rights::Action;

/// Reads a CSV file (UTF-8 or GB18030) or the first sheet of an XLSX spreadsheet, as it stands there; nothing is
/// kept. What cannot be read is named with its line.
#[utoipa::path(post, path = "/api/v1/finance-sheets/read", tag = "bulletins",
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "CSV or XLSX, at most 5 MB"),
    responses((status = 200, body = FinanceTable), (status = 413, body = contract::error::Problem),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn read(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    body: Result<Body, Refusal>,
) -> Answer<axum::Json<FinanceTable>> {
    staff.may(Action::Write)?;
    let Body(bytes) = body?;
    let turn = app
        .lists
        .acquire()
        .await
        .map_err(|_| Refusal::unavailable("服务正在停止，请稍后再试。"))?;
    let table = app
        .blocking(move |_| {
            let sheet = read_whole_sheet(&bytes)
                .map_err(|complaint| ServiceError::field("file", complaint.message))?;
            let rows = sheet.rows.into_iter();
            Ok(finance::headed(FinanceTable {
                header: sheet.header,
                rows: rows
                    .map(|(line, cells)| FinanceRow { line, cells })
                    .collect(),
                complaints: sheet.complaints,
            }))
        })
        .await?;
    drop(turn);
    Ok(axum::Json(table))
}
