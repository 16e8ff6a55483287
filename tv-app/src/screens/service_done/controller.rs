//! It stays until a key, or goes by itself.

use crate::cache::ServerTime;
use crate::focus::{Area, FocusMap, Layout};
use crate::remote::{Press, RemoteKey};
use crate::screens::aloud::aloud;
use crate::screens::kit::Act;
use crate::screens::kit::confirmation::{Confirmation, STAYS_MS};
use crate::screens::kit::detail::Detail;
use crate::screens::{Context, Controller, Effect, Effects, Input, Nature, Route, Stays};

/// What can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Leave.
    Done,
    /// See what was asked.
    Mine,
}

impl Action {
    const fn key(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Mine => "mine",
        }
    }
}

/// What is said of something that was asked.
pub struct ServiceDone {
    title: String,
    number: String,
    office: String,
    due_at_ms: i64,
    actions: Detail<Action>,
    said: Option<Confirmation>,
    /// When it goes by itself, in monotonic ms.
    until: u64,
    now: ServerTime,
    speaking: bool,
}

impl ServiceDone {
    /// Of something asked in this category. Without a number it is only kept so far.
    #[must_use]
    pub fn new(title: &str, number: &str, office: &str, due_at_ms: i64) -> Self {
        let mut actions = Detail::new(Layout::Row, Area::new(96, 800, 1728, 140));
        actions.set(vec![Action::Done, Action::Mine], |action| action.key());
        Self {
            title: title.to_owned(),
            number: number.to_owned(),
            office: office.to_owned(),
            due_at_ms,
            actions,
            said: None,
            until: 0,
            now: ServerTime::default(),
            speaking: false,
        }
    }

    /// Title of the category.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The number under which it is known; empty: it is only kept so far.
    #[must_use]
    pub fn number(&self) -> &str {
        &self.number
    }

    /// Who answers.
    #[must_use]
    pub fn office(&self) -> &str {
        &self.office
    }

    /// Until when, Unix ms; 0: nobody knows yet.
    #[must_use]
    pub const fn due_at_ms(&self) -> i64 {
        self.due_at_ms
    }

    /// What can be done.
    #[must_use]
    pub const fn actions(&self) -> &Detail<Action> {
        &self.actions
    }

    /// What time it was when it was looked at last.
    #[must_use]
    pub const fn now(&self) -> ServerTime {
        self.now
    }

    /// Whether it is being read aloud.
    #[must_use]
    pub const fn is_speaking(&self) -> bool {
        self.speaking
    }

    fn act(&self) -> Effects {
        let mut effects = vec![Effect::Speak(Vec::new())];
        effects.push(match self.actions.chosen() {
            Some(Action::Mine) => Effect::Replace(Route::Requests { suggestions: false }),
            _ => Effect::Back,
        });
        effects
    }
}

impl Controller for ServiceDone {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        self.now = context.now;
        match input {
            Input::Shown if self.said.is_none() => {
                self.said = Some(Confirmation::new(context.ticks_ms, None));
                self.until = context.ticks_ms + STAYS_MS;
                return aloud(None, Some(0), context).into_iter().collect();
            }
            Input::Tick if context.ticks_ms >= self.until => {
                // What is being said is said to its end.
                if self.speaking {
                    self.until = context.ticks_ms + STAYS_MS;
                } else {
                    return vec![Effect::Back];
                }
            }
            Input::Speaking(at) => self.speaking = at.is_some(),
            Input::Key(RemoteKey::Yellow, Press::Down) => {
                return vec![if self.speaking {
                    Effect::Speak(Vec::new())
                } else {
                    Effect::SpeakShown
                }];
            }
            Input::Key(key, press) => {
                return match self.actions.act(*key, *press) {
                    Act::Left => vec![Effect::Speak(Vec::new()), Effect::Back],
                    Act::Chosen(_) => self.act(),
                    Act::Moved => {
                        // Whoever moves reads.
                        self.until = context.ticks_ms + STAYS_MS;
                        Effects::new()
                    }
                    Act::Unused => Effects::new(),
                };
            }
            _ => {}
        }
        Effects::new()
    }

    fn focus(&self) -> &FocusMap {
        &self.actions.focus
    }

    fn focus_mut(&mut self) -> &mut FocusMap {
        &mut self.actions.focus
    }

    fn route(&self) -> Route {
        Route::ServiceDone {
            title: self.title.clone(),
            number: self.number.clone(),
            office: self.office.clone(),
            due_at_ms: self.due_at_ms,
        }
    }

    fn wake_at(&self) -> Option<u64> {
        self.said.map(|_| self.until)
    }

    fn holds_until(&self) -> Option<u64> {
        self.said.map(|said| said.holds_until())
    }

    fn nature(&self) -> Nature {
        Nature {
            stays: Stays::Passing,
            ..Nature::default()
        }
    }
}
