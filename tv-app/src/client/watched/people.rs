//! Who may sign in here.

use contract::event::Event;
use contract::member::TerminalPeople;

use super::keep::{Answer, Watched};
use crate::cache::CacheError;
use crate::client::bells::When;
use crate::client::context::Context;
use crate::client::notice::Notice;

/// See the module.
#[derive(Default)]
pub(super) struct People;

impl Watched for People {
    type Document = TerminalPeople;

    const NAME: &'static str = "people";
    const PATH: &'static str = "/people";

    fn hears(event: &Event) -> Option<When> {
        matches!(event, Event::PeopleChanged).then_some(When::Now)
    }

    fn known(&self, ctx: &Context) -> Option<String> {
        ctx.cache.people_etag()
    }

    fn take(
        &mut self,
        ctx: &Context,
        people: TerminalPeople,
        answer: &Answer,
    ) -> Result<(), CacheError> {
        if ctx.cache.set_people(people, &answer.etag)? {
            ctx.notify(Notice::PeopleChanged);
        }
        Ok(())
    }
}
