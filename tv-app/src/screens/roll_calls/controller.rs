//! The roll calls that are open, those to come and those of the last day.

use crate::cache::ServerTime;
use crate::focus::FocusMap;
use crate::remote::{Press, RemoteKey};
use crate::screens::calls::{self, Call, Nobody};
use crate::screens::window::Window;
use crate::screens::{Context, Controller, Effect, Effects, Input, Route};

/// The list of roll calls.
pub struct RollCalls {
    window: Window,
    calls: Vec<Call>,
    nobody: Option<Nobody>,
    now: ServerTime,
    ticks_ms: u64,
}

impl RollCalls {
    /// Before the cache was read.
    #[must_use]
    pub fn new() -> Self {
        Self {
            window: Window::new(),
            calls: Vec::new(),
            nobody: None,
            now: ServerTime::default(),
            ticks_ms: 0,
        }
    }

    /// All of them.
    #[must_use]
    pub fn calls(&self) -> &[Call] {
        &self.calls
    }

    /// Why nobody of this TV is called, if that is so.
    #[must_use]
    pub const fn nobody(&self) -> Option<Nobody> {
        self.nobody
    }

    /// What is in view.
    #[must_use]
    pub const fn window(&self) -> &Window {
        &self.window
    }

    /// What time it was when they were looked at last.
    #[must_use]
    pub const fn now(&self) -> ServerTime {
        self.now
    }

    fn read(&mut self, context: &Context<'_>) {
        self.now = context.now;
        self.calls = calls::all(context.cache);
        self.nobody = calls::nobody(context.cache);
        self.window.set(
            self.calls.iter().map(|call| call.id.as_str()),
            1,
            context.metrics.roll_call_rows,
        );
    }
}

impl Default for RollCalls {
    fn default() -> Self {
        Self::new()
    }
}

impl Controller for RollCalls {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        self.ticks_ms = context.ticks_ms;
        match input {
            Input::Shown | Input::Changed | Input::Resized | Input::Tick => self.read(context),
            Input::Key(RemoteKey::Ok, Press::Down) => {
                let chosen = self.window.focused().and_then(|at| self.calls.get(at));
                return vec![match chosen {
                    Some(call) => Effect::Open(calls::route(context.cache, &call.id)),
                    None => Effect::Back,
                }];
            }
            Input::Key(RemoteKey::Back, Press::Down) => return vec![Effect::Back],
            Input::Key(key, press) => {
                self.window.key(*key, *press);
            }
            _ => {}
        }
        Effects::new()
    }

    fn focus(&self) -> &FocusMap {
        &self.window.focus
    }

    fn focus_mut(&mut self) -> &mut FocusMap {
        &mut self.window.focus
    }

    fn route(&self) -> Route {
        Route::RollCalls
    }

    fn wake_at(&self) -> Option<u64> {
        // The minutes that are left.
        let is_open = self.calls.iter().any(|call| call.round.is_some());
        let into = u64::try_from(self.now.at_ms.rem_euclid(1_000)).unwrap_or(0);
        is_open.then_some(self.ticks_ms + 1_000 - into)
    }
}
