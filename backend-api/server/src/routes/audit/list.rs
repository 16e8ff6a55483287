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
use crate::services::kit::audit::{self, Filter};
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
    /// Send this as `before` to get the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<i64>,
}

/// What is asked for, between its commas.
fn actions(named: Option<&str>) -> Result<Vec<String>, ServiceError> {
    const MOST: usize = 50;
    let named = named.unwrap_or_default().split(',').map(str::trim);
    let named: Vec<String> = named
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect();
    if named.len() > MOST {
        return Err(ServiceError::field("actions", "一次最多选 50 种"));
    }
    Ok(named)
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
        actions: actions(wanted.actions.as_deref())?,
        since_ms: wanted.since_ms,
        subject: wanted.subject,
    };
    let items = app
        .blocking(move |app| audit::list(&app.store, &staff, &filter, wanted.before, limit))
        .await?;
    let full = items.len() >= limit as usize;
    let next = items.last().filter(|_| full).map(|entry| entry.seq);
    Ok(Json(AuditPage { items, next }))
}
