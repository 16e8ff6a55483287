//! What may be looked into here, who does, and whether this television's own camera is wanted.

use contract::duty::TerminalDuty;
use contract::error::Problem;
use contract::event::Event;
use contract::meeting::MediaLink;

use super::keep::{Answer, Watched};
use crate::cache::CacheError;
use crate::client::bells::When;
use crate::client::context::Context;
use crate::client::http::HttpError;
use crate::client::notice::Notice;

/// The answer before, for when there is nothing new. It is in memory alone, as the link is: a link
/// of another day is good for nothing.
#[derive(Default)]
pub(super) struct Duty {
    etag: String,
    publish: Option<MediaLink>,
}

/// Lets it be asked for now.
pub(in crate::client) fn ask(ctx: &Context) {
    ctx.bells.of(Duty::NAME).ring(When::Now);
}

impl Watched for Duty {
    type Document = TerminalDuty;

    const NAME: &'static str = "duty";
    const PATH: &'static str = "/duty";

    fn hears(event: &Event) -> Option<When> {
        matches!(event, Event::DutyChanged).then_some(When::Now)
    }

    fn known(&self, _ctx: &Context) -> Option<String> {
        Some(self.etag.clone())
    }

    fn take(
        &mut self,
        ctx: &Context,
        mut duty: TerminalDuty,
        answer: &Answer,
    ) -> Result<(), CacheError> {
        self.publish = duty.publish.take();
        if let Some(link) = &mut self.publish {
            ctx.http.absolute(link);
        }
        self.etag.clone_from(&answer.etag);
        ctx.cache.set_duty(duty)?;
        Ok(())
    }

    /// An older server has no duty rooms.
    fn unknown(&mut self, ctx: &Context, _problem: Box<Problem>) -> Result<(), HttpError> {
        *self = Self::default();
        ctx.cache.set_duty(TerminalDuty::default())?;
        Ok(())
    }

    fn told(&self, ctx: &Context) {
        ctx.notify(Notice::Duty {
            publish: self.publish.clone(),
        });
    }
}
