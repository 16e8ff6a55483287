//! Everything of this terminal that is kept up to date, one line each.

use contract::event::Event;

use super::duty::Duty;
use super::evaluations::Evaluations;
use super::keep::{keep, ring};
use super::people::People;
use super::requests::Requests;
use super::roll_calls::RollCalls;
use super::terminal::Itself;
use crate::client::context::Context;

macro_rules! watched {
    ($($watched:ty),+ $(,)?) => {
        /// Keeps all of it up to date. Ends only when the token is void.
        pub(in crate::client) async fn run(ctx: &Context, token: &str) {
            tokio::select! {
                $(() = keep::<$watched>(ctx, token) => {})+
            }
        }

        /// Tells whoever an event is about.
        pub(in crate::client) fn told(ctx: &Context, event: &Event) {
            $(ring::<$watched>(ctx, event);)+
        }
    };
}

watched![People, RollCalls, Itself, Duty, Requests, Evaluations];
