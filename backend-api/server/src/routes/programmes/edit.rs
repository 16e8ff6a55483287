//! `PUT /api/v1/programmes/{id}`

use std::sync::Arc;

use axum::extract::State;
use contract::staff_programme::{ProgrammeEdit, StaffProgramme};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::{IfMatch, Versioned};
use crate::app::App;
use crate::services::captions;
use crate::services::programmes::staff::{edit as change, may_change};

/// Replaces what is written of a programme. A published one changes on every TV at once.
#[utoipa::path(put, path = "/api/v1/programmes/{id}", tag = "programmes",
    params(("id" = String, Path, description = "The programme"),
        ("If-Match" = String, Header, description = "The version that was edited")),
    request_body = ProgrammeEdit,
    responses((status = 200, body = StaffProgramme, headers(("ETag" = String, description = "The version"))),
        (status = 409, body = contract::error::Problem, description = "It was withdrawn"),
        (status = 412, body = contract::error::Problem, description = "`stale`"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn edit(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    IfMatch(seen): IfMatch,
    Json(edit): Json<ProgrammeEdit>,
) -> Answer<Versioned<StaffProgramme>> {
    // Before its captions are stored.
    let (who, what) = (staff.clone(), id.clone());
    app.blocking(move |app| may_change(&app.store, &who, &what))
        .await?;
    let captions = captions::store(&app.files, &edit.captions).await?;
    let now_ms = app.now_ms();
    let edited = app
        .blocking(move |app| change(&app.store, &staff, &id, seen, edit, captions, now_ms))
        .await?;
    Ok(Versioned::new(edited))
}
