//! `GET /api/v1/terminals`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::terminal::{Terminal, TerminalKind, TerminalOnly};
use serde::Deserialize;

use super::super::extract::{Query, StaffAuth};
use super::super::paging::Page;
use super::super::problem::Answer;
use crate::app::App;
use crate::services::terminals::{self, Filter};

/// Which of them.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// Of the organization with this code and those below it; left out: of the own one.
    organization: Option<String>,
    /// Whose name, or that of their organization, contains this or is read so (pinyin: syllables or first letters).
    name: Option<String>,
    /// What they are.
    kind: Option<TerminalKind>,
    /// Only these.
    #[param(inline)]
    only: Option<TerminalOnly>,
    /// With `only=heard` and `only=silent`: since when, Unix milliseconds; left out: since one in use would have
    /// asked.
    since_ms: Option<i64>,
    /// As `only=without_household`.
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
    let now_ms = app.now_ms();
    let limit = which.limit.unwrap_or(50).clamp(1, 200);
    let homeless = which.without_household == Some(true);
    let filter = Filter {
        organization_code: which.organization,
        name: which.name,
        kind: which.kind,
        only: which
            .only
            .or(homeless.then_some(TerminalOnly::WithoutHousehold)),
        since_ms: which.since_ms,
    };
    let found = app
        .blocking(move |app| {
            let before = which.before.as_deref();
            terminals::list(&app.store, &staff, &filter, before, limit, now_ms)
        })
        .await?;
    Ok(Json(Page::new(found, limit, |terminal| &terminal.id)))
}
