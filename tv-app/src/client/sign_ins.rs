//! Sends sign-ins: at once, and again until the server has answered. Somebody stands before the TV
//! and waits, so nothing else is sent on this way.

use std::collections::HashMap;
use std::time::Duration;

use contract::IDEMPOTENCY_KEY;
use contract::error::{ErrorCode, Problem};
use contract::roll_call::SignedIn;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use tokio::time::Instant;

use super::backoff::Backoff;
use super::context::Context;
use super::http::{self, HttpError};
use super::{Notice, SignInOutcome};
use crate::cache::{OutboxEntry, Refusal};

/// An answer that takes longer does not come, in ms.
const PATIENCE: Duration = Duration::from_secs(10);

/// What to do with a sign-in after an attempt.
enum Outcome {
    Answered(SignedIn),
    Refused(Refusal),
    /// The server answered, but not now: only this person waits.
    Later(HttpError),
    /// No server.
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
        let entry = match ctx.cache.take_sign_in(&busy) {
            Ok(Some(entry)) => entry,
            Ok(None) => {
                let due = deferred.values().map(|(due, _)| *due);
                let due = due.filter(|due| *due > now).min();
                tokio::select! {
                    () = ctx.cache.sign_in_woken() => {}
                    () = until(due) => {}
                    () = ctx.retried() => deferred.clear(),
                }
                continue;
            }
            Err(error) => {
                tracing::error!(%error, "sign-ins cannot be read");
                ctx.wait(backoff.failed()).await;
                continue;
            }
        };
        let key = entry.key.clone();
        let (written, outcome) = match send(ctx, token, &entry).await {
            Outcome::Revoked => return,
            Outcome::Answered(answer) => {
                backoff.worked();
                deferred.remove(&entry.item.lane);
                ctx.online(true);
                ctx.heard();
                let written = ctx.cache.sign_in_answered(entry.seq, &answer);
                (written, SignInOutcome::Answered(answer))
            }
            Outcome::Refused(refusal) => {
                backoff.worked();
                deferred.remove(&entry.item.lane);
                tracing::info!(key, code = ?refusal.code, "a sign-in was refused");
                let written = ctx.cache.sign_in_refused(entry.seq, refusal);
                (written, SignInOutcome::Refused(refusal))
            }
            Outcome::Later(error) => {
                let (_, mut waits) = deferred
                    .remove(&entry.item.lane)
                    .unwrap_or_else(|| (now, ctx.backoff()));
                let wait = waits.failed();
                tracing::warn!(%error, wait_ms = wait, "the server does not take a sign-in now");
                let due = Instant::now() + Duration::from_millis(wait);
                deferred.insert(entry.item.lane, (due, waits));
                (ctx.cache.queue_sign_in(&key), SignInOutcome::Queued)
            }
            Outcome::Silent(error) => {
                let wait = backoff.failed();
                tracing::warn!(%error, wait_ms = wait, "sign-ins cannot be sent");
                let written = ctx.cache.queue_sign_in(&key);
                ctx.notify(Notice::SignIn {
                    key: key.clone(),
                    outcome: SignInOutcome::Queued,
                });
                // Whether the server is there at all is the feed's to find out.
                ctx.feed_bell.notify_one();
                ctx.missed(&error);
                tokio::select! {
                    () = ctx.pause(wait, &mut hopes) => {}
                    // The next person is not made to wait: it is tried once more.
                    () = ctx.cache.sign_in_woken() => {}
                }
                if let Err(error) = written {
                    tracing::error!(%error, "a sign-in cannot be queued");
                }
                continue;
            }
        };
        if let Err(error) = written {
            tracing::error!(%error, "what became of a sign-in cannot be written");
            ctx.wait(backoff.failed()).await;
        }
        ctx.notify(Notice::SignIn { key, outcome });
        ctx.notify(Notice::PeopleChanged);
    }
}

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}

async fn send(ctx: &Context, token: &str, entry: &OutboxEntry) -> Outcome {
    let request = ctx
        .http
        .request(Method::POST, &entry.item.path, Some(token))
        .header(IDEMPOTENCY_KEY, entry.key.as_str())
        .header(CONTENT_TYPE, "application/json")
        .body(entry.item.body.clone());
    let answer = match tokio::time::timeout(PATIENCE, http::exchange(request, 1 << 20)).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => return Outcome::Silent(error),
        Err(_) => return Outcome::Silent(HttpError::TimedOut),
    };
    if answer.status.is_success() {
        // A page of HTML with 200 is a captive portal, not an acknowledgement.
        return match answer.json::<SignedIn>() {
            Ok(answer) => Outcome::Answered(answer),
            Err(error) => Outcome::Silent(error),
        };
    }
    let error = http::refusal(&answer);
    if error.is_revoked() {
        return Outcome::Revoked;
    }
    match error {
        HttpError::Refused(problem) if is_final(&problem) => Outcome::Refused(refusal(&problem)),
        HttpError::Refused(problem) => Outcome::Later(HttpError::Refused(problem)),
        other => Outcome::Silent(other),
    }
}

/// Sending it again would change nothing.
fn is_final(problem: &Problem) -> bool {
    match problem.code {
        ErrorCode::WrongPin
        | ErrorCode::PinLocked
        | ErrorCode::NoPin
        | ErrorCode::UnknownCard
        | ErrorCode::TooEarly
        | ErrorCode::TooLate
        | ErrorCode::WrongPresenceCode
        | ErrorCode::KeyReused
        | ErrorCode::Conflict => true,
        ErrorCode::TooMany | ErrorCode::Internal | ErrorCode::Unavailable => false,
        _ => {
            (400..500).contains(&problem.status) && !matches!(problem.status, 401 | 408 | 425 | 429)
        }
    }
}

/// What a problem document says, as the screen takes it.
pub(super) fn refusal(problem: &Problem) -> Refusal {
    Refusal {
        code: problem.code,
        tries: problem.tries_left,
    }
}
