//! Empties the outbox.

use std::collections::HashMap;
use std::time::Duration;

use contract::IDEMPOTENCY_KEY;
use contract::error::ErrorCode;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use tokio::time::Instant;

use super::backoff::Backoff;
use super::context::Context;
use super::http::{self, HttpError};
use crate::cache::OutboxEntry;

/// What to do with an item after an attempt.
enum Outcome {
    Acknowledged,
    /// The server will never take it.
    Refused(String),
    /// The server answered, but not now: only this lane waits.
    Later(HttpError),
    /// No server: everything waits.
    Silent(HttpError),
    Revoked,
}

/// Sends what waits. Ends only when the token is void; nothing is lost by that.
pub(super) async fn run(ctx: &Context, token: &str) {
    let mut backoff = ctx.backoff();
    let mut hopes = ctx.hopes();
    let mut deferred: HashMap<String, (Instant, Backoff)> = HashMap::new();
    loop {
        ctx.outbox_changed();
        let now = Instant::now();
        let busy: Vec<String> = deferred
            .iter()
            .filter(|(_, (due, _))| *due > now)
            .map(|(lane, _)| lane.clone())
            .collect();
        let entry = match ctx.cache.take_outbox(&busy) {
            Ok(Some(entry)) => entry,
            Ok(None) => {
                let due = deferred
                    .values()
                    .map(|(due, _)| *due)
                    .filter(|due| *due > now)
                    .min();
                tokio::select! {
                    () = ctx.cache.outbox_woken() => {}
                    () = until(due) => {}
                    () = ctx.retried() => deferred.clear(),
                }
                continue;
            }
            Err(error) => {
                tracing::error!(%error, "the outbox cannot be read");
                ctx.wait(backoff.failed()).await;
                continue;
            }
        };
        let written = match send(ctx, token, &entry).await {
            Outcome::Revoked => return,
            Outcome::Acknowledged => {
                backoff.worked();
                deferred.remove(&entry.item.lane);
                ctx.online(true);
                ctx.heard();
                ctx.cache.acknowledge(entry.seq)
            }
            Outcome::Refused(reason) => {
                backoff.worked();
                tracing::error!(
                    key = entry.key,
                    path = entry.item.path,
                    reason,
                    "the server refused a write for good"
                );
                ctx.cache.refuse(entry.seq, &reason)
            }
            Outcome::Later(error) => {
                let (_, mut waits) = deferred
                    .remove(&entry.item.lane)
                    .unwrap_or_else(|| (now, ctx.backoff()));
                let wait = waits.failed();
                tracing::warn!(%error, lane = entry.item.lane, wait_ms = wait, "the server does not take a write now");
                deferred.insert(
                    entry.item.lane,
                    (Instant::now() + Duration::from_millis(wait), waits),
                );
                Ok(())
            }
            Outcome::Silent(error) => {
                let wait = backoff.failed();
                tracing::warn!(%error, wait_ms = wait, "the outbox cannot be sent");
                // Whether the server is there at all is the feed's to find out.
                ctx.feed_bell.notify_one();
                ctx.missed(&error);
                ctx.pause(wait, &mut hopes).await;
                Ok(())
            }
        };
        if let Err(error) = written {
            tracing::error!(%error, "the outbox cannot be written");
            ctx.wait(backoff.failed()).await;
        }
    }
}

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}

async fn send(ctx: &Context, token: &str, entry: &OutboxEntry) -> Outcome {
    let Ok(method) = Method::from_bytes(entry.item.method.as_bytes()) else {
        return Outcome::Refused(format!("no HTTP method: {}", entry.item.method));
    };
    let mut request = ctx
        .http
        .request(method, &entry.item.path, Some(token))
        .header(IDEMPOTENCY_KEY, entry.key.as_str());
    if !entry.item.body.is_empty() {
        request = request
            .header(CONTENT_TYPE, "application/json")
            .body(entry.item.body.clone());
    }
    let answer = match http::exchange(request, 1 << 20).await {
        Ok(answer) => answer,
        Err(error) => return Outcome::Silent(error),
    };
    if answer.status.is_success() {
        // A page of HTML with 200 is a captive portal, not an acknowledgement.
        if answer.body.is_empty() {
            return Outcome::Acknowledged;
        }
        return match answer.json::<serde_json::Value>() {
            Ok(_) => Outcome::Acknowledged,
            Err(error) => Outcome::Silent(error),
        };
    }
    let error = http::refusal(&answer);
    if error.is_revoked() {
        return Outcome::Revoked;
    }
    match error {
        // The key never changes, so this will never change either.
        HttpError::Refused(problem) if problem.code == ErrorCode::KeyReused => {
            Outcome::Refused(problem.title)
        }
        HttpError::Refused(problem)
            if (400..500).contains(&problem.status)
                && !matches!(problem.status, 401 | 408 | 409 | 425 | 429) =>
        {
            Outcome::Refused(problem.title)
        }
        HttpError::Refused(problem) => Outcome::Later(HttpError::Refused(problem)),
        other => Outcome::Silent(other),
    }
}
