//! `GET /api/v1/meetings`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::meeting::{MeetingKind, MeetingState, StaffMeeting};
use serde::Deserialize;
use store::meetings::{After, Filter};

use super::super::extract::{Query, StaffAuth};
use super::super::paging::{Page, Paging};
use super::super::problem::{Answer, Refusal};
use crate::app::App;
use crate::services::meetings;

/// Which meetings.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Only those that stand so.
    state: Option<MeetingState>,
    /// Only those held so.
    kind: Option<MeetingKind>,
    /// Only those whose title contains this.
    q: Option<String>,
    /// Only those planned to begin then or later, Unix milliseconds.
    from_ms: Option<i64>,
    /// Only those planned to begin earlier, Unix milliseconds.
    to_ms: Option<i64>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Items on a page, 1 to 200; 50 when left out.
    limit: Option<u32>,
}

/// Meetings held in the own subtree, and those for an audience in it or above it; those that are
/// planned to begin last first.
#[utoipa::path(get, path = "/api/v1/meetings", tag = "meetings", params(Wanted),
    responses((status = 200, body = Page<StaffMeeting>)), security(("staff" = [])))]
pub async fn list(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Query(wanted): Query<Wanted>,
) -> Answer<Json<Page<StaffMeeting>>> {
    let after = match wanted.cursor.as_deref() {
        Some(cursor) => {
            Some(read(cursor).ok_or_else(|| Refusal::bad_request("网址中的参数不对。"))?)
        }
        None => None,
    };
    let limit = Paging {
        before: None,
        limit: wanted.limit,
    }
    .limit();
    let filter = Filter {
        state: wanted.state,
        kind: wanted.kind,
        title: wanted
            .q
            .map(|q| q.trim().to_owned())
            .filter(|q| !q.is_empty()),
        from_ms: wanted.from_ms,
        to_ms: wanted.to_ms,
        ..Filter::default()
    };
    let items = app
        .blocking(move |app| meetings::list(&app.store, &staff, &filter, after.as_ref(), limit))
        .await?;
    let full = items.len() >= limit as usize;
    let next = items.last().filter(|_| full).map(|last| {
        let meeting = &last.meeting;
        format!("{}.{}", meeting.starts_at_ms, meeting.id)
    });
    Ok(Json(Page { items, next }))
}

fn read(cursor: &str) -> Option<After> {
    let (starts_at_ms, id) = cursor.split_once('.')?;
    Some(After {
        starts_at_ms: starts_at_ms.parse().ok()?,
        id: id.to_owned(),
    })
}
