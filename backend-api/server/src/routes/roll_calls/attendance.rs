//! `GET /api/v1/roll-calls/{id}/attendance`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::roll_call::{Attendance, AttendanceState};
use serde::Deserialize;

use super::super::extract::{Path, Query, StaffAuth};
use super::super::paging::{Page, Paging};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::roll_call::manage::{self, Lines};

/// Which lines.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Only who stands so.
    state: Option<AttendanceState>,
    /// Only members of the organization with this code and those below it.
    organization: Option<String>,
    /// `next` of the page before.
    after: Option<String>,
    /// Items on a page, 1 to 200; 50 when left out.
    limit: Option<u32>,
}

/// How each member of the own subtree stands, visitors included.
#[utoipa::path(get, path = "/api/v1/roll-calls/{id}/attendance", tag = "roll calls",
    params(("id" = String, Path, description = "The roll call"), Wanted),
    responses((status = 200, body = Page<Attendance>), (status = 404, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn attendance(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Answer<Json<Page<Attendance>>> {
    let limit = Paging {
        before: None,
        limit: wanted.limit,
    }
    .limit();
    let lines = Lines {
        organization_code: wanted.organization,
        state: wanted.state,
        after: wanted.after,
        limit,
    };
    let found = app
        .blocking(move |app| manage::attendance(&app.store, &staff, &id, &lines))
        .await?;
    Ok(Json(Page::new(found, limit, |line| &line.member.id)))
}
