//! Who asks (at a station), which number is to be called, and what became of it.

use contract::request::{Category, CategoryKind, PhoneOffer};
use contract::terminal::TerminalKind;

use super::actions::{Actions, Answers, Number};
use crate::cache::drafts::subject;
use crate::cache::{Draft, Gone, ServerTime};
use crate::focus::FocusMap;
use crate::remote::RemoteKey;
use crate::screens::asked::{note_route, report_route};
use crate::screens::attendance;
use crate::screens::kit::detail::Detail;
use crate::screens::kit::form::{Digits, PHONE, Remark};
use crate::screens::proving::{Prove, Proved};
use crate::screens::sending::Sending;
use crate::screens::{Context, Controller, Effect, Effects, Input, Nature, Phase, Route, Stays};

/// What is somebody's own goes away after so long without a key, in ms.
pub(super) const HIDE_MS: u64 = 60_000;
/// Key of the entry by which staff of a station ask for somebody else.
pub(super) const FOR_OTHERS: &str = "for-others";
/// What is about the category and which papers to bring have room beside the number up to so many
/// characters, in the smaller text sizes.
const BESIDE: usize = 130;
/// Text larger than this leaves no room for it, in logical pixels.
const LARGE: f32 = 60.0;

/// Where the screen is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// At a station: who asks, or who of its staff does for somebody else.
    Who,
    /// For whom they do.
    ForWhom,
    /// Whom they will call.
    Confirm,
    /// Another number is typed.
    Number,
    /// Which papers to bring.
    Papers,
    /// A suggestion: may it be answered in public?
    Public,
    /// It is on its way.
    Sending,
    /// It did not work.
    Failed,
}

/// The screen of one category.
pub struct Service {
    pub(super) id: String,
    pub(super) step: Step,
    pub(super) category: Option<Category>,
    pub(super) missing: Option<Gone>,
    pub(super) kind: TerminalKind,
    pub(super) prove: Prove,
    /// Staff ask for somebody else.
    pub(super) for_others: bool,
    pub(super) proved: Option<Proved>,
    /// For whom staff ask: id and name.
    pub(super) for_whom: Option<(String, String)>,
    pub(super) phones: Vec<PhoneOffer>,
    pub(super) number: Number,
    pub(super) actions: Actions,
    pub(super) form: Digits,
    /// The steps with one or two answers.
    pub(super) answers: Detail<Answers>,
    pub(super) sending: Option<Sending>,
    /// What was said of it.
    pub(super) draft: Draft,
    /// The same was asked before, and is still on its way.
    pub(super) again: bool,
    /// Papers have no room beside the number.
    pub(super) papers_apart: bool,
    pub(super) now: ServerTime,
    /// The last key was pressed then, in monotonic ms.
    pub(super) key_at: u64,
}

impl Service {
    /// The category with this id.
    #[must_use]
    pub fn new(category: &str) -> Self {
        Self {
            id: category.to_owned(),
            step: Step::Confirm,
            category: None,
            missing: None,
            kind: TerminalKind::Household,
            prove: Prove::new(Some(FOR_OTHERS)),
            for_others: false,
            proved: None,
            for_whom: None,
            phones: Vec::new(),
            number: Number::None,
            actions: Actions::new(),
            form: Digits::between(PHONE, Remark::None),
            answers: Detail::default(),
            sending: None,
            draft: Draft::default(),
            again: false,
            papers_apart: false,
            now: ServerTime::default(),
            key_at: 0,
        }
    }

    pub(super) fn is_station(&self) -> bool {
        self.kind == TerminalKind::Station
    }

    pub(super) fn go(&mut self, step: Step) {
        self.step = step;
        self.answers = match step {
            // The harmless answer first.
            Step::Public => answers(&[Answers::NotPublic, Answers::Public]),
            Step::Failed => answers(&[Answers::Again]),
            _ => answers(&[]),
        };
        if step == Step::Number {
            self.form = Digits::between(PHONE, Remark::None);
        }
    }

    fn read(&mut self, context: &Context<'_>) {
        self.now = context.now;
        let cache = context.cache;
        self.category = cache.category(&self.id);
        self.missing = self.category.is_none().then(|| cache.gone(&self.id));
        self.kind = attendance::kind(cache);
        self.draft = cache.draft(&subject(&self.id, None));
        if self.is_station() {
            if self.step == Step::Confirm && self.proved.is_none() {
                self.go(Step::Who);
            }
            self.prove.read(context);
            self.phones = Vec::new();
        } else {
            self.phones.clone_from(&cache.requests().phones);
            let waiting = cache.waiting_requests();
            self.again = waiting.iter().any(|one| one.subject == self.id);
        }
        self.number = std::mem::take(&mut self.number).settled(&self.phones);
        let (about, papers) = self.category.as_ref().map_or((0, 0), |category| {
            let papers = category.papers.iter();
            (
                category.about.chars().count(),
                papers.map(|paper| paper.chars().count() + 1).sum(),
            )
        });
        let beside = context.metrics.body < LARGE && about + papers <= BESIDE;
        self.papers_apart = papers > 0 && !beside;
        self.arrange();
    }

    /// What can be done now.
    pub(super) fn arrange(&mut self) {
        let is_here = self.category.is_some();
        let note = note_route(&self.id, None).is_some();
        self.actions
            .set(is_here, &self.number, &self.phones, note, self.papers_apart);
    }

    fn tick(&mut self, context: &Context<'_>) -> Effects {
        self.now = context.now;
        if self.step == Step::Sending
            && let Some(sending) = self.sending.as_mut()
            && sending.is_on_its_way()
            && sending.is_over(context)
        {
            let mut effects = sending.give_up(context);
            effects.extend(self.said());
            return effects;
        }
        if self.is_station() && context.ticks_ms >= self.key_at + HIDE_MS {
            self.begin_anew(context);
            return vec![Effect::Back];
        }
        Effects::new()
    }
}

fn answers(all: &[Answers]) -> Detail<Answers> {
    let mut detail = Detail::default();
    detail.set(all.to_vec(), |answer| answer.key());
    detail
}

impl Controller for Service {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        if matches!(input, Input::Key(..) | Input::Card(_) | Input::Shown) {
            self.key_at = context.ticks_ms;
        }
        match input {
            Input::Shown | Input::Changed | Input::Resized => {
                self.read(context);
                let confidential = self
                    .category
                    .as_ref()
                    .is_some_and(|category| category.kind == CategoryKind::Confidential);
                if confidential {
                    // It goes by another door.
                    let route = report_route(&self.id);
                    return vec![route.map_or(Effect::Back, Effect::Replace)];
                }
            }
            Input::Tick => return self.tick(context),
            Input::Card(card) if matches!(self.step, Step::Who | Step::ForWhom) => {
                let proving = self.prove.card(card);
                return self.proving(proving, context);
            }
            Input::Key(key, press) => return self.on_key(*key, *press, context),
            Input::Told(key, told) => {
                if let Some(sending) = self.sending.as_mut().filter(|one| one.is_of(key)) {
                    if !sending.is_on_its_way() {
                        return Effects::new();
                    }
                    let mut effects = sending.take(told, context);
                    effects.extend(self.said());
                    return effects;
                }
            }
            Input::NotSaved(key) => {
                if let Some(sending) = self.sending.as_mut().filter(|one| one.is_of(key)) {
                    sending.not_saved(context);
                    return self.said();
                }
            }
            _ => {}
        }
        Effects::new()
    }

    fn focus(&self) -> &FocusMap {
        match self.step {
            Step::Who | Step::ForWhom => self.prove.focus(),
            Step::Confirm => &self.actions.focus,
            Step::Number => &self.form.focus,
            _ => &self.answers.focus,
        }
    }

    fn focus_mut(&mut self) -> &mut FocusMap {
        match self.step {
            Step::Who | Step::ForWhom => self.prove.focus_mut(),
            Step::Confirm => &mut self.actions.focus,
            Step::Number => &mut self.form.focus,
            _ => &mut self.answers.focus,
        }
    }

    fn route(&self) -> Route {
        if self.step == Step::Sending {
            return Route::Services {
                list: String::new(),
            };
        }
        Route::Service {
            category: self.id.clone(),
        }
    }

    fn is_at(&self, route: &Route) -> bool {
        matches!(route, Route::Service { category } if *category == self.id)
    }

    fn wake_at(&self) -> Option<u64> {
        let sending = self.sending.as_ref();
        let sending = sending.filter(|it| self.step == Step::Sending && it.is_on_its_way());
        let hides = self.is_station().then_some(self.key_at + HIDE_MS);
        [sending.and_then(Sending::wake_at), hides]
            .into_iter()
            .flatten()
            .min()
    }

    fn wants_digits(&self) -> bool {
        matches!(self.step, Step::Who | Step::ForWhom | Step::Number)
    }

    fn wants_colours(&self) -> bool {
        self.wants_digits()
    }

    fn wants_card(&self) -> bool {
        matches!(self.step, Step::Who) && self.is_station()
    }

    fn phase(&self) -> Phase {
        let inner = match self.step {
            Step::Who | Step::ForWhom => self.prove.phase(),
            _ => self.sending.as_ref().map_or(0, Sending::phase),
        };
        (self.step as u8, inner)
    }

    fn holds_until(&self) -> Option<u64> {
        let failed = self.sending.as_ref().filter(|_| self.step == Step::Failed);
        failed.and_then(Sending::holds_until)
    }

    fn acts_at_once(&self, key: RemoteKey) -> bool {
        self.wants_digits() && matches!(key, RemoteKey::Digit(_))
    }

    fn draft(&self) -> Option<String> {
        Some(subject(&self.id, None))
    }

    fn nature(&self) -> Nature {
        Nature {
            stays: if self.is_station() {
                Stays::Personal
            } else {
                Stays::Kept
            },
            ..Nature::default()
        }
    }
}
