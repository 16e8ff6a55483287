//! Keeps up to date what this terminal is: staff may give it another name, make something else of it
//! or move it to another organization.
//!
//! It is asked for at the start, when an event says so, after every break of the event stream and
//! every few minutes. Whether the server is there at all is the feed's to find out.

use std::time::Duration;

use contract::terminal::Terminal;
use reqwest::{Method, StatusCode};

use super::Notice;
use super::context::Context;
use super::http::{self, HttpError};

/// Asks, and waits until there may be something new. Ends only when the token is void.
pub(super) async fn run(ctx: &Context, token: &str) {
    let mut backoff = ctx.backoff();
    let mut retries = ctx.retries();
    let mut hopes = ctx.hopes();
    loop {
        let mut waits = false;
        let wait = match ask(ctx, token).await {
            Ok(()) => {
                backoff.worked();
                ctx.heard();
                hopes.mark_unchanged();
                ctx.timing.poll_ms
            }
            Err(error) if error.is_revoked() => return,
            Err(error) => {
                let wait = backoff.failed();
                tracing::debug!(%error, wait_ms = wait, "what this terminal is cannot be read");
                ctx.missed(&error);
                waits = true;
                wait
            }
        };
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(wait)) => {}
            _ = retries.changed() => {}
            _ = hopes.changed(), if waits => {}
            () = ctx.terminal_bell.notified() => {}
        }
    }
}

async fn ask(ctx: &Context, token: &str) -> Result<(), HttpError> {
    let path = format!("{}/terminal", contract::API_PREFIX);
    let request = ctx.http.request(Method::GET, &path, Some(token));
    let terminal: Terminal = match http::succeed(request, 64 << 10).await {
        Ok(answer) => answer.json()?,
        // A server that does not say keeps what it said at the enrolment.
        Err(HttpError::Refused(problem)) if problem.status == StatusCode::NOT_FOUND.as_u16() => {
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    if ctx.cache.terminal_is(&terminal)? {
        ctx.notify(Notice::TerminalChanged);
    }
    Ok(())
}
