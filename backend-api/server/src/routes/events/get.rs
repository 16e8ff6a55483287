//! `GET /api/v1/events`

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Interval, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use super::super::extract::TerminalAuth;
use super::super::problem::Answer;
use super::super::sse;
use crate::app::App;
use crate::services::announcer::channels::{Channel, Signal};
use crate::services::announcer::streams::{Owner, Stream};

/// Shorter than the minute after which proxies and home routers drop a silent connection.
const HEARTBEAT: Duration = Duration::from_secs(25);

/// Frames are made once and shared; what a listener costs is this and its socket.
struct Listener {
    terminal_id: Arc<str>,
    channel: Arc<Channel>,
    signals: Receiver<Signal>,
    heartbeat: Interval,
    stopping: CancellationToken,
    first: Option<Bytes>,
    over: bool,
    stream: Stream,
}

/// Server-sent events for this terminal. `Last-Event-ID` brings `feed_changed` at once if
/// something was missed. A terminal has three streams at most: the oldest ends when a fourth begins.
#[utoipa::path(get, path = "/api/v1/events", tag = "terminal",
    params(("Last-Event-ID" = Option<String>, Header, description = "`id` of the last event seen")),
    responses((status = 200, description = "Events, see `contract::event`",
        content_type = "text/event-stream", body = contract::event::Event)),
    security(("terminal" = [])))]
pub async fn get(
    State(app): State<Arc<App>>,
    TerminalAuth(terminal): TerminalAuth,
    headers: HeaderMap,
) -> Answer<Response> {
    let stream = app.live.enter(Owner::Terminal(&terminal.terminal_id))?;
    let channel = app.channel(&terminal.organization_id).await?;
    // Listening begins before the head is read: a change in between is then told twice, not never.
    let signals = channel.listen();
    let missed = headers
        .get("last-event-id")
        .is_some_and(|id| id.as_bytes() != channel.now().head.to_string().as_bytes());
    // 3 s until a reconnect, which terminals spread by themselves.
    let mut first = b"retry: 3000\n: ok\n\n".to_vec();
    if missed {
        first.extend_from_slice(&channel.feed_changed());
    }
    // It may have been told between its look-up and here, when it did not listen yet.
    let over = terminal.is_outdated();
    let mut heartbeat = tokio::time::interval(HEARTBEAT);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    heartbeat.reset();
    let listener = Listener {
        terminal_id: Arc::clone(&terminal.terminal_id),
        channel,
        signals,
        heartbeat,
        stopping: app.stopping.clone(),
        first: Some(first.into()),
        over,
        stream,
    };
    let body = stream::unfold(listener, async |mut listener| {
        let frame = listener.next().await?;
        Some((Ok::<_, Infallible>(frame), listener))
    });
    Ok(sse::response(body, app.stopping.clone()))
}

impl Listener {
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        if self.over {
            return None;
        }
        loop {
            tokio::select! {
                () = self.stopping.cancelled() => return None,
                () = &mut self.stream => return None,
                signal = self.signals.recv() => match signal {
                    Ok(signal) => {
                        if signal.only.as_ref().is_some_and(|only| *only != self.terminal_id) {
                            continue;
                        }
                        self.over = signal.last;
                        self.heartbeat.reset();
                        return Some(signal.frame);
                    }
                    // Whatever was missed can be asked for.
                    Err(RecvError::Lagged(_)) => return Some(self.channel.everything_changed()),
                    Err(RecvError::Closed) => return None,
                },
                _ = self.heartbeat.tick() => return Some(Bytes::from_static(b":\n\n")),
            }
        }
    }
}
