//! Shows what staff need, and goes on by itself when they have approved.

use crate::client::{EnrolmentState, leads_home};
use crate::focus::{Area, FocusMap, Layout, Zone};
use crate::remote::{Press, RemoteKey};
use crate::screens::{
    Base, Context, Controller, Effect, Effects, Input, Interruption, Nature, Phase, Route, arrow,
};

/// The screen before the terminal is enrolled.
pub struct Enrolment {
    focus: FocusMap,
    state: EnrolmentState,
    /// When the code becomes void, in monotonic ms.
    void_at: u64,
    retry_at: Option<u64>,
    ticks_ms: u64,
}

impl Enrolment {
    /// Before anything is known.
    #[must_use]
    pub fn new() -> Self {
        Self {
            focus: FocusMap::new(
                "buttons",
                vec![
                    Zone::new("buttons", Layout::Column, Area::new(1264, 686, 560, 264))
                        .with_items(["retry", "settings"]),
                ],
            ),
            state: EnrolmentState::Asking,
            void_at: 0,
            retry_at: None,
            ticks_ms: 0,
        }
    }

    /// Where the enrolment stands.
    #[must_use]
    pub const fn state(&self) -> &EnrolmentState {
        &self.state
    }

    /// Where staff approve, and the same with the code filled in, if another device can open it. `None`: it
    /// leads back to the server's own machine, so it can only be approved there.
    #[must_use]
    pub fn address(&self) -> Option<(&str, &str)> {
        match &self.state {
            EnrolmentState::Code {
                verification_uri,
                verification_uri_complete,
                ..
            } if !leads_home(verification_uri) => {
                Some((verification_uri, verification_uri_complete))
            }
            _ => None,
        }
    }

    /// Minutes for which the code is still good, at least 1.
    #[must_use]
    pub fn minutes_left(&self) -> u64 {
        match &self.state {
            EnrolmentState::Code { .. } => {
                let left = self.void_at.saturating_sub(self.ticks_ms);
                left.div_ceil(60_000).max(1)
            }
            _ => 0,
        }
    }

    /// Seconds until the next try by itself.
    #[must_use]
    pub fn seconds_to_retry(&self) -> u64 {
        self.retry_at
            .map_or(0, |at| at.saturating_sub(self.ticks_ms).div_ceil(1_000))
    }

    /// Index of the focused button.
    #[must_use]
    pub fn focused(&self) -> usize {
        self.focus.index()
    }
}

impl Default for Enrolment {
    fn default() -> Self {
        Self::new()
    }
}

impl Controller for Enrolment {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        self.ticks_ms = context.ticks_ms;
        match input {
            Input::Enrolment(state) => {
                self.retry_at = match state {
                    EnrolmentState::NoNetwork { retry_in_ms } => {
                        Some(context.ticks_ms + retry_in_ms)
                    }
                    _ => None,
                };
                if let EnrolmentState::Code { good_for_ms, .. } = state {
                    self.void_at = context.ticks_ms.saturating_add(*good_for_ms);
                }
                self.state = state.clone();
                if *state == EnrolmentState::Approved {
                    return vec![Effect::Replace(Route::Home), Effect::Open(Route::Lesson)];
                }
            }
            Input::Tick if self.retry_at.is_some_and(|at| at <= context.ticks_ms) => {
                self.retry_at = None;
            }
            Input::Key(RemoteKey::Ok, Press::Down) => {
                let offline = matches!(self.state, EnrolmentState::NoNetwork { .. });
                return vec![match self.focus.index() {
                    0 => Effect::Retry,
                    _ if offline => Effect::Open(Route::Network),
                    _ => Effect::Open(Route::Settings),
                }];
            }
            Input::Key(RemoteKey::Back, Press::Down) => return vec![Effect::Back],
            Input::Key(key, press) => {
                if let Some(direction) = arrow(*key, *press) {
                    self.focus.go(direction);
                }
            }
            _ => {}
        }
        Effects::new()
    }

    fn focus(&self) -> &FocusMap {
        &self.focus
    }

    fn focus_mut(&mut self) -> &mut FocusMap {
        &mut self.focus
    }

    fn route(&self) -> Route {
        Route::Enrolment
    }

    fn phase(&self) -> Phase {
        let step = match self.state {
            EnrolmentState::Asking => 0,
            EnrolmentState::Code { .. } => 1,
            EnrolmentState::Approved => 2,
            EnrolmentState::Declined => 3,
            EnrolmentState::NoNetwork { .. } => 4,
        };
        (step, 0)
    }

    fn wake_at(&self) -> Option<u64> {
        match &self.state {
            EnrolmentState::Code { .. } => Some(self.ticks_ms + 60_000),
            _ => self.retry_at.map(|at| at.min(self.ticks_ms + 1_000)),
        }
    }

    fn nature(&self) -> Nature {
        Nature {
            base: Some(Base::Unenrolled),
            admits: &[Interruption::Warning],
            ..Nature::default()
        }
    }
}
