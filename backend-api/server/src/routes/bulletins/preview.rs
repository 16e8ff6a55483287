//! `POST /api/v1/bulletins/{id}/preview`

use std::sync::Arc;

use axum::extract::State;
use contract::preview::{Preview, PreviewRequest};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use super::super::uncached::Uncached;
use crate::app::App;
use crate::services::bulletins;

/// Pictures of a bulletin as televisions show it, made by the television application where that is installed on
/// the server.
#[utoipa::path(post, path = "/api/v1/bulletins/{id}/preview", tag = "bulletins",
    params(("id" = String, Path, description = "The bulletin")), request_body = PreviewRequest,
    responses((status = 200, body = Preview), (status = 404, body = contract::error::Problem),
        (status = 422, body = contract::error::Problem),
        (status = 503, body = contract::error::Problem, description = "Many are asked for, or it failed")),
    security(("staff" = [])))]
pub async fn preview(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    Json(wish): Json<PreviewRequest>,
) -> Answer<Uncached<Preview>> {
    let now_ms = app.now_ms();
    let (version, job) = app
        .blocking(move |app| bulletins::preview(&app.store, &staff, &id, wish.text_size, now_ms))
        .await?;
    let made = app.previews.make(&app.files, version, &job).await?;
    Ok(Uncached(made))
}
