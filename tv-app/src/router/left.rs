//! What is somebody's own does not wait below another screen for whoever comes next.

use super::Router;
use crate::remote::Press;
use crate::screens::{Context, Input, Stays};

/// Nobody pressed a key or was heard for so long: whoever was there has gone, in ms. Longer than it takes to
/// look something up elsewhere and come back.
const GONE_MS: u64 = 180_000;

impl Router {
    /// Somebody does something. What was left below the screen on top long before goes: they need not be who
    /// left it. The screen on top hides what is on it by itself.
    pub(super) fn forget_left(&mut self, input: &Input, context: &Context<'_>) {
        let is_there = match input {
            Input::Key(_, Press::Down) | Input::Card(_) => true,
            Input::Player(_) | Input::Recorder(_) => self.top().controller().has_voice(),
            _ => false,
        };
        if !is_there {
            return;
        }
        let before = std::mem::replace(&mut self.there_ms, context.ticks_ms);
        if context.ticks_ms.saturating_sub(before) < GONE_MS {
            return;
        }
        let top = self.stack.len() - 1;
        let mut at = 0;
        self.stack.retain(|screen| {
            let stays =
                at == 0 || at == top || screen.controller().nature().stays != Stays::Personal;
            at += 1;
            stays
        });
    }

    /// A screen went away by itself. What lies below it and is somebody's own goes with it, if nobody is there.
    pub(super) fn close_left(&mut self, context: &Context<'_>) {
        if context.ticks_ms.saturating_sub(self.there_ms) < GONE_MS {
            return;
        }
        while self.stack.len() > 1 && self.nature().stays == Stays::Personal {
            self.stack.pop();
        }
    }
}
