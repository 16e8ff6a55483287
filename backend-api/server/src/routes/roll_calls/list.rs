//! `GET /api/v1/roll-calls`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::roll_call::{RollCall, RollCallState};
use serde::Deserialize;

use super::super::extract::{Query, StaffAuth};
use super::super::paging::{Page, Paging};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::roll_call::show;

/// Which ones.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Only those that stand so.
    state: Option<RollCallState>,
    /// `next` of the page before.
    before: Option<String>,
    /// Items on a page, 1 to 200; 50 when left out.
    limit: Option<u32>,
}

/// Roll calls of the own subtree and those above it, which call its members too; newest first.
/// Figures are those of the own subtree.
#[utoipa::path(get, path = "/api/v1/roll-calls", tag = "roll calls", params(Wanted),
    responses((status = 200, body = Page<RollCall>)), security(("staff" = [])))]
pub async fn list(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Query(wanted): Query<Wanted>,
) -> Answer<Json<Page<RollCall>>> {
    let Wanted {
        state,
        before,
        limit,
    } = wanted;
    let limit = Paging {
        before: None,
        limit,
    }
    .limit();
    let found = app
        .blocking(move |app| {
            show::list(
                &app.store,
                &app.figures,
                &staff,
                state,
                before.as_deref(),
                limit,
            )
        })
        .await?;
    Ok(Json(Page::new(found, limit, |roll_call| &roll_call.id)))
}
