//! `POST /api/v1/evaluations/questions`

use axum::Json;
use contract::form::Form;

use super::super::extract::{Body, StaffAuth};
use super::super::problem::{Answer, Refusal};
use crate::import::register::evaluations::read_questions;
use crate::services::evaluations::lead;

/// Reads questions from a table (CSV, UTF-8 or GB18030) or from a TOML file as the folder `evaluations` has them; both are
/// in `docs/CONTENT.md`. Nothing is kept: they are for a draft that somebody writes.
#[utoipa::path(post, path = "/api/v1/evaluations/questions", tag = "evaluations",
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "CSV or TOML"),
    responses((status = 200, body = Form), (status = 413, body = contract::error::Problem),
        (status = 422, body = contract::error::Problem, description = "Every line that is wrong: the fields are `line[N]`")),
    security(("staff" = [])))]
pub async fn questions(
    StaffAuth { staff, .. }: StaffAuth,
    body: Result<Body, Refusal>,
) -> Answer<Json<Form>> {
    lead(&staff)?;
    let Body(bytes) = body?;
    Ok(Json(read_questions(&bytes)?))
}
