//! Looks into this place: the sign over the screens while one goes on, and the message when one
//! begins. Both are derived from what the cache says, so that the sign stays until the terminal
//! knows better.

use std::collections::HashSet;

use super::Router;
use crate::screens::Context;
use crate::screens::overlay::Toast;
use crate::screens::watched::{self, Sign};

/// What the router knows of looks.
#[derive(Default)]
pub(super) struct Watch {
    /// Generation of the cache that was read last; `None` before the first time.
    read: Option<u64>,
    /// The looks that go on.
    open: HashSet<String>,
    sign: Option<Sign>,
    /// A meeting has the camera that somebody would look through.
    waits: bool,
}

impl Watch {
    fn mark(&mut self) {
        if let Some(sign) = &mut self.sign {
            // Another camera of the place shows something all the same.
            sign.waits = self.waits && sign.only_here;
        }
    }
}

impl Router {
    /// What stands over every screen while somebody looks into this place.
    #[must_use]
    pub const fn sign(&self) -> Option<&Sign> {
        self.watch.sign.as_ref()
    }

    /// Whether somebody in the room can see that somebody looks: the sign is there, and the
    /// television does not sleep.
    #[must_use]
    pub const fn shows_sign(&self) -> bool {
        self.watch.sign.is_some() && !self.is_asleep()
    }

    /// Says whether a look waits for the camera that a meeting has.
    pub fn look_waits(&mut self, waits: bool) {
        self.watch.waits = waits;
        self.watch.mark();
    }

    pub(super) fn watch_looks(&mut self, context: &Context<'_>) {
        let generation = context.cache.generation();
        let before = self.watch.read.replace(generation);
        if before == Some(generation) {
            return;
        }
        let duty = context.cache.duty();
        let enrolled = self.is_enrolled();
        self.watch.sign = watched::sign(context.cache, &duty).filter(|_| enrolled);
        self.watch.mark();
        let open: HashSet<String> = duty.open().map(|look| look.id.clone()).collect();
        let began = !open.is_subset(&self.watch.open);
        self.watch.open = open;
        // What went on when the power failed is nothing new.
        if began && before.is_some() && self.watch.sign.is_some() {
            self.show_toast(Toast::LookBegan, context);
        }
    }
}

#[cfg(test)]
mod tests;
