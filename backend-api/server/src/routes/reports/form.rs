//! What a report is made as, and a file to be saved.

use axum::Json;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::services::kit::error::Result;

/// What the report is made as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// For programs.
    #[default]
    Json,
    /// A table in UTF-8 with a byte order mark, as Excel reads it.
    Csv,
    /// A workbook.
    Xlsx,
}

impl Form {
    /// A report in this form; as a file it has this name, without its ending.
    pub(super) fn answer<T: Serialize>(
        self,
        report: T,
        name: &str,
        csv: impl FnOnce(&T) -> Result<Vec<u8>>,
        xlsx: impl FnOnce(&T) -> Result<Vec<u8>>,
    ) -> Result<Response> {
        Ok(match self {
            Self::Json => Json(report).into_response(),
            Self::Csv => file(
                "text/csv; charset=utf-8",
                &format!("{name}.csv"),
                csv(&report)?,
            ),
            Self::Xlsx => file(
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                &format!("{name}.xlsx"),
                xlsx(&report)?,
            ),
        })
    }
}

/// A file to be saved. The name is of a month that was understood, so it needs no quoting.
fn file(media_type: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [
        (header::CONTENT_TYPE, media_type.to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, bytes).into_response()
}
