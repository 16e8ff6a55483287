//! Keeps the people and the roll calls of this terminal up to date.
//!
//! Both are asked for at the start, every few minutes, when an event says so, when the network is
//! back, and when a round that is known opens, becomes late or closes. Whether the server is there
//! at all is the feed's to find out.

use std::time::Duration;

use contract::member::TerminalPeople;
use contract::roll_call::TerminalRollCalls;
use contract::terminal::TerminalKind;
use reqwest::header::{ETAG, IF_NONE_MATCH};
use reqwest::{Method, StatusCode};
use serde::de::DeserializeOwned;
use tokio::time::Instant;

use super::Notice;
use super::context::Context;
use super::http::{self, HttpError, MAX_JSON};

/// A clock drifts by some ms in this time: after it the server's is read again, in ms.
const CLOCK_GOOD_MS: i64 = 3_600_000;
/// A home asks this much less often than a station when somebody has signed in somewhere: it shows
/// no roster that fills.
const HOME_IS_SLOWER: u64 = 5;

/// Asks, and waits until there may be something new. Ends only when the token is void.
pub(super) async fn run(ctx: &Context, token: &str) {
    let mut backoff = ctx.backoff();
    let mut retries = ctx.retries();
    let mut hopes = ctx.hopes();
    // The first answer must bring the server's clock, so it must not be “nothing new”.
    let mut clock_read_at = None;
    let mut asked = Asked {
        people: true,
        calls: true,
    };
    loop {
        match ask(ctx, token, asked, &mut clock_read_at).await {
            Ok(()) => {
                backoff.worked();
                ctx.heard();
                hopes.mark_unchanged();
                asked = Asked::default();
            }
            Err(error) if error.is_revoked() => return,
            Err(error) => {
                let wait = backoff.failed();
                tracing::debug!(%error, wait_ms = wait, "the roll calls cannot be read");
                ctx.missed(&error);
                tokio::select! {
                    () = tokio::time::sleep(Duration::from_millis(wait)) => {}
                    _ = retries.changed() => {}
                    _ = hopes.changed() => {}
                    () = ctx.opened_bell.notified() => asked.calls = true,
                    () = ctx.people_bell.notified() => asked = Asked { people: true, calls: true },
                }
                continue;
            }
        }
        let next = Instant::now() + Duration::from_millis(gap_ms(ctx));
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(ctx.timing.poll_ms)) => {
                asked = Asked { people: true, calls: true };
            }
            () = boundary(ctx) => asked.calls = true,
            _ = retries.changed() => asked = Asked { people: true, calls: true },
            // Whoever may sign in here now may be called in a roll call that is open.
            () = ctx.people_bell.notified() => asked = Asked { people: true, calls: true },
            () = ctx.opened_bell.notified() => {
                let spread = ctx.random_ms(ctx.timing.spread_ms);
                tokio::time::sleep(Duration::from_millis(spread)).await;
                asked.calls = true;
            }
            () = ctx.changed_bell.notified() => {
                asked.calls = true;
                // What opens meanwhile does not wait, nor who may sign in here now.
                tokio::select! {
                    () = tokio::time::sleep_until(next) => {}
                    () = ctx.opened_bell.notified() => {}
                    () = ctx.people_bell.notified() => asked.people = true,
                }
            }
        }
    }
}

/// What to ask for.
#[derive(Clone, Copy, Debug, Default)]
struct Asked {
    people: bool,
    calls: bool,
}

fn gap_ms(ctx: &Context) -> u64 {
    let kind = ctx.cache.enrolment().map(|enrolment| enrolment.kind);
    let slower = if kind == Some(TerminalKind::Station) {
        1
    } else {
        HOME_IS_SLOWER
    };
    ctx.timing.roll_calls_ms * slower
}

/// Completes when a round that is known opens, becomes late or closes, a little later at random.
async fn boundary(ctx: &Context) {
    let now = ctx.cache.server_time().at_ms;
    let calls = ctx.cache.roll_calls();
    let next = calls
        .roll_calls
        .iter()
        .flat_map(|call| &call.rounds)
        .flat_map(|round| [round.opens_at_ms, round.late_at_ms, round.closes_at_ms])
        .filter(|at| *at > now)
        .min();
    match next {
        Some(at) => {
            let wait = u64::try_from(at - now).unwrap_or(0);
            let spread = ctx.random_ms(ctx.timing.spread_ms);
            tokio::time::sleep(Duration::from_millis(wait.saturating_add(spread))).await;
        }
        None => std::future::pending().await,
    }
}

async fn ask(
    ctx: &Context,
    token: &str,
    asked: Asked,
    clock_read_at: &mut Option<i64>,
) -> Result<(), HttpError> {
    let mut news = false;
    if asked.people {
        let known = ctx.cache.people_etag();
        if let Some((people, etag)) = get::<TerminalPeople>(ctx, token, "people", known).await? {
            news |= ctx.cache.set_people(people, &etag)?;
        }
    }
    if asked.calls {
        let clock = ctx.cache.clock();
        let (asked_at, begun) = (clock.boot_ms(), clock.monotonic_ms());
        let fresh = clock_read_at.is_some_and(|at| asked_at - at < CLOCK_GOOD_MS);
        let known = ctx.cache.roll_calls_etag().filter(|_| fresh);
        let answer = get::<TerminalRollCalls>(ctx, token, "roll-calls", known).await;
        // People that came are to be seen, also when the roll calls did not.
        if answer.is_err() && news {
            ctx.notify(Notice::PeopleChanged);
        }
        if let Some((calls, etag)) = answer? {
            let round_trip = clock.monotonic_ms().saturating_sub(begun);
            ctx.measured(calls.server_time_ms, asked_at, round_trip);
            *clock_read_at = Some(asked_at);
            news |= ctx.cache.set_roll_calls(calls, &etag)?;
        }
    }
    if news {
        ctx.notify(Notice::PeopleChanged);
    }
    Ok(())
}

/// A document of this terminal with its `ETag`; `None` when there is nothing new.
pub(super) async fn get<T: DeserializeOwned>(
    ctx: &Context,
    token: &str,
    what: &str,
    known: Option<String>,
) -> Result<Option<(T, String)>, HttpError> {
    let path = format!("{}/terminal/{what}", contract::API_PREFIX);
    let mut request = ctx.http.request(Method::GET, &path, Some(token));
    if let Some(etag) = known {
        request = request.header(IF_NONE_MATCH, etag);
    }
    let answer = http::succeed(request, MAX_JSON).await?;
    if answer.status == StatusCode::NOT_MODIFIED {
        return Ok(None);
    }
    let etag = answer
        .headers
        .get(ETAG)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    Ok(Some((answer.json()?, etag)))
}
