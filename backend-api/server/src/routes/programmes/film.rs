//! `POST /api/v1/programmes/{id}/film`

use std::sync::Arc;

use axum::extract::State;
use contract::staff_programme::{FilmAgain, StaffProgramme};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::programmes::staff::film_again;

/// Tries once more to make a film that could not be made, of the same or of another upload.
#[utoipa::path(post, path = "/api/v1/programmes/{id}/film", tag = "programmes",
    params(("id" = String, Path, description = "The programme")), request_body = FilmAgain,
    responses((status = 200, body = StaffProgramme, headers(("ETag" = String, description = "The version"))),
        (status = 409, body = contract::error::Problem, description = "It did not fail, or what was uploaded is gone"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn film(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    Json(again): Json<FilmAgain>,
) -> Answer<Versioned<StaffProgramme>> {
    let now_ms = app.now_ms();
    let queued = app
        .blocking(move |app| {
            let (queued, replaced) = film_again(&app.store, &staff, &id, again, now_ms)?;
            if let Some(upload) = replaced {
                app.uploads.clear(&upload)?;
            }
            Ok(queued)
        })
        .await?;
    app.films.wake();
    Ok(Versioned::new(queued))
}
