//! `POST /api/v1/terminal/ballots`

use std::sync::Arc;

use axum::extract::State;
use contract::evaluation::{BallotTaken, NewBallot};

use super::super::extract::{Measured, Peer, TerminalAuth};
use super::super::problem::Answer;
use super::super::uncached::Uncached;
use crate::app::App;
use crate::services::evaluations::ballots::cast::{self, Sent};
use crate::services::people::session::Stand;

/// Takes a ballot. Answered when it is on disk; sent again it is the same one, so it needs no key, and no key is kept
/// that would tell when it came. Every ballot of a form is as large as every other.
#[utoipa::path(post, path = "/api/v1/terminal/ballots", tag = "terminal", request_body = NewBallot,
    responses((status = 200, body = BallotTaken),
        (status = 400, body = contract::error::Problem, description = "It has another size than all others"),
        (status = 403, body = contract::error::Problem,
            description = "`wrong_pin`, `no_pin`, `unknown_card`; `forbidden`: not entitled, or not at this TV"),
        (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem,
            description = "It is not open (see `state`), it came too late, or the form is another"),
        (status = 422, body = contract::error::Problem, description = "`invalid`: answers that are not complete"),
        (status = 429, body = contract::error::Problem, description = "`pin_locked`, `too_many`")),
    security(("terminal" = [])))]
pub async fn cast(
    State(app): State<Arc<App>>,
    TerminalAuth(known): TerminalAuth,
    peer: Peer,
    Measured(ballot, bytes): Measured<NewBallot>,
) -> Answer<Uncached<BallotTaken>> {
    // Before it waits: nobody is late because others came too.
    let now_ms = app.now_ms();
    let taken = app
        .blocking(move |app| {
            let stand = Stand {
                terminal_id: &known.terminal_id,
                address: &peer.counted,
            };
            let sent = Sent { ballot, bytes };
            cast::cast(&app.store, (&app.vault, &app.limits), stand, sent, now_ms)
        })
        .await?;
    Ok(Uncached(taken))
}
