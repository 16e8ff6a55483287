//! Listens for what cannot wait (server-sent events). Losing an event costs nothing but time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use contract::event::Event;
use eventsource_stream::Eventsource;
use futures_util::StreamExt;
use reqwest::header::ACCEPT;
use reqwest::{Method, Response};
use tokio::sync::watch;

use super::context::Context;
use super::http::{self, HttpError};
use super::notice::Notice;
use super::wishes::News;
use super::{remote, watched};

/// More bytes than this without an event are no event stream.
const MAX_SILENCE_BYTES: usize = 1 << 20;

/// Listens, and connects again when it breaks. Ends only when the token is void.
pub(super) async fn run(ctx: &Context, token: &str) {
    let mut backoff = ctx.backoff();
    let mut hopes = ctx.hopes();
    loop {
        let mut listened = false;
        // A hope that comes while nothing is heard yet is one for the next try.
        match listen(ctx, token, &mut listened, hopes.clone()).await {
            Ok(Ended::Revoked) => return,
            Err(error) if error.is_revoked() => return,
            Ok(Ended::Closed) => tracing::debug!("the event stream ended"),
            // Whatever came by the network before may not come by this one.
            Err(HttpError::AnotherNetwork) => {
                hopes.mark_unchanged();
                backoff.worked();
                continue;
            }
            Err(error) => {
                ctx.missed(&error);
                tracing::debug!(%error, "the event stream broke");
            }
        }
        if listened {
            backoff.worked();
            // What was hoped for while it went well is no reason to come back at once.
            hopes.mark_unchanged();
            // Whether the server is there at all is the feed's to find out.
            ctx.feed_bell.notify_one();
        }
        ctx.pause(backoff.failed(), &mut hopes).await;
    }
}

enum Ended {
    Closed,
    Revoked,
}

/// Listens until the stream ends or a network comes.
async fn listen(
    ctx: &Context,
    token: &str,
    listened: &mut bool,
    mut hopes: watch::Receiver<u64>,
) -> Result<Ended, HttpError> {
    let networks = ctx.networks();
    let came = async {
        loop {
            let _ = hopes.changed().await;
            if ctx.networks() != networks {
                return;
            }
        }
    };
    tokio::select! {
        ended = hear(ctx, token, listened) => ended,
        () = came => Err(HttpError::AnotherNetwork),
    }
}

async fn hear(ctx: &Context, token: &str, listened: &mut bool) -> Result<Ended, HttpError> {
    let heartbeat = Duration::from_millis(ctx.timing.heartbeat_ms);
    let mut request = ctx
        .http
        .request(
            Method::GET,
            &format!("{}/events", contract::API_PREFIX),
            Some(token),
        )
        .header(ACCEPT, "text/event-stream");
    if let Some(id) = ctx.cache.note("last_event_id") {
        request = request.header("last-event-id", id);
    }
    let response = tokio::time::timeout(heartbeat, request.send())
        .await
        .map_err(|_| HttpError::TimedOut)??;
    if !response.status().is_success() {
        return Err(http::refusal_of(response).await);
    }
    if http::media_type(response.headers()) != Some("text/event-stream") {
        return Err(HttpError::Strange("not an event stream".to_owned()));
    }
    *listened = true;
    ctx.heard();
    // Whatever happened before this moment is in the feed, and everything else is as it is.
    ctx.feed_bell.notify_one();
    ctx.bells.ring_all();
    ctx.live.tell(News::Again);
    let own = ctx
        .cache
        .enrolment()
        .map(|enrolment| enrolment.terminal_id)
        .unwrap_or_default();
    let silence = Arc::new(AtomicUsize::new(0));
    let mut events = Box::pin(chunks(response, heartbeat, Arc::clone(&silence)).eventsource());
    while let Some(event) = events.next().await {
        let event = match event {
            Ok(event) => event,
            Err(error) => return Err(HttpError::Strange(error.to_string())),
        };
        silence.store(0, Ordering::Relaxed);
        match serde_json::from_str::<Event>(&event.data) {
            Ok(Event::Revoked) => return Ok(Ended::Revoked),
            Ok(news) => take(ctx, news, &own)?,
            // A newer server may say things that this program does not know.
            Err(error) => tracing::debug!(%error, event = event.event, "an unknown event"),
        }
        if !event.id.is_empty() && event.id.len() <= 256 {
            ctx.cache.set_note("last_event_id", &event.id)?;
        }
    }
    Ok(Ended::Closed)
}

/// Rings whoever an event names, and takes what cannot wait for an answer.
fn take(ctx: &Context, event: Event, own_terminal: &str) -> Result<(), HttpError> {
    watched::told(ctx, &event);
    remote::told(ctx, &event);
    match event {
        Event::FeedChanged => ctx.feed_bell.notify_one(),
        Event::UrgentNotice { bulletin_id, title } => {
            ctx.feed_bell.notify_one();
            ctx.notify(Notice::Urgent { bulletin_id, title });
        }
        Event::MeetingStarted {
            meeting_id,
            title,
            meeting_kind,
        } => {
            ctx.feed_bell.notify_one();
            if ctx
                .cache
                .meeting_started(&meeting_id, &title, meeting_kind)?
            {
                ctx.notify(Notice::ContentChanged(ctx.cache.generation()));
            }
        }
        Event::MeetingEnded { meeting_id } => {
            ctx.feed_bell.notify_one();
            if ctx.cache.meeting_ended(&meeting_id)? {
                ctx.notify(Notice::ContentChanged(ctx.cache.generation()));
            }
        }
        Event::MeetingPlace { .. } => ctx.live.told(&event, own_terminal),
        // Of those that are watched.
        _ => {}
    }
    Ok(())
}

/// The bytes of an answer; fails when there are none for a heartbeat, or too many without an event.
fn chunks(
    response: Response,
    heartbeat: Duration,
    silence: Arc<AtomicUsize>,
) -> impl futures_util::Stream<Item = Result<bytes::Bytes, HttpError>> {
    futures_util::stream::unfold(Some(response), move |response| {
        let silence = Arc::clone(&silence);
        async move {
            let mut response = response?;
            match tokio::time::timeout(heartbeat, response.chunk()).await {
                Ok(Ok(Some(chunk))) => {
                    if silence.fetch_add(chunk.len(), Ordering::Relaxed) > MAX_SILENCE_BYTES {
                        return Some((Err(HttpError::TooLarge(MAX_SILENCE_BYTES)), None));
                    }
                    Some((Ok(chunk), Some(response)))
                }
                Ok(Ok(None)) => None,
                Ok(Err(error)) => Some((Err(error.into()), None)),
                Err(_) => Some((Err(HttpError::TimedOut), None)),
            }
        }
    })
}
