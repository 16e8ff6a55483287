//! What is somebody's own does not wait below another screen for whoever comes next.

use super::{Outward, Router};
use crate::remote::Press;
use crate::screens::{Context, Input, Stays};

/// Nobody pressed a key for so long: whoever was there has gone, in ms. Longer than it takes to look something up
/// elsewhere and come back.
const GONE_MS: u64 = 180_000;

impl Router {
    /// Somebody does something. What was left below the screen on top long before goes: they need not be who
    /// left it. The screen on top hides what is on it by itself.
    pub(super) fn forget_left(&mut self, input: &Input, context: &Context<'_>) {
        if !matches!(input, Input::Key(_, Press::Down) | Input::Card(_)) {
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
    pub(super) fn close_left(&mut self, context: &Context<'_>) -> Vec<Outward> {
        let is_there = context.ticks_ms.saturating_sub(self.there_ms) < GONE_MS;
        if is_there || self.nature().stays != Stays::Personal {
            return Vec::new();
        }
        while self.stack.len() > 1 && self.nature().stays == Stays::Personal {
            self.stack.pop();
        }
        self.tell_top(&Input::Shown, context)
    }
}
