//! What this terminal is.

use crate::cache::Enrolment;
use crate::focus::FocusMap;
use crate::screens::kit::Act;
use crate::screens::kit::detail::Detail;
use crate::screens::{Context, Controller, Effect, Effects, Input, Route};

/// The about page.
pub struct About {
    /// There is nothing to do.
    detail: Detail<()>,
    enrolment: Option<Enrolment>,
    used_bytes: u64,
    budget_bytes: u64,
}

impl About {
    /// The page before anything was read.
    #[must_use]
    pub fn new() -> Self {
        Self {
            detail: Detail::default(),
            enrolment: None,
            used_bytes: 0,
            budget_bytes: 0,
        }
    }

    /// Name, office and number, once enrolled.
    #[must_use]
    pub const fn enrolment(&self) -> Option<&Enrolment> {
        self.enrolment.as_ref()
    }

    /// Bytes of files in the cache, and how many there may be.
    #[must_use]
    pub const fn disk(&self) -> (u64, u64) {
        (self.used_bytes, self.budget_bytes)
    }
}

impl Default for About {
    fn default() -> Self {
        Self::new()
    }
}

impl Controller for About {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        match input {
            Input::Shown | Input::Changed => {
                self.enrolment = context.cache.enrolment();
                (self.used_bytes, self.budget_bytes) =
                    (context.cache.stored_bytes(), context.cache.budget());
            }
            Input::Key(key, press) if self.detail.act(*key, *press) == Act::Left => {
                return vec![Effect::Back];
            }
            _ => {}
        }
        Effects::new()
    }

    fn focus(&self) -> &FocusMap {
        &self.detail.focus
    }

    fn focus_mut(&mut self) -> &mut FocusMap {
        &mut self.detail.focus
    }

    fn route(&self) -> Route {
        Route::About
    }
}
