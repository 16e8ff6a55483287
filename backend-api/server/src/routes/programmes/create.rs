//! `POST /api/v1/programmes`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::staff_programme::{NewProgramme, StaffProgramme};

use super::super::extract::{Json, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::captions;
use crate::services::kit::rights::Action;
use crate::services::programmes::staff::create as make;

/// Makes a draft of a film that was uploaded. The film is made in the background; how far it is is in `film`.
#[utoipa::path(post, path = "/api/v1/programmes", tag = "programmes", request_body = NewProgramme,
    responses((status = 201, body = StaffProgramme, headers(("ETag" = String, description = "The version"))),
        (status = 409, body = contract::error::Problem, description = "It is still looked at what was uploaded"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn create(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Json(new): Json<NewProgramme>,
) -> Answer<(StatusCode, Versioned<StaffProgramme>)> {
    staff.may(Action::Publish)?;
    let captions = captions::store(&app.files, &new.edit.captions).await?;
    let now_ms = app.now_ms();
    let made = app
        .blocking(move |app| make(&app.store, &staff, new, captions, now_ms))
        .await?;
    app.films.wake();
    Ok((StatusCode::CREATED, Versioned::new(made)))
}
