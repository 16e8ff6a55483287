//! The screen of one thing that was asked at this home.

use super::part::{Left, Part};
use crate::cache::drafts::subject;
use crate::focus::FocusMap;
use crate::remote::RemoteKey;
use crate::screens::{Context, Controller, Effect, Effects, Input, Phase, Route, asked, types};

/// One of the requests of this home.
pub struct RequestScreen {
    id: String,
    part: Part,
    is_missing: bool,
    turns_at: Option<u64>,
}

impl RequestScreen {
    /// The request with this id.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            part: Part::new(),
            is_missing: false,
            turns_at: None,
        }
    }

    /// What is shown of it.
    #[must_use]
    pub const fn part(&self) -> &Part {
        &self.part
    }

    /// It is not among what was asked here any more.
    #[must_use]
    pub const fn is_missing(&self) -> bool {
        self.is_missing
    }

    fn read(&mut self, context: &Context<'_>) {
        let waiting = context.cache.waiting_requests();
        let request = context.cache.request(&self.id);
        self.is_missing = request.is_none();
        let waits = asked::waits(&waiting, &self.id);
        self.part.set(request, waits, context);
        self.turns_at = asked::turns_at([&self.part.stand()], context);
    }
}

impl Controller for RequestScreen {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        if matches!(
            input,
            Input::Shown | Input::Changed | Input::Resized | Input::Tick
        ) {
            self.read(context);
        }
        let (mut effects, left) = self.part.handle(input, None, context);
        if left == Left::Back {
            effects.push(Effect::Back);
        }
        if matches!(input, Input::Told(..)) {
            self.read(context);
        }
        effects
    }

    fn focus(&self) -> &FocusMap {
        self.part.focus()
    }

    fn focus_mut(&mut self) -> &mut FocusMap {
        self.part.focus_mut()
    }

    fn route(&self) -> Route {
        Route::Request {
            id: self.id.clone(),
        }
    }

    fn wake_at(&self) -> Option<u64> {
        self.part.wake_at(self.turns_at)
    }

    fn holds_until(&self) -> Option<u64> {
        self.part.holds_until()
    }

    fn wants_digits(&self) -> bool {
        self.part.wants_digits()
    }

    /// A digit is an answer here.
    fn types(&self, key: RemoteKey) -> bool {
        !matches!(key, RemoteKey::Digit(_)) && types(self, key)
    }

    fn has_voice(&self) -> bool {
        self.part.has_voice()
    }

    fn phase(&self) -> Phase {
        self.part.phase()
    }

    fn draft(&self) -> Option<String> {
        Some(subject("", Some(&self.id)))
    }
}
