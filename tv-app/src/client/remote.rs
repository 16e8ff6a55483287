//! What staff have this terminal do from afar: begin anew, fetch everything again, look whether its devices and its
//! line are good for a meeting.
//!
//! It is asked for at the start, when an event names it, after every break of the event stream and every few
//! minutes. The server is told that this terminal has it before it is done, and again when it is. A restart that
//! another run of this program has taken is done: this run is what came of it.

use std::collections::BTreeSet;
use std::time::Duration;

use contract::event::Event;
use contract::remote_action::{RemoteKind, TerminalAction, TerminalActions};
use contract::station_check::{ActionReport, StationCheck, StationDevices, StationLine};
use reqwest::{Method, StatusCode};
use tokio::time::Instant;

use super::bells::When;
use super::context::Context;
use super::http::{self, HttpError, MAX_JSON};
use super::notice::Notice;

/// The name of its bell.
const NAME: &str = "actions";

/// So many small questions say how good the line is.
const TRIES: u32 = 8;

/// An answer to one of them that takes longer does not come.
const PATIENCE: Duration = Duration::from_secs(2);

/// Largest answer to one of them, in bytes.
const MAX_ANSWER: usize = 64 << 10;

/// Rings for an event that is about it.
pub(super) fn told(ctx: &Context, event: &Event) {
    if matches!(event, Event::RemoteActionsChanged) {
        ctx.bells.of(NAME).ring(When::Now);
    }
}

/// Keeps what was found of the devices of this station, to be told.
pub(super) fn devices_checked(ctx: &Context, found: StationDevices) {
    *ctx.devices.lock() = Some(found);
    ctx.bells.of(NAME).ring(When::Now);
}

/// Does what comes. Ends only when the token is void.
pub(super) async fn run(ctx: &Context, token: &str) {
    let bell = ctx.bells.of(NAME);
    let mut backoff = ctx.backoff();
    let mut retries = ctx.retries();
    let mut hopes = ctx.hopes();
    let mut mine = BTreeSet::new();
    loop {
        match round(ctx, token, &mut mine).await {
            Ok(wait_ms) => {
                backoff.worked();
                ctx.heard();
                hopes.mark_unchanged();
                tokio::select! {
                    () = tokio::time::sleep(Duration::from_millis(wait_ms)) => {}
                    _ = retries.changed() => {}
                    () = bell.rung(When::Now) => {}
                }
            }
            Err(error) if error.is_revoked() => return,
            Err(error) => {
                let wait_ms = backoff.failed();
                tracing::debug!(%error, wait_ms, "what is to be done cannot be read or said");
                ctx.missed(&error);
                tokio::select! {
                    () = tokio::time::sleep(Duration::from_millis(wait_ms)) => {}
                    _ = retries.changed() => {}
                    _ = hopes.changed() => {}
                    () = bell.rung(When::Now) => {}
                }
            }
        }
    }
}

/// Asks, and does what is to be done. `mine` is what this run of the program has taken. In so many ms it is to be
/// looked again.
async fn round(ctx: &Context, token: &str, mine: &mut BTreeSet<String>) -> Result<u64, HttpError> {
    let path = format!("{}/terminal/actions", contract::API_PREFIX);
    let request = ctx.http.request(Method::GET, &path, Some(token));
    let actions = match http::succeed(request, MAX_JSON).await {
        Ok(answer) => answer.json::<TerminalActions>()?.actions,
        // An older server asks for nothing.
        Err(HttpError::Refused(problem)) if problem.status == StatusCode::NOT_FOUND.as_u16() => {
            Vec::new()
        }
        Err(error) => return Err(error),
    };
    let mut wait_ms = ctx.timing.poll_ms;
    for action in &actions {
        match action.kind {
            RemoteKind::Restart if action.taken && !mine.contains(&action.id) => {
                say(ctx, token, action, DONE).await?;
            }
            RemoteKind::Restart => {
                mine.insert(action.id.clone());
                if !action.taken {
                    say(ctx, token, action, TAKEN).await?;
                }
                tracing::info!("staff have this program begin anew");
                ctx.notify(Notice::Restart);
            }
            RemoteKind::Resync => {
                // What another run has begun may not have come to its end.
                if mine.insert(action.id.clone()) {
                    tracing::info!("staff have everything fetched again");
                    ctx.fetch_everything();
                }
                if !action.taken {
                    say(ctx, token, action, TAKEN).await?;
                }
                if ctx.has_everything() {
                    say(ctx, token, action, DONE).await?;
                } else {
                    wait_ms = wait_ms.min(ctx.timing.second_ms);
                }
            }
            RemoteKind::Check => {
                if mine.insert(action.id.clone()) {
                    *ctx.devices.lock() = None;
                    ctx.notify(Notice::CheckStation);
                }
                if !action.taken {
                    say(ctx, token, action, TAKEN).await?;
                }
                // The bell rings when the devices were looked at.
                let found = *ctx.devices.lock();
                if let Some(devices) = found {
                    let line = line(ctx).await;
                    let check = Some(StationCheck { devices, line });
                    say(ctx, token, action, ActionReport { done: true, check }).await?;
                }
            }
            RemoteKind::Unknown => {}
        }
    }
    Ok(wait_ms)
}

/// Asks the server for something small, again and again.
async fn line(ctx: &Context) -> StationLine {
    let mut times = Vec::new();
    for _ in 0..TRIES {
        let asked = Instant::now();
        let request = ctx.http.request(Method::GET, "/healthz", None);
        let answer = tokio::time::timeout(PATIENCE, http::exchange(request, MAX_ANSWER)).await;
        if matches!(answer, Ok(Ok(_))) {
            times.push(u32::try_from(asked.elapsed().as_millis()).unwrap_or(u32::MAX));
        }
    }
    times.sort_unstable();
    let answered = u32::try_from(times.len()).unwrap_or(TRIES);
    StationLine {
        round_trip_ms: times.get(times.len() / 2).copied(),
        tries: TRIES,
        lost: TRIES - answered,
    }
}

const TAKEN: ActionReport = ActionReport {
    done: false,
    check: None,
};

const DONE: ActionReport = ActionReport {
    done: true,
    check: None,
};

async fn say(
    ctx: &Context,
    token: &str,
    action: &TerminalAction,
    report: ActionReport,
) -> Result<(), HttpError> {
    let path = format!("{}/terminal/actions/{}", contract::API_PREFIX, action.id);
    let request = ctx.http.request(Method::PUT, &path, Some(token));
    match http::succeed(request.json(&report), MAX_JSON).await {
        Ok(_) => Ok(()),
        // It is wanted no longer.
        Err(HttpError::Refused(problem)) if problem.status == StatusCode::NOT_FOUND.as_u16() => {
            Ok(())
        }
        Err(error) => Err(error),
    }
}
