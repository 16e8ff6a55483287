//! `GET /api/v1/terminals`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::terminal::Terminal;
use serde::Deserialize;

use super::super::extract::{Query, StaffAuth};
use super::super::paging::{Page, Paging};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::terminals;

/// Which of them.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// Only TVs of homes in use that no household has, so that nobody can sign in there.
    #[serde(default)]
    without_household: Option<bool>,
    /// `next` of the page before.
    before: Option<String>,
    /// Items on a page, 1 to 200; 50 when left out.
    limit: Option<u32>,
}

/// Terminals of the own subtree, revoked ones too.
#[utoipa::path(get, path = "/api/v1/terminals", tag = "terminals", params(Which),
    responses((status = 200, body = Page<Terminal>)), security(("staff" = [])))]
pub async fn list(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Query(which): Query<Which>,
) -> Answer<Json<Page<Terminal>>> {
    let Which {
        without_household,
        before,
        limit,
    } = which;
    let paging = Paging { before, limit };
    let limit = paging.limit();
    let found = app
        .blocking(move |app| {
            let before = paging.before.as_deref();
            if without_household == Some(true) {
                terminals::without_household(&app.store, &staff, before, limit)
            } else {
                terminals::list(&app.store, &staff, before, limit)
            }
        })
        .await?;
    Ok(Json(Page::new(found, limit, |terminal| &terminal.id)))
}
