//! Who asks (at a station), which number is to be called, and what became of it.

use contract::error::ErrorCode;
use contract::request::{self, Category, CategoryKind, ClockKind, Phone, PhoneOffer};
use contract::terminal::TerminalKind;

use super::actions::{Action, Actions, Answers, Number};
use crate::cache::command::NewRequest;
use crate::cache::drafts::subject;
use crate::cache::{Draft, Gone, ServerTime};
use crate::focus::FocusMap;
use crate::remote::{Press, RemoteKey};
use crate::screens::asked::{note_route, report_route};
use crate::screens::attendance;
use crate::screens::kit::Act;
use crate::screens::kit::detail::Detail;
use crate::screens::kit::form::{Answer, Digits, PHONE, Remark};
use crate::screens::proving::{Prove, Proved, Proving};
use crate::screens::sending::{Outcome, Sending};
use crate::screens::{
    BACK, Context, Controller, Effect, Effects, Input, Nature, Phase, Route, Stays,
};

/// What is somebody's own goes away after so long without a key, in ms.
pub(super) const HIDE_MS: u64 = 60_000;
/// An hour, in ms.
const HOUR_MS: i64 = 3_600_000;
/// Key of the entry by which staff of a station ask for somebody else.
const FOR_OTHERS: &str = "for-others";
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
    id: String,
    step: Step,
    category: Option<Category>,
    missing: Option<Gone>,
    kind: TerminalKind,
    prove: Prove,
    /// Staff ask for somebody else.
    for_others: bool,
    proved: Option<Proved>,
    /// For whom staff ask: id and name.
    for_whom: Option<(String, String)>,
    phones: Vec<PhoneOffer>,
    number: Number,
    actions: Actions,
    form: Digits,
    /// The steps with one or two answers.
    answers: Detail<Answers>,
    sending: Option<Sending>,
    /// What was said of it.
    draft: Draft,
    /// The same was asked before, and is still on its way.
    again: bool,
    /// Papers have no room beside the number.
    papers_apart: bool,
    now: ServerTime,
    /// The last key was pressed then, in monotonic ms.
    key_at: u64,
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

    /// Where it is.
    #[must_use]
    pub const fn step(&self) -> Step {
        self.step
    }

    /// The category, unless it is not here.
    #[must_use]
    pub const fn category(&self) -> Option<&Category> {
        self.category.as_ref()
    }

    /// Why it is not here, when it is not.
    #[must_use]
    pub const fn missing(&self) -> Option<Gone> {
        self.missing
    }

    /// Who proves who they are, or is chosen.
    #[must_use]
    pub const fn prove(&self) -> &Prove {
        &self.prove
    }

    /// Staff ask for somebody else.
    #[must_use]
    pub const fn is_for_others(&self) -> bool {
        self.for_others
    }

    /// Whom they will call.
    #[must_use]
    pub const fn number(&self) -> &Number {
        &self.number
    }

    /// What can be done.
    #[must_use]
    pub const fn actions(&self) -> &Actions {
        &self.actions
    }

    /// The answers of a step that is a question.
    #[must_use]
    pub const fn answers(&self) -> &Detail<Answers> {
        &self.answers
    }

    /// The digits typed so far, which are no secret, and what is to be said of them.
    #[must_use]
    pub fn typed(&self) -> (&str, Remark) {
        (self.form.pad().digits(), self.form.remark())
    }

    /// Index of the focused key of the keypad.
    #[must_use]
    pub fn focused_key(&self) -> Option<usize> {
        self.form.focused_key()
    }

    /// Whether 返回 has the focus.
    #[must_use]
    pub fn on_back(&self) -> bool {
        self.focus().zone() == BACK
    }

    /// Until when somebody calls, if it is asked now, Unix ms; `None` when nobody can know it here.
    #[must_use]
    pub fn due_at_ms(&self) -> Option<i64> {
        let category = self.category.as_ref()?;
        let by_wall = category.clock == ClockKind::Wall;
        let now = self.now.known_ms().filter(|_| by_wall)?;
        Some(now + i64::from(category.response_hours) * HOUR_MS)
    }

    /// What became of it, while that is said.
    #[must_use]
    pub fn outcome(&self) -> Option<&Outcome> {
        self.sending.as_ref().map(|sending| &sending.outcome)
    }

    /// What was said of it.
    #[must_use]
    pub const fn said_of_it(&self) -> &Draft {
        &self.draft
    }

    /// The same was asked before, and is still on its way.
    #[must_use]
    pub const fn is_again(&self) -> bool {
        self.again
    }

    /// Papers have no room beside the number.
    #[must_use]
    pub const fn has_papers_apart(&self) -> bool {
        self.papers_apart
    }

    /// What time it was when it was looked at last.
    #[must_use]
    pub const fn now(&self) -> ServerTime {
        self.now
    }

    fn is_station(&self) -> bool {
        self.kind == TerminalKind::Station
    }

    fn go(&mut self, step: Step) {
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
    fn arrange(&mut self) {
        let is_here = self.category.is_some();
        let note = note_route(&self.id, None).is_some();
        self.actions
            .set(is_here, &self.number, &self.phones, note, self.papers_apart);
    }

    fn act(&mut self, action: &Action, context: &Context<'_>) -> Effects {
        match action {
            Action::Send => return self.confirmed(context),
            Action::Silent => {
                self.number = Number::None;
                return self.confirmed(context);
            }
            Action::Number => self.go(Step::Number),
            Action::Other { at, .. } => {
                if let Some(offer) = self.phones.get(*at) {
                    self.number = Number::Offered(offer.clone());
                }
                self.arrange();
            }
            Action::Note => {
                let route = note_route(&self.id, None);
                return route.map(Effect::Open).into_iter().collect();
            }
            Action::Papers => self.go(Step::Papers),
        }
        Effects::new()
    }

    /// The number is right: a suggestion is asked one thing more.
    fn confirmed(&mut self, context: &Context<'_>) -> Effects {
        let kind = self.category.as_ref().map(|category| category.kind);
        if kind == Some(CategoryKind::Suggestion) {
            self.go(Step::Public);
            return Effects::new();
        }
        self.send(false, context)
    }

    fn send(&mut self, may_be_public: bool, context: &Context<'_>) -> Effects {
        let Some(category) = &self.category else {
            return Effects::new();
        };
        let key = (context.new_key)();
        let whose = self.for_whom.clone().or_else(|| {
            let proved = self.proved.as_ref()?;
            Some((proved.member_id.clone(), proved.name.clone()))
        });
        let (member_id, name) = whose.unwrap_or_default();
        let phone = match &self.number {
            Number::Offered(offer) => Phone::Member {
                member_id: offer.member.id.clone(),
            },
            Number::Registered(_) => Phone::Member {
                member_id: member_id.clone(),
            },
            Number::Typed(number) => Phone::Typed {
                number: number.clone(),
            },
            Number::None => Phone::None,
        };
        let command = NewRequest {
            key: key.clone(),
            request: request::NewRequest {
                category_id: self.id.clone(),
                phone,
                sentences: self.draft.sentences.clone(),
                voice: self.draft.voice.clone(),
                proof: self.proved.as_ref().map(|proved| proved.proof.clone()),
                for_member_id: self.for_whom.as_ref().map(|(id, _)| id.clone()),
                may_be_public,
                age_ms: None,
            },
            title: category.title.clone(),
            member_id,
            name,
        };
        self.sending = Some(Sending::new(key, context));
        self.go(Step::Sending);
        // After a power cut one comes where it is seen that it was asked, not where it is asked again.
        vec![Effect::Command(Box::new(command.into())), Effect::Remember]
    }

    /// Something is known of what was sent.
    fn said(&mut self) -> Effects {
        let Some(outcome) = self.outcome().cloned() else {
            return Effects::new();
        };
        let title = self
            .category
            .as_ref()
            .map(|category| category.title.clone())
            .unwrap_or_default();
        match outcome {
            Outcome::Sending => Effects::new(),
            Outcome::Taken(receipt) => {
                let receipt = receipt.unwrap_or_default();
                vec![Effect::Replace(Route::ServiceDone {
                    title,
                    number: receipt.number,
                    office: receipt.office.name,
                    due_at_ms: receipt.due_at_ms,
                })]
            }
            Outcome::Kept => vec![Effect::Replace(Route::ServiceDone {
                title,
                number: String::new(),
                office: String::new(),
                due_at_ms: 0,
            })],
            Outcome::Refused(ErrorCode::WrongPin, tries) if self.proved.is_some() => {
                // Nothing else of what was chosen is lost.
                self.proved = None;
                self.prove.again(tries);
                self.go(Step::Who);
                vec![Effect::Remember]
            }
            Outcome::Refused(..) | Outcome::NotSaved => {
                self.go(Step::Failed);
                vec![Effect::Remember]
            }
        }
    }

    fn proving(&mut self, proving: Proving, context: &Context<'_>) -> Effects {
        match proving {
            Proving::Stays => {}
            Proving::Left if self.step == Step::ForWhom || self.for_others => {
                self.begin_anew(context);
            }
            Proving::Left => return vec![Effect::Back],
            Proving::Other => {
                self.for_others = true;
                self.prove = Prove::new(None);
                self.prove.read(context);
            }
            Proving::Proved(proved) => {
                if self.number == Number::None && !proved.member_id.is_empty() && !self.for_others {
                    self.number = Number::Registered(proved.name.clone());
                }
                self.proved = Some(proved);
                // Their PIN was wrong, and for whom they ask is known already.
                if self.for_others && self.for_whom.is_none() {
                    self.prove = Prove::by_name();
                    self.prove.read(context);
                    self.go(Step::ForWhom);
                } else {
                    self.go(Step::Confirm);
                    self.arrange();
                }
            }
            Proving::Named(person) => {
                self.number = Number::Registered(person.name.clone());
                self.for_whom = Some((person.id, person.name));
                self.prove = Prove::new(None);
                self.go(Step::Confirm);
                self.arrange();
            }
        }
        Effects::new()
    }

    /// Nothing of a person stays.
    fn begin_anew(&mut self, context: &Context<'_>) {
        self.proved = None;
        self.for_whom = None;
        self.for_others = false;
        self.number = Number::None;
        self.sending = None;
        self.prove = Prove::new(Some(FOR_OTHERS));
        self.prove.read(context);
        self.go(Step::Who);
    }

    fn on_key(&mut self, key: RemoteKey, press: Press, context: &Context<'_>) -> Effects {
        match self.step {
            Step::Who | Step::ForWhom => {
                let proving = self.prove.key(key, press);
                self.proving(proving, context)
            }
            Step::Confirm => self.on_confirm(key, press, context),
            Step::Number => {
                match self.form.key(key, press) {
                    Answer::Stays => {}
                    Answer::Left => self.go(Step::Confirm),
                    Answer::Entered(number) => {
                        self.number = Number::Typed(number);
                        self.go(Step::Confirm);
                        self.arrange();
                        self.actions.rewind();
                    }
                }
                Effects::new()
            }
            Step::Papers => {
                if self.answers.act(key, press) == Act::Left {
                    self.go(Step::Confirm);
                }
                Effects::new()
            }
            Step::Public => match self.answers.act(key, press) {
                Act::Left => {
                    self.go(Step::Confirm);
                    Effects::new()
                }
                Act::Chosen(_) => {
                    let public = self.answers.chosen() == Some(&Answers::Public);
                    self.send(public, context)
                }
                Act::Moved | Act::Unused => Effects::new(),
            },
            // It is kept already: whoever leaves need not wait for the answer.
            Step::Sending => match self.answers.act(key, press) {
                Act::Left => {
                    let mut effects = self
                        .sending
                        .as_mut()
                        .map(|sending| sending.give_up(context))
                        .unwrap_or_default();
                    effects.extend(self.said());
                    effects
                }
                _ => Effects::new(),
            },
            Step::Failed => match self.answers.act(key, press) {
                Act::Left | Act::Chosen(_) => {
                    self.sending = None;
                    self.go(Step::Confirm);
                    self.arrange();
                    vec![Effect::Remember]
                }
                Act::Moved | Act::Unused => Effects::new(),
            },
        }
    }

    fn on_confirm(&mut self, key: RemoteKey, press: Press, context: &Context<'_>) -> Effects {
        match self.actions.act(key, press) {
            Act::Left if self.is_station() => {
                self.begin_anew(context);
                Effects::new()
            }
            Act::Left => vec![Effect::Back],
            Act::Chosen(_) => {
                let chosen = self.actions.chosen().cloned();
                chosen.map_or_else(Effects::new, |action| self.act(&action, context))
            }
            Act::Moved | Act::Unused => Effects::new(),
        }
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

impl Service {
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
