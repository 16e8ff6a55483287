//! `GET /api/v1/evaluations`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::evaluation::{EvaluationState, StaffEvaluation};
use serde::Deserialize;

use super::super::extract::{Query, StaffAuth};
use super::super::paging::{Page, Paging};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::evaluations::manage;

/// Which ones.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Only those that stand so.
    state: Option<EvaluationState>,
    /// `next` of the page before.
    before: Option<String>,
    /// Items on a page, 1 to 200; 50 when left out.
    limit: Option<u32>,
}

/// Evaluations of the own subtree, and those above it that were announced, which ask its people too; newest first.
#[utoipa::path(get, path = "/api/v1/evaluations", tag = "evaluations", params(Wanted),
    responses((status = 200, body = Page<StaffEvaluation>)), security(("staff" = [])))]
pub async fn list(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Query(wanted): Query<Wanted>,
) -> Answer<Json<Page<StaffEvaluation>>> {
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
    let now_ms = app.now_ms();
    let found = app
        .blocking(move |app| {
            let page = (before.as_deref(), limit);
            manage::list(app.evaluations(), &staff, state, page, now_ms)
        })
        .await?;
    Ok(Json(Page::new(found, limit, |it| &it.evaluation.id)))
}
