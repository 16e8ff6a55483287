//! `POST /api/v1/programmes/{id}/still`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::file::Picture;
use contract::staff_programme::StillRequest;

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::{Answer, Refusal};
use crate::app::App;
use crate::services::kit::error::ServiceError;
use crate::services::pictures;
use crate::services::programmes::staff::film_file;

/// A still picture of a programme's film, stored; it is the programme's when it is written so (`poster`).
#[utoipa::path(post, path = "/api/v1/programmes/{id}/still", tag = "programmes",
    params(("id" = String, Path, description = "The programme")), request_body = StillRequest,
    responses((status = 201, body = Picture), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "Its film is not ready, or cannot be read"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn still(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    Json(wish): Json<StillRequest>,
) -> Answer<(StatusCode, axum::Json<Picture>)> {
    let (who, what) = (staff.clone(), id.clone());
    let (film, at) = app
        .blocking(move |app| film_file(&app.store, &who, &what, wish.at_ms))
        .await?;
    // It takes a core and the memory of a picture, as scaling does.
    let turn = app
        .hashing
        .acquire()
        .await
        .map_err(|_| Refusal::unavailable("服务正在停止，请稍后再试。"))?;
    let prepared = app.films.still(&film, at).await?;
    drop(turn);
    let picture = pictures::store(&app.files, prepared, "")
        .await
        .map_err(ServiceError::from)?;
    let now_ms = app.now_ms();
    let picture = app
        .blocking(move |app| {
            pictures::record(&app.store, &staff, &picture, now_ms)?;
            Ok(picture)
        })
        .await?;
    Ok((StatusCode::CREATED, axum::Json(picture)))
}
