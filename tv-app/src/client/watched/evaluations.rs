//! How the people of this TV stand with evaluations. Who is entitled is fixed when one opens, so it is
//! asked for again then.

use contract::error::Problem;
use contract::evaluation::TerminalEvaluations;
use contract::event::Event;

use super::keep::{Answer, Watched};
use crate::cache::CacheError;
use crate::client::bells::When;
use crate::client::context::Context;
use crate::client::http::HttpError;
use crate::client::notice::Notice;

/// See the module.
#[derive(Default)]
pub(super) struct Evaluations;

impl Watched for Evaluations {
    type Document = TerminalEvaluations;

    const NAME: &'static str = "evaluations";
    const PATH: &'static str = "/evaluations";
    const SPREAD: bool = true;

    fn hears(event: &Event) -> Option<When> {
        let is_about = matches!(event, Event::EvaluationsChanged | Event::PeopleChanged);
        is_about.then_some(When::Now)
    }

    fn known(&self, ctx: &Context) -> Option<String> {
        ctx.cache.evaluations_etag()
    }

    fn take(
        &mut self,
        ctx: &Context,
        told: TerminalEvaluations,
        answer: &Answer,
    ) -> Result<(), CacheError> {
        if ctx.cache.set_terminal_evaluations(told, &answer.etag)? {
            ctx.notify(Notice::PeopleChanged);
        }
        Ok(())
    }

    /// An older server has no evaluations.
    fn unknown(&mut self, ctx: &Context, _problem: Box<Problem>) -> Result<(), HttpError> {
        let none = TerminalEvaluations::default();
        ctx.cache.set_terminal_evaluations(none, "")?;
        Ok(())
    }

    fn due_ms(&self, ctx: &Context) -> Option<u64> {
        let now = ctx.cache.server_time().at_ms;
        let evaluations = ctx.cache.evaluations().into_iter();
        let next = evaluations
            .flat_map(|one| [one.opens_at_ms, one.closes_at_ms])
            .filter(|at| *at > now)
            .min()?;
        Some(u64::try_from(next - now).unwrap_or(0))
    }
}
