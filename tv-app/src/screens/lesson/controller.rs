//! Which key is asked for, and what is offered after them.

use crate::focus::{Area, FocusMap, Layout, Zone};
use crate::remote::{Press, RemoteKey};
use crate::screens::settings::{Kind, TEXT_SIZES, simple_mode};
use crate::screens::{Context, Controller, Effect, Effects, Input, Nature, Phase, Route, arrow};

/// The zone of what is to be pressed.
const KEY: &str = "key";
/// The zone of what is offered.
const CHOICES: &str = "choices";
/// Without a key for so long it goes away, in ms: nobody is there, and what waits is to be seen.
const ALONE_MS: u64 = 10 * 60_000;
/// So many presses of Back leave it also where another key is asked for.
const BACKS: u32 = 2;

/// Where the lesson is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// An arrow is to be pressed.
    Arrows,
    /// OK is to be pressed.
    Ok,
    /// Back is to be pressed.
    Back,
    /// How large is the text to be?
    Size,
    /// The simple mode?
    Simple,
    /// Read aloud?
    Aloud,
}

impl Step {
    const ALL: [Self; 6] = [
        Self::Arrows,
        Self::Ok,
        Self::Back,
        Self::Size,
        Self::Simple,
        Self::Aloud,
    ];

    /// Whether it is answered by choosing.
    #[must_use]
    pub const fn offers(self) -> bool {
        matches!(self, Self::Size | Self::Simple | Self::Aloud)
    }

    const fn choices(self) -> usize {
        match self {
            Self::Size => TEXT_SIZES.len(),
            Self::Simple | Self::Aloud => 2,
            _ => 0,
        }
    }

    fn asks_for(self, key: RemoteKey) -> bool {
        match self {
            Self::Arrows => arrow(key, Press::Down).is_some(),
            Self::Ok => key == RemoteKey::Ok,
            Self::Back => key == RemoteKey::Back,
            _ => false,
        }
    }
}

/// The first minute.
pub struct Lesson {
    focus: FocusMap,
    step: Step,
    name: String,
    /// Another key than the one asked for was pressed last.
    wrong: bool,
    backs: u32,
    key_at: u64,
}

impl Lesson {
    /// At the first key.
    #[must_use]
    pub fn new() -> Self {
        let key = Zone::new(KEY, Layout::Row, Area::new(96, 54, 440, 896)).with_items([KEY]);
        let choices = Zone::new(CHOICES, Layout::Row, Area::new(640, 690, 1184, 170));
        Self {
            focus: FocusMap::new(KEY, vec![key, choices]),
            step: Step::Arrows,
            name: String::new(),
            wrong: false,
            backs: 0,
            key_at: 0,
        }
    }

    /// Where it is.
    #[must_use]
    pub const fn step(&self) -> Step {
        self.step
    }

    /// What this television is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether another key than the one asked for was pressed.
    #[must_use]
    pub const fn was_wrong(&self) -> bool {
        self.wrong
    }

    /// Which choice has the focus.
    #[must_use]
    pub fn chosen(&self) -> Option<usize> {
        self.focus.index_in(CHOICES)
    }

    fn go_on(&mut self, context: &Context<'_>) -> Effects {
        let next = Step::ALL.into_iter().find(|step| *step > self.step);
        let Some(next) = next else {
            return vec![Effect::Back];
        };
        self.step = next;
        (self.wrong, self.backs) = (false, 0);
        let items = (0..next.choices()).map(|at| at.to_string());
        self.focus.set_items(CHOICES, items);
        let key: &[&str] = if next.offers() { &[] } else { &[KEY] };
        self.focus.set_items(KEY, key.iter().copied());
        let at = match next {
            Step::Size => Kind::TextSize.value(context),
            _ => 0,
        };
        self.focus.focus_item(CHOICES, at);
        Effects::new()
    }

    /// What is chosen is in force at once, but for the simple mode, which is another television.
    fn choose(&self) -> Effects {
        let Some(at) = self.chosen() else {
            return Effects::new();
        };
        let kept = match self.step {
            Step::Size => Kind::TextSize.kept(at),
            // Nothing, or everything.
            Step::Aloud => Kind::Aloud.kept(2 * at),
            _ => Vec::new(),
        };
        kept.into_iter()
            .map(|(name, value)| Effect::Setting(name, value))
            .collect()
    }

    fn accept(&mut self, context: &Context<'_>) -> Effects {
        let mut effects = self.choose();
        if self.step == Step::Simple && self.chosen() == Some(1) {
            // There everything is read aloud.
            effects.extend(simple_mode(context.cache, true));
            effects.push(Effect::Back);
            return effects;
        }
        effects.extend(self.go_on(context));
        effects
    }

    fn on_key(&mut self, key: RemoteKey, press: Press, context: &Context<'_>) -> Effects {
        if press == Press::Down && key == RemoteKey::Home {
            return vec![Effect::Back];
        }
        if self.step.offers() {
            return match (key, press) {
                (RemoteKey::Ok, Press::Down) => self.accept(context),
                (RemoteKey::Back, Press::Down) => vec![Effect::Back],
                _ => match arrow(key, press) {
                    Some(direction) if self.focus.go(direction) => self.choose(),
                    _ => Effects::new(),
                },
            };
        }
        if press != Press::Down {
            return Effects::new();
        }
        if self.step.asks_for(key) {
            return self.go_on(context);
        }
        self.wrong = true;
        self.backs += u32::from(key == RemoteKey::Back);
        if self.backs == BACKS {
            return vec![Effect::Back];
        }
        Effects::new()
    }
}

impl Default for Lesson {
    fn default() -> Self {
        Self::new()
    }
}

impl Controller for Lesson {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        match input {
            Input::Shown | Input::Changed => {
                let enrolment = context.cache.enrolment();
                self.name = enrolment.map(|it| it.name).unwrap_or_default();
                if *input == Input::Shown {
                    self.key_at = context.ticks_ms;
                }
            }
            Input::Tick if self.key_at + ALONE_MS <= context.ticks_ms => {
                return vec![Effect::Back];
            }
            Input::Key(key, press) => {
                self.key_at = context.ticks_ms;
                return self.on_key(*key, *press, context);
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
        Route::Lesson
    }

    fn wake_at(&self) -> Option<u64> {
        Some(self.key_at + ALONE_MS)
    }

    fn wants_digits(&self) -> bool {
        true
    }

    fn wants_all_keys(&self) -> bool {
        true
    }

    fn phase(&self) -> Phase {
        (self.step as u8, 0)
    }

    /// Whatever has to be seen waits until it is over.
    fn nature(&self) -> Nature {
        Nature {
            admits: &[],
            ..Nature::default()
        }
    }
}
