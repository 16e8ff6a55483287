//! `GET /api/v1/requests`

use std::sync::Arc;

use axum::extract::State;
use contract::request::{CategoryKind, RequestGroup, RequestPage};
use serde::Deserialize;

use super::super::extract::{Query, StaffAuth};
use super::super::problem::Answer;
use super::super::uncached::Uncached;
use crate::app::App;
use crate::services::requests::desk::{self, Wanted};

/// Which requests.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wish {
    /// `to_do` when left out.
    #[param(inline)]
    #[serde(default)]
    group: RequestGroup,
    /// Only of this kind; confidential ones are only shown to the office they are addressed to.
    kind: Option<CategoryKind>,
    /// Only in the category with this id.
    category: Option<String>,
    /// Only with the organization with this code, or one below it.
    office: Option<String>,
    /// Only with this in number, household or words.
    q: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// Items on a page, 1 to 200; 50 when left out.
    limit: Option<u32>,
}

/// A work list, the one that is due first first, and how many there are in each group.
#[utoipa::path(get, path = "/api/v1/requests", tag = "requests", params(Wish),
    responses((status = 200, body = RequestPage),
        (status = 400, body = contract::error::Problem, description = "The cursor is of no page"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn list(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Query(wish): Query<Wish>,
) -> Answer<Uncached<RequestPage>> {
    let now_ms = app.now_ms();
    let wanted = Wanted {
        group: wish.group,
        kind: wish.kind,
        category: wish.category,
        office: wish.office,
        text: wish.q,
        cursor: wish.cursor,
        limit: wish.limit.unwrap_or(50).clamp(1, 200),
    };
    let found = app
        .blocking(move |app| desk::page(&app.store, &app.vault, &staff, &wanted, now_ms))
        .await?;
    Ok(Uncached(found))
}
