//! `GET /api/v1/roll-calls/{id}/events`

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use bytes::Bytes;
use contract::roll_call::Counts;
use futures_util::stream;
use tokio::sync::watch;
use tokio::time::Instant;

use super::super::extract::{Path, StaffAuth, staff_token};
use super::super::problem::Answer;
use super::super::sse;
use crate::app::App;
use crate::services::announcer::streams::{Owner, Stream};
use crate::services::kit::error::Result;
use crate::services::roll_call::show;
use crate::services::sessions;

/// Figures are sent at most so often.
const AT_MOST_EVERY: Duration = Duration::from_secs(1);
/// Shorter than the minute after which proxies drop a silent connection.
const HEARTBEAT: Duration = Duration::from_secs(25);

/// The wait before the figures are asked for again, after the database could not be used.
const ASK_AGAIN: Duration = Duration::from_secs(2);

/// Somebody who watches figures change.
struct Watcher {
    app: Arc<App>,
    token: String,
    id: String,
    changes: watch::Receiver<i64>,
    /// Wakes when the session may have ended.
    accounts: watch::Receiver<u64>,
    /// What was sent last, and when.
    sent: Option<(Counts, Instant)>,
    /// What was sent may be old.
    behind: bool,
    stream: Stream,
}

/// Figures of the own subtree as they change: server-sent events `counts`, at most one a second,
/// the first at once.
#[utoipa::path(get, path = "/api/v1/roll-calls/{id}/events", tag = "roll calls",
    params(("id" = String, Path, description = "The roll call")),
    responses((status = 200, description = "Events with the figures",
        content_type = "text/event-stream", body = Counts),
        (status = 404, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn events(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer<Response> {
    let token = staff_token(&headers).unwrap_or_default().to_owned();
    let stream = app.live.enter(Owner::Session(&staff.session_id))?;
    let changes = app.announcer.roll_calls();
    let accounts = app.announcer.accounts();
    let mut watcher = Watcher {
        app,
        token,
        id,
        changes,
        accounts,
        sent: None,
        behind: false,
        stream,
    };
    // Refused here, while there still is a status to do it with.
    let counts = watcher.counts().await?;
    let stopping = watcher.app.stopping.clone();
    let mut first = b"retry: 3000\n".to_vec();
    first.extend_from_slice(&watcher.frame(counts));
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
    /// The next frame; nothing when the session is over or the server stops.
    async fn next(&mut self) -> Option<Bytes> {
        let silent_until = Instant::now() + HEARTBEAT;
        loop {
            tokio::select! {
                () = self.app.stopping.cancelled() => return None,
                () = &mut self.stream => return None,
                () = tokio::time::sleep_until(silent_until) => {
                    self.still_may().await?;
                    return Some(Bytes::from_static(b":\n\n"));
                }
                () = tokio::time::sleep(ASK_AGAIN), if self.behind => {}
                changed = self.accounts.changed() => {
                    changed.ok()?;
                    self.still_may().await?;
                    continue;
                }
                changed = self.changes.changed() => changed.ok()?,
            }
            if let Some((_, at)) = self.sent {
                tokio::select! {
                    () = self.app.stopping.cancelled() => return None,
                    () = tokio::time::sleep_until(at + AT_MOST_EVERY) => {}
                }
            }
            self.changes.borrow_and_update();
            let counts = match self.counts().await {
                Ok(counts) => counts,
                // The database will be there again; who watches need not notice.
                Err(error) if error.passes() => {
                    self.behind = true;
                    continue;
                }
                Err(_) => return None,
            };
            self.behind = false;
            if self.sent.is_none_or(|(sent, _)| sent != counts) {
                return Some(self.frame(counts));
            }
        }
    }

    /// Nothing if they may not watch any more.
    async fn still_may(&self) -> Option<()> {
        sse::goes_on(&self.counts().await)
    }

    async fn counts(&self) -> Result<Counts> {
        let (token, id, now_ms) = (self.token.clone(), self.id.clone(), self.app.now_ms());
        self.app
            .blocking(move |app| {
                // A session may end, and rights change, while somebody watches.
                let staff = sessions::authenticate(&app.store, &token, now_ms)?;
                show::counts(&app.store, &app.figures, &staff, &id)
            })
            .await
    }

    fn frame(&mut self, counts: Counts) -> Bytes {
        self.sent = Some((counts, Instant::now()));
        let data = serde_json::to_string(&counts).unwrap_or_default();
        format!("event: counts\ndata: {data}\n\n").into()
    }
}
