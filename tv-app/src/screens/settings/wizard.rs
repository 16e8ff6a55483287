//! Teaches the terminal a remote control it does not know: seven keys, one after the other.

use crate::focus::FocusMap;
use crate::remote::{Press, RemoteKey};
use crate::screens::kit::back;
use crate::screens::{
    BACK, Context, Controller, Effect, Effects, Input, Interruption, Nature, Route, Stays,
};

/// A key that the remote does not have is passed over after so long, in ms.
const STEP_MS: u64 = 20_000;

/// A key as the kernel reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RawKey {
    /// An evdev key code.
    Code(u16),
    /// A scan code for which the kernel knows no key.
    Scan(u32),
}

/// The keys that are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named by the key")]
pub enum Step {
    Ok,
    Up,
    Down,
    Left,
    Right,
    Back,
    Home,
    Finished,
}

const STEPS: [(Step, RemoteKey); 7] = [
    (Step::Ok, RemoteKey::Ok),
    (Step::Up, RemoteKey::Up),
    (Step::Down, RemoteKey::Down),
    (Step::Left, RemoteKey::Left),
    (Step::Right, RemoteKey::Right),
    (Step::Back, RemoteKey::Back),
    (Step::Home, RemoteKey::Home),
];

/// The remote learning wizard.
pub struct Wizard {
    focus: FocusMap,
    at: usize,
    learnt: Vec<RawKey>,
    heard: Option<(RawKey, bool)>,
    possible: bool,
    step_until: u64,
    ticks_ms: u64,
}

impl Wizard {
    /// At the first key.
    #[must_use]
    pub fn new() -> Self {
        Self {
            focus: FocusMap::new(BACK, vec![back()]),
            at: 0,
            learnt: Vec::new(),
            heard: None,
            possible: true,
            step_until: 0,
            ticks_ms: 0,
        }
    }

    /// Which key is asked for.
    #[must_use]
    pub fn step(&self) -> Step {
        STEPS.get(self.at).map_or(Step::Finished, |(step, _)| *step)
    }

    /// Its number from 1, and how many there are.
    #[must_use]
    pub const fn number(&self) -> (usize, usize) {
        (self.at + 1, STEPS.len())
    }

    /// Whether there is a receiver whose raw keys can be heard.
    #[must_use]
    pub const fn is_possible(&self) -> bool {
        self.possible
    }

    /// The last key heard, and whether it was refused because it has a meaning already.
    #[must_use]
    pub const fn heard(&self) -> Option<(RawKey, bool)> {
        self.heard
    }

    /// Seconds until this key is passed over.
    #[must_use]
    pub fn seconds(&self) -> u64 {
        self.step_until
            .saturating_sub(self.ticks_ms)
            .div_ceil(1_000)
    }

    fn next(&mut self, effects: &mut Effects) {
        self.at += 1;
        self.step_until = self.ticks_ms + STEP_MS;
        if self.at == STEPS.len() {
            effects.push(Effect::Learn(false));
        }
    }
}

impl Default for Wizard {
    fn default() -> Self {
        Self::new()
    }
}

impl Controller for Wizard {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        self.ticks_ms = context.ticks_ms;
        let mut effects = Effects::new();
        match input {
            Input::Shown => {
                self.step_until = context.ticks_ms + STEP_MS;
                effects.push(Effect::Learn(true));
            }
            Input::CanLearn(possible) => {
                self.possible = *possible;
                if !possible {
                    effects.push(Effect::Learn(false));
                }
            }
            Input::RawKey(raw) => {
                let Some((_, key)) = STEPS.get(self.at) else {
                    return effects;
                };
                let refused = self.learnt.contains(raw);
                self.heard = Some((*raw, refused));
                if !refused {
                    self.learnt.push(*raw);
                    effects.push(Effect::Learnt(*raw, *key));
                    self.next(&mut effects);
                }
            }
            Input::Tick if self.step_until <= context.ticks_ms && self.at < STEPS.len() => {
                self.next(&mut effects);
            }
            // Keys that are understood already (keyboard, web page) can leave.
            Input::Key(RemoteKey::Back | RemoteKey::Ok | RemoteKey::Home, Press::Down) => {
                effects.push(Effect::Learn(false));
                effects.push(Effect::Back);
            }
            _ => {}
        }
        effects
    }

    fn focus(&self) -> &FocusMap {
        &self.focus
    }

    fn focus_mut(&mut self) -> &mut FocusMap {
        &mut self.focus
    }

    fn route(&self) -> Route {
        Route::Wizard
    }

    fn wake_at(&self) -> Option<u64> {
        (self.possible && self.at < STEPS.len())
            .then_some(self.step_until.min(self.ticks_ms + 1_000))
    }

    fn wants_all_keys(&self) -> bool {
        true
    }

    fn acts_at_once(&self, _: RemoteKey) -> bool {
        true
    }

    fn nature(&self) -> Nature {
        Nature {
            stays: Stays::Passing,
            admits: &[Interruption::Warning],
            ..Nature::default()
        }
    }
}
