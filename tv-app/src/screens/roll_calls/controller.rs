//! The roll calls that are open, those to come and those of the last day.

use crate::cache::ServerTime;
use crate::screens::attendance::{self, Call, Nobody};
use crate::screens::kit::grid::Grid;
use crate::screens::kit::list::ListScreen;
use crate::screens::{Context, Effect, Effects, Route};

/// The list of roll calls.
#[derive(Default)]
pub struct RollCalls {
    calls: Grid<Call>,
    nobody: Option<Nobody>,
    now: ServerTime,
    ticks_ms: u64,
}

impl RollCalls {
    /// Before the cache was read.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Why nobody of this TV is called, if that is so.
    #[must_use]
    pub const fn nobody(&self) -> Option<Nobody> {
        self.nobody
    }

    /// What time it was when they were looked at last.
    #[must_use]
    pub const fn now(&self) -> ServerTime {
        self.now
    }
}

impl ListScreen for RollCalls {
    type Entry = Call;

    fn list(&self) -> &Grid<Call> {
        &self.calls
    }

    fn list_mut(&mut self) -> &mut Grid<Call> {
        &mut self.calls
    }

    fn read(&mut self, context: &Context<'_>) {
        (self.now, self.ticks_ms) = (context.now, context.ticks_ms);
        self.nobody = attendance::nobody(context.cache);
        let calls = attendance::all(context.cache);
        let rows = context.metrics.roll_call_rows;
        self.calls.set(calls, |call| &call.id, 1, rows);
    }

    fn choose(&self, call: &Call, context: &Context<'_>) -> Effects {
        vec![Effect::Open(attendance::route(context.cache, &call.id))]
    }

    fn route(&self) -> Route {
        Route::RollCalls
    }

    fn wake_at(&self) -> Option<u64> {
        // The minutes that are left.
        let is_open = self.calls.items().iter().any(|call| call.round.is_some());
        let into = u64::try_from(self.now.at_ms.rem_euclid(1_000)).unwrap_or(0);
        is_open.then_some(self.ticks_ms + 1_000 - into)
    }
}
