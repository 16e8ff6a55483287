//! The digit 0 held down: whom to ask for help, from anywhere. So that what is held types and opens nothing
//! besides, 0 counts when it is let go.

use super::{Outward, Router};
use crate::remote::{Press, RemoteKey};
use crate::screens::Context;
use crate::screens::routes::help_route;

/// So long 0 has to be held, in ms.
pub(super) const HELD_MS: u64 = 800;

/// The key.
const ZERO: RemoteKey = RemoteKey::Digit(0);

/// A 0 that is down and has done nothing yet.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Held(Option<u64>);

impl Held {
    /// When it means help, in monotonic ms.
    pub(super) fn wake_at(self) -> Option<u64> {
        self.0.map(|at| at + HELD_MS)
    }
}

impl Router {
    /// Takes what 0 did. `None`: this is not about it, or it counts as any other key here.
    pub(super) fn zero(
        &mut self,
        key: RemoteKey,
        press: Press,
        context: &Context<'_>,
    ) -> Option<Vec<Outward>> {
        if key != ZERO || self.top().controller().wants_all_keys() {
            return None;
        }
        match press {
            Press::Down => self.held = Held(Some(context.ticks_ms)),
            Press::Repeat => {}
            Press::Up => {
                let mut effects = self.let_go(context);
                effects.extend(self.pass(ZERO, Press::Up, context));
                return Some(effects);
            }
        }
        Some(Vec::new())
    }

    /// Whether 0 held down asks for help here.
    #[must_use]
    pub fn offers_help(&self) -> bool {
        let screen = self.top().controller();
        !screen.wants_all_keys() && !screen.is_at(&help_route())
    }

    /// It was pressed, and does what 0 does here.
    pub(super) fn let_go(&mut self, context: &Context<'_>) -> Vec<Outward> {
        match std::mem::take(&mut self.held) {
            Held(Some(_)) => self.pass(ZERO, Press::Down, context),
            Held(None) => Vec::new(),
        }
    }

    /// Whether 0 is down and has done nothing yet.
    pub(super) const fn holds_zero(&self) -> bool {
        self.held.0.is_some()
    }

    /// It has been held long enough.
    pub(super) fn was_held(&mut self, context: &Context<'_>) -> Vec<Outward> {
        let due = self.held.wake_at().is_some_and(|at| at <= context.ticks_ms);
        if !due {
            return Vec::new();
        }
        self.held = Held::default();
        let route = help_route();
        if self.top().controller().is_at(&route) {
            return Vec::new();
        }
        self.show_over(&route, context)
    }
}
