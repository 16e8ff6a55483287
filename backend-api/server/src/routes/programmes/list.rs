//! `GET /api/v1/programmes`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::staff_programme::{ProgrammeStand, StaffProgramme};
use serde::Deserialize;

use super::super::extract::{Query, StaffAuth};
use super::super::paging::Page;
use super::super::problem::Answer;
use crate::app::App;
use crate::services::programmes::staff::{self as programmes, Filter};

/// Which programmes.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Of published ones also how often they were watched.
    #[serde(default)]
    figures: bool,
    /// Only those of this list.
    list: Option<String>,
    /// Only those with these words in title or summary, or whose title, or whose organization, is read so (pinyin:
    /// syllables or first letters).
    text: Option<String>,
    /// Only those with captions (`true`), or only those without.
    captions: Option<bool>,
    /// Only those that stand so.
    #[param(inline)]
    stand: Option<ProgrammeStand>,
    /// `next` of the page before.
    before: Option<String>,
    /// Items on a page, 1 to 200; 50 when left out.
    limit: Option<u32>,
}

/// Programmes of the own subtree, drafts among them, newest first.
#[utoipa::path(get, path = "/api/v1/programmes", tag = "programmes", params(Wanted),
    responses((status = 200, body = Page<StaffProgramme>)), security(("staff" = [])))]
pub async fn list(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Query(wanted): Query<Wanted>,
) -> Answer<Json<Page<StaffProgramme>>> {
    let limit = wanted.limit.unwrap_or(50).clamp(1, 200);
    let filter = Filter {
        list: wanted.list,
        text: wanted.text,
        captions: wanted.captions,
        stand: wanted.stand,
        figures: wanted.figures,
    };
    let found = app
        .blocking(move |app| {
            let before = wanted.before.as_deref();
            programmes::list(&app.store, &staff, &filter, before, limit)
        })
        .await?;
    Ok(Json(Page::new(found, limit, |one| &one.programme.id)))
}
