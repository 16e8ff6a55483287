//! `GET /api/v1/audit`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::account::AuditEntry;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::extract::{Query, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::kit::audit::{self, Filter, Meaning, Sought};
use crate::services::kit::error::ServiceError;

/// Which entries.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Of this actor, e.g. `staff:wang`.
    actor: Option<String>,
    /// Of this action, e.g. `member.reveal`.
    action: Option<String>,
    /// Of one of these actions, with commas between them; 50 at most.
    actions: Option<String>,
    /// Written at this moment or after it, Unix milliseconds.
    since_ms: Option<i64>,
    /// About this subject, e.g. `member:<id>`.
    subject: Option<String>,
    /// In which this is found: in the name of who did it, in what is said beside, or as the number of the entry;
    /// 100 characters at most.
    q: Option<String>,
    /// What the words of `q` mean in the log, with commas between; `*` stands for anything, and any of them is
    /// enough: `action:member.*`, `actor:system`, `detail:wrong password*`; 50 at most.
    meant: Option<String>,
    /// `next` of the page before.
    before: Option<i64>,
    /// Items on a page, 1 to 200; 50 when left out.
    limit: Option<u32>,
}

/// One page of the log.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditPage {
    /// The entries.
    items: Vec<AuditEntry>,
    /// Send this as `before` to get the next page; missing on the last one. With `q` a page may have fewer items
    /// than asked for, or none: no older entries were looked at yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<i64>,
}

/// What stands between the commas.
fn named<'a>(field: &'static str, all: Option<&'a str>) -> Result<Vec<&'a str>, ServiceError> {
    const MOST: usize = 50;
    let named = all.unwrap_or_default().split(',').map(str::trim);
    let named: Vec<&str> = named.filter(|name| !name.is_empty()).collect();
    if named.len() > MOST {
        return Err(ServiceError::field(field, "一次最多选 50 种"));
    }
    Ok(named)
}

/// What is looked for; nothing, when nothing was typed.
fn sought(q: Option<&str>, meant: Option<&str>) -> Result<Option<Sought>, ServiceError> {
    const LONGEST: usize = 100;
    let typed = q.unwrap_or_default().trim();
    if typed.chars().count() > LONGEST {
        return Err(ServiceError::field("q", "最多 100 个字"));
    }
    let meant = named("meant", meant)?
        .into_iter()
        .map(|one| match one.split_once(':') {
            Some(("action", text)) => Ok(Meaning::Action(text.to_owned())),
            Some(("actor", text)) => Ok(Meaning::Actor(text.to_owned())),
            Some(("detail", text)) => Ok(Meaning::Detail(text.to_owned())),
            _ => Err(ServiceError::field(
                "meant",
                "只能是 action、actor 或 detail",
            )),
        })
        .collect::<Result<_, _>>()?;
    Ok((!typed.is_empty()).then(|| Sought {
        typed: typed.to_owned(),
        meant,
    }))
}

/// Who did what in the own subtree, newest first. Staff of the root organization also see what
/// concerns no organization.
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit", params(Wanted),
    responses((status = 200, body = AuditPage)), security(("staff" = [])))]
pub async fn list(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Query(wanted): Query<Wanted>,
) -> Answer<Json<AuditPage>> {
    let limit = wanted.limit.unwrap_or(50).clamp(1, 200);
    let filter = Filter {
        actor: wanted.actor,
        action: wanted.action,
        actions: named("actions", wanted.actions.as_deref())?
            .into_iter()
            .map(str::to_owned)
            .collect(),
        since_ms: wanted.since_ms,
        subject: wanted.subject,
        sought: sought(wanted.q.as_deref(), wanted.meant.as_deref())?,
    };
    let found = app
        .blocking(move |app| audit::list(&app.store, &staff, &filter, wanted.before, limit))
        .await?;
    Ok(Json(AuditPage {
        items: found.entries,
        next: found.before,
    }))
}
