//! Sends what is written down: at once, and again until the server has answered.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use super::exchange::{Attempt, attempt, in_logs, refusal};
use crate::cache::CacheError;
use crate::cache::command::{Priority, Told, Waiting};
use crate::client::backoff::Backoff;
use crate::client::context::Context;
use crate::client::http::HttpError;
use crate::client::notice::Notice;

/// Longest time that an exchange may take while somebody waits.
const PATIENCE: Duration = Duration::from_secs(10);
/// The same when nobody does.
const BACKGROUND_PATIENCE: Duration = Duration::from_secs(30);

/// So slow may a network be, in bytes a millisecond, for a minute of somebody's voice to get through.
const SLOWEST: u64 = 4;

/// A server that asks for patience is believed for so long.
const LONGEST_WISH_MS: u64 = 15 * 60_000;

/// Lanes that the server does not take now, and since when.
type Deferred = HashMap<String, (Instant, Backoff)>;

/// Sends what waits of this priority. Ends only when the token is void; nothing is lost by that.
pub(super) async fn run(ctx: &Context, token: &str, priority: Priority) {
    let patience = match priority {
        Priority::Interactive => PATIENCE,
        Priority::Background => BACKGROUND_PATIENCE,
    };
    let mut backoff = ctx.backoff();
    let mut hopes = ctx.hopes();
    let mut deferred = Deferred::new();
    loop {
        ctx.outbox_changed();
        let now = Instant::now();
        let busy: Vec<String> = deferred
            .iter()
            .filter(|(_, (due, _))| *due > now)
            .map(|(lane, _)| lane.clone())
            .collect();
        let waiting = match ctx.cache.take_command(priority, &busy) {
            Ok(Some(waiting)) => waiting,
            Ok(None) => {
                let due = deferred.values().map(|(due, _)| *due);
                let due = due.filter(|due| *due > now).min();
                tokio::select! {
                    () = ctx.cache.commands_woken(priority) => {}
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
        let patience = patience + upload(waiting.request.body.len());
        let written = match attempt(ctx, token, &waiting.request, priority, patience).await {
            Attempt::Revoked => return,
            Attempt::Answered(reply) => {
                backoff.worked();
                deferred.remove(&waiting.lane);
                ctx.online(true);
                ctx.heard();
                let written = ctx.cache.command_answered(waiting.seq, reply.as_ref());
                if let Some(reply) = reply {
                    tell(ctx, priority, &waiting, Told::Answered(reply));
                }
                written
            }
            Attempt::Refused(problem) => {
                backoff.worked();
                deferred.remove(&waiting.lane);
                refused(&waiting, priority, &problem.title);
                let refusal = refusal(&problem);
                let written = ctx
                    .cache
                    .command_refused(waiting.seq, refusal, &problem.title);
                tell(ctx, priority, &waiting, Told::Refused(refusal));
                written
            }
            Attempt::Later(error) => {
                defer(ctx, &mut deferred, &waiting, &error);
                let queued = queue(ctx, priority, &waiting);
                tell(ctx, priority, &waiting, kept(&queued));
                queued.map(drop)
            }
            Attempt::Silent(error) => {
                let wait = backoff.failed();
                let (kind, _) = waiting.request.in_logs();
                let why = in_logs(&waiting.request, &error);
                tracing::warn!(
                    error = why,
                    kind,
                    wait_ms = wait,
                    "the outbox cannot be sent"
                );
                let queued = queue(ctx, priority, &waiting);
                tell(ctx, priority, &waiting, kept(&queued));
                if let Err(error) = queued {
                    tracing::error!(%error, "a command cannot be queued");
                }
                // Whether the server is there at all is the feed's to find out.
                ctx.feed_bell.notify_one();
                ctx.missed(&error);
                tokio::select! {
                    () = ctx.pause(wait, &mut hopes) => {}
                    // The next person is not made to wait: it is tried once more.
                    () = ctx.cache.commands_woken(priority), if priority == Priority::Interactive => {}
                }
                continue;
            }
        };
        if let Err(error) = written {
            tracing::error!(%error, "the outbox cannot be written");
            ctx.wait(backoff.failed()).await;
        }
    }
}

/// How much longer a request of so many bytes may take on its way.
fn upload(bytes: usize) -> Duration {
    Duration::from_millis(bytes as u64 / SLOWEST)
}

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}

fn refused(waiting: &Waiting, priority: Priority, reason: &str) {
    let (key, path) = (&waiting.request.key, waiting.request.in_logs().1);
    match priority {
        // The person is told, and nobody else.
        _ if waiting.request.is_discreet => {}
        // The person is told.
        Priority::Interactive => tracing::info!(key, path, reason, "a command was refused"),
        Priority::Background => {
            tracing::error!(key, path, reason, "the server refused a report for good");
        }
    }
}

/// How long the server wants to be left alone, in ms (`Retry-After`).
fn wished_ms(error: &HttpError) -> u64 {
    match error {
        HttpError::Refused(problem) => problem.retry_after_ms.unwrap_or(0).min(LONGEST_WISH_MS),
        _ => 0,
    }
}

/// Leaves a lane alone for a while, and for as long as the server wants.
fn defer(ctx: &Context, deferred: &mut Deferred, waiting: &Waiting, error: &HttpError) {
    let known = deferred.remove(&waiting.lane);
    let mut waits = known.map_or_else(|| ctx.backoff(), |(_, waits)| waits);
    let wait = waits.failed().max(wished_ms(error));
    let why = in_logs(&waiting.request, error);
    tracing::warn!(
        error = why,
        lane = waiting.lane,
        wait_ms = wait,
        "the server does not take a command now"
    );
    let due = Instant::now() + Duration::from_millis(wait);
    deferred.insert(waiting.lane.clone(), (due, waits));
}

/// Whoever waits is told whether it is kept, and waits no more.
fn queue(ctx: &Context, priority: Priority, waiting: &Waiting) -> Result<bool, CacheError> {
    match priority {
        Priority::Interactive => ctx.cache.queue_command(&waiting.request.key),
        Priority::Background => Ok(true),
    }
}

/// What to say of it: it was written down before it was sent, also where it cannot be noted now that
/// somebody knows.
fn kept(queued: &Result<bool, CacheError>) -> Told {
    match queued {
        Ok(false) => Told::NoNetwork,
        Ok(true) | Err(_) => Told::Queued,
    }
}

fn tell(ctx: &Context, priority: Priority, waiting: &Waiting, told: Told) {
    if priority == Priority::Interactive {
        ctx.notify(Notice::Told {
            key: waiting.request.key.clone(),
            told,
        });
        ctx.notify(Notice::PeopleChanged);
    }
}
