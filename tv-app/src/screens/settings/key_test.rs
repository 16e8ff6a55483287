//! Which key arrives, and how long until the screen has changed.

use crate::focus::FocusMap;
use crate::remote::{Press, RemoteKey};
use crate::screens::kit::back;
use crate::screens::{
    BACK, Context, Controller, Effect, Effects, Input, Interruption, Nature, Route, Stays,
};

/// Two presses of Back within this time leave, in ms; a single one is shown like any key.
const LEAVE_MS: u64 = 2_000;
/// Two that are no further apart are one of a worn key, in ms.
const WORN_MS: u64 = 250;

/// The key and latency test.
pub struct KeyTest {
    focus: FocusMap,
    key: Option<RemoteKey>,
    count: u32,
    last_ms: f32,
    worst_ms: f32,
    back_at: Option<u64>,
}

impl KeyTest {
    /// Before any key.
    #[must_use]
    pub fn new() -> Self {
        Self {
            focus: FocusMap::new(BACK, vec![back()]),
            key: None,
            count: 0,
            last_ms: 0.0,
            worst_ms: 0.0,
            back_at: None,
        }
    }

    /// The last key.
    #[must_use]
    pub const fn key(&self) -> Option<RemoteKey> {
        self.key
    }

    /// How many keys came.
    #[must_use]
    pub const fn count(&self) -> u32 {
        self.count
    }

    /// From key to painted picture in ms: the last and the slowest.
    #[must_use]
    pub const fn latency(&self) -> (f32, f32) {
        (self.last_ms, self.worst_ms)
    }
}

impl Default for KeyTest {
    fn default() -> Self {
        Self::new()
    }
}

impl Controller for KeyTest {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        match input {
            Input::Key(key, Press::Down) => {
                self.key = Some(*key);
                self.count += 1;
                if *key != RemoteKey::Back {
                    self.back_at = None;
                } else if self
                    .back_at
                    .is_some_and(|at| (at + WORN_MS..at + LEAVE_MS).contains(&context.ticks_ms))
                {
                    return vec![Effect::Back];
                } else {
                    self.back_at = Some(context.ticks_ms);
                }
            }
            Input::Painted(ms) => {
                self.last_ms = *ms;
                self.worst_ms = self.worst_ms.max(*ms);
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
        Route::KeyTest
    }

    fn wants_digits(&self) -> bool {
        true
    }

    fn wants_all_keys(&self) -> bool {
        true
    }

    /// What a worn key does is what is to be seen here.
    fn types(&self, _: RemoteKey) -> bool {
        true
    }

    fn acts_at_once(&self, _: RemoteKey) -> bool {
        true
    }

    fn nature(&self) -> Nature {
        Nature {
            stays: Stays::Passing,
            admits: &[Interruption::Warning],
            times_keys: true,
            ..Nature::default()
        }
    }
}
