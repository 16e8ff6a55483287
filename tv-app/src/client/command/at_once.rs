//! Asks what one person waits for at the screen. Nothing of it is written to the disk; it is asked
//! again for a short while under the same idempotency key, then the person is told that there is no
//! network.

use std::time::Duration;

use super::exchange::{Attempt, attempt, in_logs, refusal};
use crate::cache::command::{Priority, Told};
use crate::client::context::Context;
use crate::client::http::HttpError;
use crate::client::notice::Notice;

/// How often one is asked at most.
const TRIES: usize = 3;
/// An answer that takes longer does not come.
const PATIENCE: Duration = Duration::from_secs(8);

/// Asks one after the other. Ends only when the token is void.
pub(super) async fn run(ctx: &Context, token: &str) {
    let mut asked = ctx.asked.lock().await;
    let mut hopes = ctx.hopes();
    while let Some(request) = asked.recv().await {
        let mut backoff = ctx.backoff();
        let mut told = Told::NoNetwork;
        for left in (0..TRIES).rev() {
            match attempt(ctx, token, &request, Priority::Interactive, PATIENCE).await {
                Attempt::Revoked => return,
                Attempt::Answered(reply) => {
                    ctx.heard();
                    if let Some(reply) = reply {
                        told = Told::Answered(reply);
                    }
                    break;
                }
                Attempt::Refused(problem) => {
                    told = Told::Refused(refusal(&problem));
                    break;
                }
                Attempt::Later(HttpError::Refused(problem)) if problem.status < 500 => {
                    told = Told::Refused(refusal(&problem));
                    break;
                }
                Attempt::Later(error) | Attempt::Silent(error) => {
                    ctx.missed(&error);
                    let (kind, _) = request.in_logs();
                    let why = in_logs(&request, &error);
                    tracing::warn!(error = why, kind, "somebody waits in vain");
                    if matches!(error, HttpError::TimedOut) {
                        break;
                    }
                }
            }
            if left > 0 {
                ctx.pause(backoff.failed(), &mut hopes).await;
            }
        }
        ctx.notify(Notice::Told {
            key: request.key,
            told,
        });
    }
}
