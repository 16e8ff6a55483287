//! One input on its way through the state machine.

use super::facts::{Action, Output};
use crate::{Event, State};

/// What one input has led to so far.
#[derive(Debug)]
pub(super) struct Turn {
    pub(super) now: u64,
    pub(super) suspended: bool,
    /// What the screen shows until this turn is over.
    pub(super) shown: State,
    pub(super) out: Vec<Output>,
}

impl Turn {
    pub(super) fn act(&mut self, action: Action) {
        self.out.push(Output::Action(action));
    }

    pub(super) fn tell(&mut self, event: Event) {
        self.out.push(Output::Event(event));
    }
}
