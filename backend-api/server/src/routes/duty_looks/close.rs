//! `DELETE /api/v1/duty-looks/{id}`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;

/// Ends a look; its line stays in the log. Doing it twice is fine.
#[utoipa::path(delete, path = "/api/v1/duty-looks/{id}", tag = "duty",
    params(("id" = String, Path, description = "The look")),
    responses((status = 204, description = "Ended"), (status = 403, body = contract::error::Problem),
        (status = 404, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn close(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    app.blocking(move |app| app.duty.close(&staff, &id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
