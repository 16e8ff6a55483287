//! `POST /api/v1/roll-calls/{id}/members`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::roll_call::{Attendance, MemberAddition};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::roll_call::manage;

/// Calls a member of the own subtree too who was entered after the roll call had opened, with a reason.
/// Audited. Doing it again is fine.
#[utoipa::path(post, path = "/api/v1/roll-calls/{id}/members", tag = "roll calls",
    params(("id" = String, Path, description = "The roll call")), request_body = MemberAddition,
    responses((status = 201, body = Attendance),
        (status = 200, body = Attendance, description = "They are called already"),
        (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem,
            description = "It has not opened, is over or was cancelled; or the member has left"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn add_member(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    Json(addition): Json<MemberAddition>,
) -> Answer<(StatusCode, axum::Json<Attendance>)> {
    let now_ms = app.now_ms();
    let (line, news) = app
        .blocking(move |app| manage::add_member(&app.store, &staff, &id, &addition, now_ms))
        .await?;
    let status = if news {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, axum::Json(line)))
}
