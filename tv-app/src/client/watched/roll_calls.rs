//! The roll calls that this terminal has to do with. They change by themselves when a round that is
//! known opens, becomes late or closes.

use contract::event::Event;
use contract::roll_call::TerminalRollCalls;
use contract::terminal::TerminalKind;

use super::keep::{Answer, Watched};
use crate::cache::CacheError;
use crate::client::bells::When;
use crate::client::context::Context;
use crate::client::notice::Notice;

/// A clock drifts by some ms in this time: after it the server's is read again, in ms.
const CLOCK_GOOD_MS: i64 = 3_600_000;
/// A home asks this much less often than a station when somebody has signed in somewhere: it shows
/// no roster that fills.
const HOME_IS_SLOWER: u64 = 5;

/// See the module.
#[derive(Default)]
pub(super) struct RollCalls {
    /// When the server's clock was read last, in ms of the clock of the boot. The first answer must
    /// bring it, so it must not be “nothing new”.
    clock_read_at_ms: Option<i64>,
}

impl Watched for RollCalls {
    type Document = TerminalRollCalls;

    const NAME: &'static str = "roll calls";
    const PATH: &'static str = "/roll-calls";
    const SPREAD: bool = true;

    fn hears(event: &Event) -> Option<When> {
        match event {
            // Whoever may sign in here now may be called in a roll call that is open.
            Event::RollCallOpened { .. } | Event::PeopleChanged => Some(When::Now),
            Event::RollCallChanged { .. } => Some(When::Soon),
            _ => None,
        }
    }

    fn known(&self, ctx: &Context) -> Option<String> {
        let now = ctx.cache.clock().boot_ms();
        let is_fresh = |at: i64| now - at < CLOCK_GOOD_MS;
        self.clock_read_at_ms.filter(|at| is_fresh(*at))?;
        ctx.cache.roll_calls_etag()
    }

    fn take(
        &mut self,
        ctx: &Context,
        calls: TerminalRollCalls,
        answer: &Answer,
    ) -> Result<(), CacheError> {
        ctx.measured(
            calls.server_time_ms,
            answer.asked_at_boot_ms,
            answer.round_trip_ms,
        );
        self.clock_read_at_ms = Some(answer.asked_at_boot_ms);
        if ctx.cache.set_roll_calls(calls, &answer.etag)? {
            ctx.notify(Notice::PeopleChanged);
        }
        Ok(())
    }

    fn gap_ms(&self, ctx: &Context) -> u64 {
        let kind = ctx.cache.enrolment().map(|enrolment| enrolment.kind);
        let slower = if kind == Some(TerminalKind::Station) {
            1
        } else {
            HOME_IS_SLOWER
        };
        ctx.timing.roll_calls_ms * slower
    }

    fn due_ms(&self, ctx: &Context) -> Option<u64> {
        let now = ctx.cache.server_time().at_ms;
        let calls = ctx.cache.roll_calls();
        let rounds = calls.roll_calls.iter().flat_map(|call| &call.rounds);
        let next = rounds
            .flat_map(|round| [round.opens_at_ms, round.late_at_ms, round.closes_at_ms])
            .filter(|at| *at > now)
            .min()?;
        Some(u64::try_from(next - now).unwrap_or(0))
    }
}
