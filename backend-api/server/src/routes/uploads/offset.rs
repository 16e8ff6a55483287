//! `HEAD /api/v1/uploads/{id}`

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use super::tus::{self, Spoken};
use crate::app::App;

/// Where an upload goes on: what is kept of it, whatever was cut.
#[utoipa::path(head, path = "/api/v1/uploads/{id}", tag = "uploads",
    params(("id" = String, Path, description = "The upload"),
        ("Tus-Resumable" = String, Header, description = "1.0.0")),
    responses((status = 200, description = "It is in the headers", headers(
            ("Upload-Offset" = u64, description = "Bytes that are kept"),
            ("Upload-Length" = u64, description = "Bytes of the whole"),
            ("Upload-Expires" = String, description = "When it is thrown away if nothing comes"))),
        (status = 404, description = "There is none, or no more")),
    security(("staff" = [])))]
pub async fn offset(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    _: Spoken,
) -> Answer<HeaderMap> {
    let found = app
        .blocking(move |app| app.uploads.get(&staff, &id))
        .await?;
    Ok(tus::progress(&found))
}
