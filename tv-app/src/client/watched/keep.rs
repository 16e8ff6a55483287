//! The loop that keeps a document of this terminal up to date.
//!
//! It is asked for at the start, every few minutes, when an event names it, after every break of the
//! event stream and when the network is back. Whether the server is there at all is the feed's to
//! find out.

use std::time::Duration;

use contract::error::Problem;
use contract::event::Event;
use reqwest::header::ETAG;
use reqwest::{Method, StatusCode};
use serde::de::DeserializeOwned;
use tokio::time::Instant;

use crate::cache::CacheError;
use crate::client::bells::When;
use crate::client::context::Context;
use crate::client::http::{self, HttpError, MAX_JSON};

/// A document that is kept up to date, and what is remembered of it between two questions.
pub(super) trait Watched: Default + Send {
    /// What the server says.
    type Document: DeserializeOwned;

    /// Its name, also that of its bell.
    const NAME: &'static str;

    /// Where it is, below the terminal's own path.
    const PATH: &'static str;

    /// Many terminals hear the same event: each waits for a moment of its own.
    const SPREAD: bool = false;

    /// Whether an event is about it, and how soon it is to be asked for.
    fn hears(event: &Event) -> Option<When>;

    /// Whether this terminal asks for it at all.
    fn is_asked(_ctx: &Context) -> bool {
        true
    }

    /// The ETag of what is known; `None` asks for all of it.
    fn known(&self, ctx: &Context) -> Option<String>;

    /// Takes what came.
    fn take(
        &mut self,
        ctx: &Context,
        document: Self::Document,
        answer: &Answer,
    ) -> Result<(), CacheError>;

    /// The server knows no such document. One that came later than others may be unknown to an older
    /// server.
    fn unknown(&mut self, _ctx: &Context, problem: Box<Problem>) -> Result<(), HttpError> {
        Err(HttpError::Refused(problem))
    }

    /// The server answered, with something new or without.
    fn told(&self, _ctx: &Context) {}

    /// At least so long between two questions that may be asked [`When::Soon`], in ms.
    fn gap_ms(&self, _ctx: &Context) -> u64 {
        0
    }

    /// When it changes by itself, in ms from now.
    fn due_ms(&self, _ctx: &Context) -> Option<u64> {
        None
    }
}

/// What else is known of an answer.
pub(super) struct Answer {
    /// Its ETag; empty when it has none.
    pub(super) etag: String,
    /// When it was asked for, in ms of the clock of the boot.
    pub(super) asked_at_boot_ms: i64,
    /// How long that took, in ms.
    pub(super) round_trip_ms: u64,
}

/// Tells a document's loop of an event that is about it.
pub(super) fn ring<W: Watched>(ctx: &Context, event: &Event) {
    if let Some(when) = W::hears(event) {
        ctx.bells.of(W::NAME).ring(when);
    }
}

/// Asks, and waits until there may be something new. Ends only when the token is void.
pub(super) async fn keep<W: Watched>(ctx: &Context, token: &str) {
    let bell = ctx.bells.of(W::NAME);
    let mut backoff = ctx.backoff();
    let mut retries = ctx.retries();
    let mut hopes = ctx.hopes();
    let mut watched = W::default();
    loop {
        let asked = if W::is_asked(ctx) {
            ask(ctx, token, &mut watched).await.map(|()| true)
        } else {
            Ok(false)
        };
        match asked {
            Ok(false) => {}
            Ok(true) => {
                backoff.worked();
                ctx.heard();
                hopes.mark_unchanged();
            }
            Err(error) if error.is_revoked() => return,
            Err(error) => {
                let wait = backoff.failed();
                tracing::debug!(%error, what = W::NAME, wait_ms = wait, "cannot be read");
                ctx.missed(&error);
                tokio::select! {
                    () = tokio::time::sleep(Duration::from_millis(wait)) => {}
                    _ = retries.changed() => {}
                    _ = hopes.changed() => {}
                    () = bell.rung(When::Now) => {}
                }
                continue;
            }
        }
        let next = Instant::now() + Duration::from_millis(watched.gap_ms(ctx));
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(ctx.timing.poll_ms)) => {}
            () = due(watched.due_ms(ctx)) => spread::<W>(ctx).await,
            _ = retries.changed() => {}
            () = bell.rung(When::Now) => spread::<W>(ctx).await,
            () = bell.rung(When::Soon) => {
                // What cannot wait does not.
                tokio::select! {
                    () = tokio::time::sleep_until(next) => {}
                    () = bell.rung(When::Now) => {}
                }
            }
        }
    }
}

async fn due(in_ms: Option<u64>) {
    match in_ms {
        Some(ms) => tokio::time::sleep(Duration::from_millis(ms)).await,
        None => std::future::pending().await,
    }
}

async fn spread<W: Watched>(ctx: &Context) {
    if W::SPREAD {
        let ms = ctx.random_ms(ctx.timing.spread_ms);
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }
}

async fn ask<W: Watched>(ctx: &Context, token: &str, watched: &mut W) -> Result<(), HttpError> {
    let bell = ctx.bells.of(W::NAME);
    let whole = bell.whole_was_wanted();
    let asked = ask_for(ctx, token, watched, whole).await;
    if whole && asked.is_err() {
        bell.want_whole();
    }
    asked
}

async fn ask_for<W: Watched>(
    ctx: &Context,
    token: &str,
    watched: &mut W,
    whole: bool,
) -> Result<(), HttpError> {
    let path = format!("{}/terminal{}", contract::API_PREFIX, W::PATH);
    let request = ctx.http.request(Method::GET, &path, Some(token));
    let known = watched.known(ctx).filter(|_| !whole);
    let clock = ctx.cache.clock();
    let (asked_at_boot_ms, begun) = (clock.boot_ms(), clock.monotonic_ms());
    match http::renew(request, known.as_deref(), MAX_JSON).await {
        Ok(None) => {}
        Ok(Some(answer)) => {
            let etag = answer.headers.get(ETAG);
            let about = Answer {
                etag: etag
                    .and_then(|value| value.to_str().ok())
                    .unwrap_or_default()
                    .to_owned(),
                asked_at_boot_ms,
                round_trip_ms: clock.monotonic_ms().saturating_sub(begun),
            };
            watched.take(ctx, answer.json()?, &about)?;
        }
        // Only our own server can say so: what stands in between and answers 404 takes nothing away.
        Err(HttpError::Refused(problem)) if problem.status == StatusCode::NOT_FOUND.as_u16() => {
            watched.unknown(ctx, problem)?;
        }
        Err(error) => return Err(error),
    }
    watched.told(ctx);
    Ok(())
}
