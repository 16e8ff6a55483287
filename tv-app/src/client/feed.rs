//! Brings the cache up to date.

use std::time::Duration;

use contract::feed::{Change, Document, FeedPage};
use contract::terminal::TerminalStorage;
use contract::township::ListingKind;
use reqwest::Method;
use reqwest::header::ETAG;
use serde::Deserialize as _;
use serde_json::Value;

use super::context::Context;
use super::http::{self, Answer, HttpError, MAX_JSON};
use super::notice::Notice;
use crate::cache::Storage;

/// More pages than any township has: a server that never ends is broken.
const MAX_PAGES: usize = 10_000;

/// The note with the version of the program that could not read everything of the feed.
const NOT_ALL_READ: &str = "not_all_read_by";

/// This program's version.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Asks the feed at the start, when told and every few minutes. Ends only when the token is void.
pub(super) async fn run(ctx: &Context, token: &str) {
    let mut backoff = ctx.backoff();
    // From the start: a wish to try now that comes during an exchange counts for the next.
    let mut retries = ctx.retries();
    let mut hopes = ctx.hopes();
    loop {
        match ctx.anew(sync(ctx, token)).await {
            Ok(()) => {
                backoff.worked();
                ctx.online(true);
                ctx.heard();
                // Everything up to here is known.
                hopes.mark_unchanged();
                tokio::select! {
                    () = tokio::time::sleep(Duration::from_millis(ctx.timing.poll_ms)) => {}
                    () = ctx.feed_bell.notified() => {}
                    _ = retries.changed() => {}
                }
            }
            Err(error) if error.is_revoked() => return,
            Err(HttpError::AnotherNetwork) => {}
            Err(error) => {
                let wait = backoff.failed();
                tracing::warn!(%error, wait_ms = wait, "the feed cannot be read");
                ctx.missed(&error);
                // What this box cannot store says nothing of the network.
                if !matches!(error, HttpError::Cache(_)) {
                    ctx.online(false);
                }
                tokio::select! {
                    () = tokio::time::sleep(Duration::from_millis(wait)) => {}
                    _ = retries.changed() => {}
                    _ = hopes.changed() => {}
                }
            }
        }
    }
}

async fn sync(ctx: &Context, token: &str) -> Result<(), HttpError> {
    let mut changed = false;
    let answer = pages(ctx, token, &mut changed).await;
    if answer.is_ok() {
        ctx.feed_ended();
    }
    // What was applied is there to be seen, also when a later page failed.
    if changed {
        ctx.notify(Notice::ContentChanged(ctx.cache.generation()));
    }
    answer
}

async fn pages(ctx: &Context, token: &str, changed: &mut bool) -> Result<(), HttpError> {
    if ctx
        .cache
        .note(NOT_ALL_READ)
        .is_some_and(|version| !version.is_empty() && version != VERSION)
    {
        ctx.cache.read_all_again()?;
        ctx.cache.set_note(NOT_ALL_READ, "")?;
    }
    if ctx.feed_begins() {
        let forgotten = ctx.cache.read_all_again();
        // By it the server would say that there is nothing new.
        let forgotten = forgotten.and_then(|()| ctx.cache.set_note("etag", ""));
        if let Err(error) = forgotten {
            ctx.feed_failed_to_begin();
            return Err(error.into());
        }
    }
    let mut etag = ctx.cache.note("etag");
    for _ in 0..MAX_PAGES {
        let cursor = ctx.cache.cursor();
        let mut request = ctx.http.request(
            Method::GET,
            &format!("{}/feed", contract::API_PREFIX),
            Some(token),
        );
        request = request.header(
            contract::TERMINAL_STORAGE,
            keeps(ctx.cache.storage()).name(),
        );
        let mut known = None;
        if let Some(cursor) = &cursor {
            request = request.query(&[("cursor", cursor)]);
            // “Nothing new” does not say what time it is.
            known = etag.take().filter(|_| ctx.cache.server_time().synced);
        }
        let clock = ctx.cache.clock();
        let (asked_at, begun) = (clock.boot_ms(), clock.monotonic_ms());
        let answer = http::renew(request, known.as_deref(), MAX_JSON).await?;
        let round_trip = clock.monotonic_ms().saturating_sub(begun);
        let Some(answer) = answer else {
            ctx.cache.synced(ctx.cache.server_time().at_ms)?;
            return Ok(());
        };
        let (page, all_read) = read(&answer)?;
        if !all_read {
            ctx.cache.set_note(NOT_ALL_READ, VERSION)?;
        }
        ctx.measured(page.server_time_ms, asked_at, round_trip);
        if page.more && cursor.as_deref() == Some(page.cursor.as_str()) {
            return Err(HttpError::Strange("the feed does not advance".to_owned()));
        }
        *changed |= ctx.cache.apply(&page)?;
        if !page.more {
            let etag = answer
                .headers
                .get(ETAG)
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default();
            ctx.cache.set_note("etag", etag)?;
            return Ok(());
        }
    }
    Err(HttpError::Strange("the feed has no end".to_owned()))
}

/// The page without what this program does not know: a server is often brought up to date before its
/// televisions are, and one new kind of document must not keep all others from them. Also whether
/// everything was read.
fn read(answer: &Answer) -> Result<(FeedPage, bool), HttpError> {
    let error = match answer.json::<FeedPage>() {
        Ok(page) => {
            let all_read = page.changes.iter().all(is_known);
            return Ok((page, all_read));
        }
        Err(error) => error,
    };
    let mut page: Value = answer.json()?;
    let Some(changes) = page.get_mut("changes").and_then(Value::as_array_mut) else {
        return Err(error);
    };
    let all = changes.len();
    changes.retain(|change| Change::deserialize(change).is_ok());
    let left_out = all - changes.len();
    if left_out == 0 {
        return Err(error);
    }
    tracing::warn!(left_out, %error, "the server is newer than this program");
    let page = FeedPage::deserialize(page).map_err(|e| HttpError::Strange(e.to_string()))?;
    Ok((page, false))
}

/// Whether this program can show all of it.
fn is_known(change: &Change) -> bool {
    let Change::Put {
        document: Document::Township(township),
    } = change
    else {
        return true;
    };
    let mut listings = township.sections.iter().flat_map(|it| &it.listings);
    listings.all(|listing| listing.kind != ListingKind::Unknown)
}

/// What the server is told of where this terminal keeps things.
const fn keeps(storage: Storage) -> TerminalStorage {
    match storage {
        Storage::Disk => TerminalStorage::Disk,
        Storage::Outbox => TerminalStorage::Outbox,
        Storage::Nothing => TerminalStorage::Nothing,
    }
}
