//! `POST /api/v1/submissions/pictures`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::request::Attachment;

use super::super::attachments::kept;
use super::super::extract::{Body, StaffAuth};
use super::super::problem::{Answer, Refusal};
use super::super::uncached::Uncached;
use crate::app::App;
use crate::services::kit::rights::Action;

/// Keeps a picture for a submission: its id goes into `pictures`. What is used in none is gone a day later.
#[utoipa::path(post, path = "/api/v1/submissions/pictures", tag = "submissions",
    request_body(content = Vec<u8>, content_type = "image/*", description = "JPEG, PNG or WebP"),
    responses((status = 201, body = Attachment), (status = 400, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "Much was uploaded and not used"),
        (status = 413, body = contract::error::Problem),
        (status = 507, body = contract::error::Problem, description = "`storage_full`")),
    security(("staff" = [])))]
pub async fn upload(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    body: Result<Body, Refusal>,
) -> Answer<(StatusCode, Uncached<Attachment>)> {
    staff.may(Action::Write)?;
    let attachment = kept(&app, staff, body?).await?;
    Ok((StatusCode::CREATED, Uncached(attachment)))
}
