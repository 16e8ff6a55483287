//! `GET /api/v1/staff/sessions`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::account::StaffSession;
use serde::Deserialize;

use super::super::super::extract::{Query, StaffAuth};
use super::super::super::problem::Answer;
use crate::app::App;
use crate::services::sessions;

/// Whose sessions.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Whose {
    /// Everybody's of the own subtree, instead of the own ones.
    #[serde(default)]
    everybody: bool,
}

/// Sessions that have not ended, newest first.
#[utoipa::path(get, path = "/api/v1/staff/sessions", tag = "staff", params(Whose),
    responses((status = 200, body = Vec<StaffSession>)), security(("staff" = [])))]
pub async fn list(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Query(whose): Query<Whose>,
) -> Answer<Json<Vec<StaffSession>>> {
    let now_ms = app.now_ms();
    let found = app
        .blocking(move |app| sessions::list(&app.store, &staff, whose.everybody, now_ms))
        .await?;
    Ok(Json(found))
}
