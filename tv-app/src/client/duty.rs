//! Keeps up to date what may be looked into here, who does, and whether this television's own
//! camera is wanted.
//!
//! It is asked for at the start, when an event says so, after every break of the event stream, when
//! the network is back, and every few minutes. Whether the server is there at all is the feed's to
//! find out.

use std::time::Duration;

use contract::duty::TerminalDuty;
use contract::meeting::MediaLink;
use reqwest::StatusCode;

use super::Notice;
use super::context::Context;
use super::http::HttpError;
use super::people;

/// The answer before, for when there is nothing new. It is in memory alone, as the link is: a link
/// of another day is good for nothing.
struct Known {
    etag: String,
    publish: Option<MediaLink>,
}

/// Asks, and waits until there may be something new. Ends only when the token is void.
pub(super) async fn run(ctx: &Context, token: &str) {
    let mut backoff = ctx.backoff();
    let mut retries = ctx.retries();
    let mut hopes = ctx.hopes();
    let mut known = None;
    loop {
        let mut waits = false;
        let wait = match ask(ctx, token, &mut known).await {
            Ok(()) => {
                backoff.worked();
                ctx.heard();
                hopes.mark_unchanged();
                ctx.timing.poll_ms
            }
            Err(error) if error.is_revoked() => return,
            Err(error) => {
                let wait = backoff.failed();
                tracing::debug!(%error, wait_ms = wait, "the duty rooms cannot be read");
                ctx.missed(&error);
                waits = true;
                wait
            }
        };
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(wait)) => {}
            _ = retries.changed() => {}
            _ = hopes.changed(), if waits => {}
            () = ctx.duty_bell.notified() => {}
        }
    }
}

async fn ask(ctx: &Context, token: &str, known: &mut Option<Known>) -> Result<(), HttpError> {
    let etag = known.as_ref().map(|known| known.etag.clone());
    let etag = etag.filter(|etag| !etag.is_empty());
    let answer = match people::get::<TerminalDuty>(ctx, token, "duty", etag).await {
        Err(error) if is_unknown(&error) => Some((TerminalDuty::default(), String::new())),
        answer => answer?,
    };
    if let Some((mut duty, etag)) = answer {
        let mut publish = duty.publish.take();
        if let Some(link) = &mut publish {
            ctx.http.absolute(link);
        }
        *known = Some(Known { etag, publish });
        ctx.cache.set_duty(duty)?;
    }
    ctx.notify(Notice::Duty {
        publish: known.as_ref().and_then(|known| known.publish.clone()),
    });
    Ok(())
}

/// An older server has no duty rooms. Only our own server can say so: what stands in between and
/// answers 404 must not take away the sign that somebody looks.
fn is_unknown(error: &HttpError) -> bool {
    matches!(error, HttpError::Refused(problem) if problem.status == StatusCode::NOT_FOUND.as_u16())
}
