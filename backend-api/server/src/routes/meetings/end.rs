//! `POST /api/v1/meetings/{id}/end`

use std::sync::Arc;

use axum::extract::State;
use contract::meeting::StaffMeeting;
use serde::Deserialize;

use super::super::extract::{Path, Query, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::Versioned;
use crate::app::App;
use crate::services::meetings;

/// How a meeting ends.
#[derive(Clone, Copy, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Ending {
    /// The roll calls that demand the code of its picture may end with it. Without that, ending a meeting
    /// while one goes on is refused with `roll_call_open`.
    #[serde(default)]
    with_roll_calls: bool,
}

/// Ends a live meeting. Doing it again is fine.
#[utoipa::path(post, path = "/api/v1/meetings/{id}/end", tag = "meetings",
    params(("id" = String, Path, description = "The meeting"), Ending),
    responses((status = 200, body = StaffMeeting, headers(("ETag" = String, description = "The version"))), (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem,
            description = "It never began; or `roll_call_open`: a roll call goes on that demands its code")),
    security(("staff" = [])))]
pub async fn end(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    Query(ending): Query<Ending>,
) -> Answer<Versioned<StaffMeeting>> {
    let now_ms = app.now_ms();
    let changed = app
        .blocking(move |app| {
            let with = ending.with_roll_calls;
            meetings::end(&app.store, &staff, &id, with, now_ms)
        })
        .await?;
    app.rooms.end(&changed.meeting.id);
    Ok(Versioned::new(changed))
}
