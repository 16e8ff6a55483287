//! `GET /api/v1/meetings/{id}/events`

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use bytes::Bytes;
use contract::meeting::RoomState;
use futures_util::stream;
use tokio::sync::watch;
use tokio::time::Instant;

use super::super::extract::{Path, StaffAuth, staff_token};
use super::super::problem::Answer;
use super::super::sse;
use crate::app::App;
use crate::services::announcer::streams::{Owner, Stream};
use crate::services::kit::error::Result;
use crate::services::room::{Session, people};
use crate::services::sessions;

/// The stage is sent at most so often: homes join within seconds of each other.
const AT_MOST_EVERY: Duration = Duration::from_millis(150);
/// Shorter than the minute after which proxies drop a silent connection.
const HEARTBEAT: Duration = Duration::from_secs(25);
/// A session may end, and rights change, while somebody watches.
const ASK_EVERY: Duration = Duration::from_secs(30);

/// Somebody who watches a stage.
struct Watcher {
    app: Arc<App>,
    token: String,
    id: String,
    session: Arc<Session>,
    changes: watch::Receiver<u64>,
    /// Wakes when the session may have ended.
    accounts: watch::Receiver<u64>,
    sent: Instant,
    asked: Instant,
    over: bool,
    stream: Stream,
}

/// The stage of a live meeting as it changes: server-sent events `stage`, the first at once. The
/// stream ends with the meeting.
#[utoipa::path(get, path = "/api/v1/meetings/{id}/events", tag = "live",
    params(("id" = String, Path, description = "The meeting")),
    responses((status = 200, description = "Events with the stage",
        content_type = "text/event-stream", body = RoomState),
        (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "It is not live")),
    security(("staff" = [])))]
pub async fn events(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer<Response> {
    let token = staff_token(&headers).unwrap_or_default().to_owned();
    let stream = app.live.enter(Owner::Session(&staff.session_id))?;
    let accounts = app.announcer.accounts();
    // Asked after that began, so that an end in between is not missed.
    let (wanted, asked, now_ms) = (id.clone(), token.clone(), app.now_ms());
    app.blocking(move |app| {
        let staff = sessions::authenticate(&app.store, &asked, now_ms)?;
        people::may_direct(&app.store, &staff, &wanted)
    })
    .await?;
    let session = app.rooms.session(&id)?;
    let changes = session.changes();
    let now = Instant::now();
    let mut watcher = Watcher {
        app,
        token,
        id,
        session,
        changes,
        accounts,
        sent: now,
        asked: now,
        over: false,
        stream,
    };
    let stopping = watcher.app.stopping.clone();
    let mut first = b"retry: 3000\n".to_vec();
    first.extend_from_slice(&watcher.frame());
    let body = stream::unfold(
        (watcher, Some(first.into())),
        async |(mut watcher, first)| {
            let frame = match first {
                Some(first) => first,
                None => watcher.next().await?,
            };
            Some((Ok::<Bytes, Infallible>(frame), (watcher, None)))
        },
    );
    Ok(sse::response(body, stopping))
}

impl Watcher {
    /// The next frame; nothing when the meeting or the session is over or the server stops.
    async fn next(&mut self) -> Option<Bytes> {
        if self.over {
            return None;
        }
        let silent_until = Instant::now() + HEARTBEAT;
        loop {
            tokio::select! {
                () = self.app.stopping.cancelled() => return None,
                () = &mut self.stream => return None,
                () = tokio::time::sleep_until(silent_until) => {
                    self.still_may().await?;
                    return Some(Bytes::from_static(b":\n\n"));
                }
                changed = self.accounts.changed() => {
                    changed.ok()?;
                    self.still_may().await?;
                }
                changed = self.changes.changed() => {
                    changed.ok()?;
                    break;
                }
            }
        }
        tokio::select! {
            () = self.app.stopping.cancelled() => return None,
            () = tokio::time::sleep_until(self.sent + AT_MOST_EVERY) => {}
        }
        if self.asked.elapsed() > ASK_EVERY || self.accounts.has_changed().ok()? {
            self.accounts.mark_unchanged();
            self.still_may().await?;
        }
        self.changes.borrow_and_update();
        Some(self.frame())
    }

    /// Nothing if they may not watch any more.
    async fn still_may(&mut self) -> Option<()> {
        sse::goes_on(&self.ask().await)
    }

    async fn ask(&mut self) -> Result<()> {
        let (token, id, now_ms) = (self.token.clone(), self.id.clone(), self.app.now_ms());
        self.app
            .blocking(move |app| {
                let staff = sessions::authenticate(&app.store, &token, now_ms)?;
                people::may_direct(&app.store, &staff, &id)
            })
            .await?;
        self.asked = Instant::now();
        Ok(())
    }

    fn frame(&mut self) -> Bytes {
        self.sent = Instant::now();
        let stage = self.session.room_state(self.app.now_ms());
        self.over = stage.state != contract::meeting::MeetingState::Live;
        let data = serde_json::to_string(&stage).unwrap_or_default();
        format!("event: stage\ndata: {data}\n\n").into()
    }
}
