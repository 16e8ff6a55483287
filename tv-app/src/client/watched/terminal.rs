//! What this terminal is: staff may give it another name, make something else of it or move it to
//! another organization.

use contract::error::Problem;
use contract::event::Event;
use contract::terminal::Terminal;

use super::keep::{Answer, Watched};
use crate::cache::CacheError;
use crate::client::bells::When;
use crate::client::context::Context;
use crate::client::http::HttpError;
use crate::client::notice::Notice;

/// See the module.
#[derive(Default)]
pub(super) struct Itself;

impl Watched for Itself {
    type Document = Terminal;

    const NAME: &'static str = "terminal";
    const PATH: &'static str = "";

    fn hears(event: &Event) -> Option<When> {
        matches!(event, Event::TerminalChanged).then_some(When::Now)
    }

    fn known(&self, _ctx: &Context) -> Option<String> {
        None
    }

    fn take(
        &mut self,
        ctx: &Context,
        terminal: Terminal,
        _answer: &Answer,
    ) -> Result<(), CacheError> {
        if ctx.cache.terminal_is(&terminal)? {
            ctx.notify(Notice::TerminalChanged);
        }
        Ok(())
    }

    /// A server that does not say keeps what it said at the enrolment.
    fn unknown(&mut self, _ctx: &Context, _problem: Box<Problem>) -> Result<(), HttpError> {
        Ok(())
    }
}
