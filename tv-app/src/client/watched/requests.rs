//! What the people of this TV asked with one key, and how it stands.

use contract::error::Problem;
use contract::event::Event;
use contract::request::TerminalRequests;
use contract::terminal::TerminalKind;

use super::keep::{Answer, Watched};
use crate::cache::CacheError;
use crate::client::bells::When;
use crate::client::context::Context;
use crate::client::http::HttpError;
use crate::client::notice::Notice;

/// See the module.
#[derive(Default)]
pub(super) struct Requests;

impl Watched for Requests {
    type Document = TerminalRequests;

    const NAME: &'static str = "requests";
    const PATH: &'static str = "/requests";

    fn hears(event: &Event) -> Option<When> {
        match event {
            Event::RequestsChanged => Some(When::Now),
            // Of whom the numbers are that can be offered.
            Event::PeopleChanged => Some(When::Soon),
            _ => None,
        }
    }

    /// A station asks for whoever proves who they are, and keeps nothing.
    fn is_asked(ctx: &Context) -> bool {
        let kind = ctx.cache.enrolment().map(|enrolment| enrolment.kind);
        kind.unwrap_or_default() == TerminalKind::Household
    }

    fn known(&self, ctx: &Context) -> Option<String> {
        ctx.cache.requests_etag()
    }

    fn take(
        &mut self,
        ctx: &Context,
        requests: TerminalRequests,
        answer: &Answer,
    ) -> Result<(), CacheError> {
        if ctx.cache.set_requests(requests, &answer.etag)? {
            ctx.notify(Notice::PeopleChanged);
        }
        Ok(())
    }

    /// An older server knows no requests.
    fn unknown(&mut self, ctx: &Context, _problem: Box<Problem>) -> Result<(), HttpError> {
        let none = TerminalRequests::default();
        if *ctx.cache.requests() != none {
            ctx.cache.set_requests(none, "")?;
        }
        Ok(())
    }
}
