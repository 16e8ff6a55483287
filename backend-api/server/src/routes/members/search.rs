//! `POST /api/v1/members/search`

use std::sync::Arc;

use axum::extract::State;
use contract::member::{Member, NumberSearch};

use super::super::extract::{Json, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::members::read;

/// Members of the own subtree who have exactly this identity number, telephone number or card;
/// those who left, too. A number cannot be searched by part.
#[utoipa::path(post, path = "/api/v1/members/search", tag = "members",
    request_body = NumberSearch,
    responses((status = 200, body = Vec<Member>)),
    security(("staff" = [])))]
pub async fn search(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Json(wanted): Json<NumberSearch>,
) -> Answer<axum::Json<Vec<Member>>> {
    let now_ms = app.now_ms();
    let found = app
        .blocking(move |app| {
            read::by_number(&app.store, &app.vault, &staff, &wanted.number, now_ms)
        })
        .await?;
    Ok(axum::Json(found))
}
