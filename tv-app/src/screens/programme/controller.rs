//! Play, go on, keep for offline.

use contract::programme::Programme;

use crate::cache::{Gone, KeepState};
use crate::focus::{Area, FocusMap, Layout};
use crate::remote::{Press, RemoteKey};
use crate::screens::bulletins::find_listing;
use crate::screens::kit::Act;
use crate::screens::kit::detail::Detail;
use crate::screens::{Context, Controller, Effect, Effects, Input, Nature, Plays, Route};

/// What can be done with a programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// From the start.
    Play,
    /// From where it was left, in ms.
    Resume(i64),
    /// From the start although it was left somewhere.
    Restart,
    /// Keep it for watching offline.
    Keep,
    /// It waits to be kept; stop waiting.
    StopWaiting,
    /// It is being kept, so many percent; stop.
    StopKeeping(u8),
    /// Remove the kept copy.
    Remove,
    /// Try to keep it again after a failure.
    KeepAgain,
}

impl Action {
    fn key(self) -> &'static str {
        match self {
            Self::Play | Self::Resume(_) => "play",
            Self::Restart => "restart",
            _ => "keep",
        }
    }
}

/// The screen of one programme.
pub struct ProgrammeScreen {
    id: String,
    detail: Detail<Action>,
    programme: Option<Programme>,
    category: String,
    kept: bool,
    missing: Option<Gone>,
}

impl ProgrammeScreen {
    /// The programme with this id.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            detail: Detail::new(Layout::Column, Area::new(900, 500, 924, 450)),
            programme: None,
            category: String::new(),
            kept: false,
            missing: None,
        }
    }

    /// The programme, unless it is not here.
    #[must_use]
    pub fn programme(&self) -> Option<&Programme> {
        self.programme.as_ref()
    }

    /// Name of its category.
    #[must_use]
    pub fn category(&self) -> &str {
        &self.category
    }

    /// What can be done now.
    #[must_use]
    pub const fn detail(&self) -> &Detail<Action> {
        &self.detail
    }

    /// It can be watched without a network.
    #[must_use]
    pub const fn is_kept(&self) -> bool {
        self.kept
    }

    /// Why it is not here, when it is not.
    #[must_use]
    pub const fn missing(&self) -> Option<Gone> {
        self.missing
    }

    fn read(&mut self, context: &Context<'_>) {
        self.programme = context.cache.programme(&self.id);
        self.missing = self
            .programme
            .is_none()
            .then(|| context.cache.gone(&self.id));
        let Some(programme) = &self.programme else {
            self.detail.set(Vec::new(), |action| action.key());
            return;
        };
        self.category = find_listing(context, &programme.category)
            .map(|listing| listing.title)
            .unwrap_or_default();
        let resume = context
            .cache
            .watch_state(&self.id)
            .map_or(0, |state| state.resume_ms());
        let mut actions = if resume > 0 {
            vec![Action::Resume(resume), Action::Restart]
        } else {
            vec![Action::Play]
        };
        let keep = context.cache.keep_state(&self.id);
        self.kept = keep == KeepState::Kept;
        actions.push(match keep {
            KeepState::No => Action::Keep,
            KeepState::Waiting => Action::StopWaiting,
            KeepState::Loading(percent) => Action::StopKeeping(percent),
            KeepState::Kept => Action::Remove,
            KeepState::Failed(_) => Action::KeepAgain,
        });
        self.detail.set(actions, |action| action.key());
    }

    fn open(&self, position_ms: i64) -> Effects {
        vec![Effect::Open(Route::Player {
            id: self.id.clone(),
            position_ms,
        })]
    }

    fn act(&self, action: Action) -> Effects {
        let keep = |wanted| Effect::Keep(self.id.clone(), wanted);
        match action {
            Action::Play | Action::Restart => self.open(0),
            Action::Resume(position_ms) => self.open(position_ms),
            Action::Keep | Action::KeepAgain => vec![keep(true)],
            Action::StopWaiting | Action::StopKeeping(_) | Action::Remove => vec![keep(false)],
        }
    }
}

impl Controller for ProgrammeScreen {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        match input {
            Input::Shown | Input::Changed | Input::Resized => self.read(context),
            Input::Key(RemoteKey::Play | RemoteKey::PlayPause, Press::Down) => {
                let first = self.detail.actions().first();
                return first.map(|action| self.act(*action)).unwrap_or_default();
            }
            Input::Key(key, press) => {
                return match self.detail.act(*key, *press) {
                    Act::Left => vec![Effect::Back],
                    Act::Chosen(_) => {
                        let chosen = self.detail.chosen();
                        chosen.map(|action| self.act(*action)).unwrap_or_default()
                    }
                    Act::Moved | Act::Unused => Effects::new(),
                };
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
        Route::Programme {
            id: self.id.clone(),
        }
    }

    fn nature(&self) -> Nature {
        Nature {
            plays: Plays::Near,
            ..Nature::default()
        }
    }
}
