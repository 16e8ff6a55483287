//! `POST /api/v1/programmes/{id}/publish`

use std::sync::Arc;

use axum::extract::State;
use contract::staff_programme::StaffProgramme;

use super::super::extract::{Path, StaffAuth};
use super::super::problem::Answer;
use super::super::versioned::{IfMatch, Versioned};
use crate::app::App;
use crate::services::programmes;

/// Publishes a draft whose film is ready: every TV of its audience gets it at once.
#[utoipa::path(post, path = "/api/v1/programmes/{id}/publish", tag = "programmes",
    params(("id" = String, Path, description = "The programme"),
        ("If-Match" = String, Header, description = "The version that was seen")),
    responses((status = 200, body = StaffProgramme, headers(("ETag" = String, description = "The version"))),
        (status = 409, body = contract::error::Problem, description = "It is no draft, or its film is not ready"),
        (status = 412, body = contract::error::Problem, description = "`stale`")),
    security(("staff" = [])))]
pub async fn publish(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    IfMatch(seen): IfMatch,
) -> Answer<Versioned<StaffProgramme>> {
    let now_ms = app.now_ms();
    let published = app
        .blocking(move |app| programmes::staff::publish(&app.store, &staff, &id, seen, now_ms))
        .await?;
    Ok(Versioned::new(published))
}
