//! `POST /api/v1/programmes/{id}/withdraw`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::staff::TakeBack;

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::programmes;

/// Withdraws a programme: every TV forgets it, and why stays with it. Of a draft nothing is left, and nobody
/// asks why.
#[utoipa::path(post, path = "/api/v1/programmes/{id}/withdraw", tag = "programmes",
    params(("id" = String, Path, description = "The programme")), request_body = TakeBack,
    responses((status = 204, description = "Withdrawn"), (status = 404, body = contract::error::Problem),
        (status = 422, body = contract::error::Problem, description = "No reason, or what is none")),
    security(("staff" = [])))]
pub async fn withdraw(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    Json(why): Json<TakeBack>,
) -> Answer<StatusCode> {
    let now_ms = app.now_ms();
    app.blocking(move |app| {
        let unused = programmes::staff::withdraw(&app.store, &staff, &id, &why, now_ms)?;
        unused.map_or(Ok(()), |upload| app.uploads.clear(&upload))
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
