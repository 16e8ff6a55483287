//! Where somebody is with their answers, and what the keys do there.

use contract::error::ErrorCode;
use contract::evaluation::Evaluation;
use contract::member::{MemberRef, Proof};
use contract::terminal::TerminalKind;

use super::asking::Asking;
use super::handing::{Handing, Outcome};
use super::parts::{Choice, Row, answers_focus};
use super::sheet::Sheet;
use crate::cache::{DraftKey, DraftOf, ServerTime};
use crate::focus::FocusMap;
use crate::remote::{Press, RemoteKey};
use crate::screens::aloud::aloud;
use crate::screens::attendance::{self, Nobody};
use crate::screens::kit::confirmation::Confirmation;
use crate::screens::kit::detail::Detail;
use crate::screens::kit::form::{Digits, PIN, Remark};
use crate::screens::kit::grid::Grid;
use crate::screens::names::Names;
use crate::screens::voting::{self, Stage, Standing};
use crate::screens::{
    AnswersDeed, Context, Controller, Effect, Effects, Input, Interruption, Nature, Phase, Route,
    types,
};

/// What is personal goes away after so long without a key, in ms: longer than it takes to think about a
/// question.
pub(super) const HIDE_MS: u64 = 180_000;
/// The last of it are counted down, in ms.
const COUNTDOWN_MS: u64 = 15_000;

/// Where the screen is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Who it is.
    Who,
    /// Their PIN.
    Pin,
    /// The server is asked whether they may take part.
    Checking,
    /// A question.
    Asking,
    /// All answers once more.
    Review,
    /// Whether to hand in.
    Confirm,
    /// The ballot is on its way, or what became of it.
    Handing,
    /// They cannot answer, or not any more.
    Blocked,
}

/// Why somebody cannot answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// There is no such evaluation here.
    Gone,
    /// It has not opened.
    NotOpen,
    /// Its time is over. What was answered is not sent.
    Over,
    /// It was cancelled. What was answered is not sent.
    Cancelled,
    /// It asks something else by now than what was answered.
    Changed,
    /// It has a question of a kind that came after this program.
    Update,
    /// There is nobody to choose.
    Nobody(Nobody),
    /// Everybody of this TV who may has taken part.
    AllDone,
    /// They may not, for this reason.
    MayNot(String),
    /// They have said that they should.
    Objected,
    /// They have taken part.
    TookPart,
    /// They have handed in, and it waits for the network.
    Kept,
    /// They have no PIN.
    NoPin,
    /// A station has to ask first, and the server does not answer.
    NoNetwork,
    /// The server refused.
    Refused(ErrorCode),
}

/// Why a ballot was not taken that was proved well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turned {
    /// Its time was over.
    Over,
    /// The evaluation was cancelled.
    Cancelled,
    /// There is no such evaluation any more.
    Gone,
    /// It asks something else by now.
    Changed,
    /// Something has changed just now; what, will be heard soon.
    Soon,
}

/// The screen on which somebody answers.
pub struct Answering {
    pub(super) id: String,
    pub(super) evaluation: Option<Evaluation>,
    pub(super) step: Step,
    pub(super) block: Option<Block>,
    pub(super) names: Names,
    pub(super) member: Option<MemberRef>,
    /// The member of the route, until it was tried to begin with them.
    pub(super) wanted: String,
    pub(super) form: Digits,
    /// The steps that have buttons or nothing but 返回.
    pub(super) told: Detail<Choice>,
    pub(super) proof: Option<Proof>,
    pub(super) question: Option<String>,
    pub(super) key: Option<DraftKey>,
    pub(super) sheet: Sheet,
    /// The form that is answered, or was handed in.
    pub(super) form_hash: String,
    pub(super) asking: Option<Asking>,
    /// The question was opened from the review.
    pub(super) changing: bool,
    pub(super) review: Grid<Row>,
    pub(super) answers: FocusMap,
    pub(super) handing: Option<Handing>,
    /// The objection under way.
    pub(super) objection: Option<String>,
    /// The PIN was wrong when it was handed in: it goes out again with another one.
    pub(super) resend: bool,
    pub(super) speaking: Option<usize>,
    /// The last key was pressed then.
    pub(super) key_at: u64,
    pub(super) said: Confirmation,
    pub(super) now: ServerTime,
    pub(super) ticks_ms: u64,
    pub(super) ends_at: Option<u64>,
}

impl Answering {
    /// The evaluation with this id, by the member with this id if one is named.
    #[must_use]
    pub fn new(id: &str, member: &str) -> Self {
        Self {
            id: id.to_owned(),
            evaluation: None,
            step: Step::Who,
            block: None,
            names: Names::default(),
            member: None,
            wanted: member.to_owned(),
            form: Digits::new(PIN, Remark::None),
            told: Detail::default(),
            proof: None,
            question: None,
            key: None,
            sheet: Sheet::default(),
            form_hash: String::new(),
            asking: None,
            changing: false,
            review: Grid::new(),
            answers: answers_focus(),
            handing: None,
            objection: None,
            resend: false,
            speaking: None,
            key_at: 0,
            said: Confirmation::new(0, None),
            now: ServerTime::default(),
            ticks_ms: 0,
            ends_at: None,
        }
    }

    pub(super) fn of(&self) -> Option<DraftOf> {
        self.member.as_ref().map(|member| DraftOf {
            evaluation_id: self.id.clone(),
            member_id: member.id.clone(),
        })
    }

    pub(super) fn go(&mut self, step: Step) {
        self.step = step;
        self.said = Confirmation::new(self.ticks_ms, None);
        self.form = Digits::new(PIN, Remark::None);
        if step == Step::Who {
            self.member = None;
            self.proof = None;
            self.question = None;
            self.resend = false;
            self.handing = None;
            self.block = None;
        }
        if step != Step::Asking {
            self.asking = None;
        }
        if step == Step::Confirm {
            self.answers = answers_focus();
        }
        self.settle();
        self.told.rewind();
    }

    /// Nothing of a person stays behind but what is sealed on the disk.
    pub(super) fn forget(&mut self) {
        self.sheet = Sheet::default();
        self.key = None;
        self.proof = None;
        self.changing = false;
        self.review = Grid::new();
    }

    pub(super) fn block(&mut self, block: Block) {
        self.forget();
        self.go(Step::Blocked);
        self.block = Some(block);
        self.settle();
        self.told.rewind();
    }

    /// Gives the buttons of this step to the focus.
    pub(super) fn settle(&mut self) {
        let choices = self.choices();
        self.told.set(choices, |choice| format!("{choice:?}"));
    }

    pub(super) fn read(&mut self, context: &Context<'_>) -> Effects {
        self.now = context.now;
        self.evaluation = context.cache.evaluation(&self.id);
        self.ends_at = self
            .evaluation
            .as_ref()
            .and_then(|one| context.ticks_of(one.closes_at_ms));
        self.read_names(context);
        if matches!(self.step, Step::Handing | Step::Blocked) {
            self.settle();
            return Effects::new();
        }
        if let Some(block) = self.cannot_be_answered() {
            // What was answered is not sent, and not kept either.
            let is_lost = matches!(
                block,
                Block::Over | Block::Gone | Block::Cancelled | Block::Changed
            );
            let drop = self.of().filter(|_| is_lost);
            self.block(block);
            return drop
                .map(|of| Effect::Answers(AnswersDeed::Drop(of)))
                .into_iter()
                .collect();
        }
        self.follow_standing(context);
        if self.step == Step::Who {
            self.begin_at_once(context);
        }
        if self.step == Step::Review {
            self.read_review(context);
        }
        self.settle();
        Effects::new()
    }

    fn cannot_be_answered(&self) -> Option<Block> {
        let Some(evaluation) = &self.evaluation else {
            return Some(Block::Gone);
        };
        match voting::stage(evaluation, self.now) {
            Stage::Open if self.answers_another(evaluation) => Some(Block::Changed),
            Stage::Open if Sheet::is_known(&evaluation.form) => None,
            Stage::Open => Some(Block::Update),
            Stage::Announced => Some(Block::NotOpen),
            Stage::Counting | Stage::Closed => Some(Block::Over),
            Stage::Cancelled => Some(Block::Cancelled),
            Stage::Unknown => Some(Block::Gone),
        }
    }

    /// What is on the screen is another form than the one that is asked now.
    fn answers_another(&self, evaluation: &Evaluation) -> bool {
        matches!(self.step, Step::Asking | Step::Review | Step::Confirm)
            && self.form_hash != evaluation.form_hash
    }

    /// Why the server did not take a ballot, as far as it is known here: it answers the same for one that came
    /// too late, for one of another form, and where the evaluation was closed or cancelled early.
    #[must_use]
    pub fn turned(&self) -> Turned {
        let Some(evaluation) = &self.evaluation else {
            return Turned::Gone;
        };
        match voting::stage(evaluation, self.now) {
            Stage::Cancelled => Turned::Cancelled,
            Stage::Counting | Stage::Closed => Turned::Over,
            _ if self.form_hash != evaluation.form_hash => Turned::Changed,
            _ => Turned::Soon,
        }
    }

    /// They took part somewhere else, or were taken off the list, while they were answering.
    fn follow_standing(&mut self, context: &Context<'_>) {
        let Some(member) = &self.member else { return };
        let voters = voting::voters(context.cache, &self.id);
        let Some(voter) = voters.into_iter().find(|one| one.member.id == member.id) else {
            return;
        };
        match voter.standing {
            Standing::May => {}
            Standing::TookPart => self.block(Block::TookPart),
            Standing::Kept => self.block(Block::Kept),
            Standing::MayNot | Standing::Objected => self.block(Block::MayNot(voter.because)),
        }
    }

    pub(super) fn is_station(context: &Context<'_>) -> bool {
        attendance::kind(context.cache) == TerminalKind::Station
    }

    fn on_tick(&mut self, context: &Context<'_>) -> Effects {
        if let Some(handing) = &mut self.handing {
            let (effects, over) = handing.tick(context);
            if over && self.speaking.is_some() {
                handing.prolong(context);
                return effects;
            }
            let outcome = handing.outcome.clone();
            match outcome {
                Outcome::Queued => {
                    self.forget();
                    self.settle();
                    self.told.rewind();
                }
                Outcome::NotSaved if !over => {
                    let mut effects = effects;
                    effects.extend(self.not_saved(context));
                    return effects;
                }
                _ => {}
            }
            if over {
                return vec![Effect::Back];
            }
            self.settle();
            return effects;
        }
        if self.hides() && context.ticks_ms >= self.key_at + HIDE_MS {
            return self.leave();
        }
        self.read(context)
    }

    /// What is on the screen goes away after a while.
    pub(super) const fn hides(&self) -> bool {
        !matches!(self.step, Step::Who | Step::Handing)
    }

    /// Seconds until what is personal goes away, while they are counted down.
    #[must_use]
    pub fn countdown(&self) -> Option<u64> {
        let left = (self.key_at + HIDE_MS).saturating_sub(self.ticks_ms);
        (self.hides() && left <= COUNTDOWN_MS).then(|| left.div_ceil(1_000))
    }

    fn on_key(&mut self, key: RemoteKey, press: Press, context: &Context<'_>) -> Effects {
        if (key, press) == (RemoteKey::Yellow, Press::Down) {
            return self.speak();
        }
        match self.step {
            Step::Who => self.on_who_key(key, press),
            Step::Pin => self.on_pin_key(key, press, context),
            Step::Asking => self.on_asking_key(key, press, context),
            Step::Review => self.on_review_key(key, press, context),
            Step::Confirm => self.on_confirm_key(key, press, context),
            Step::Checking | Step::Handing | Step::Blocked => self.on_told_key(key, press, context),
        }
    }
}

impl Answering {
    fn result(&self) -> Option<u8> {
        self.handing.as_ref().and_then(Handing::result)
    }

    fn take(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        match input {
            Input::Shown => {
                // Something lay over it for long: somebody else may sit there now.
                let was_left = self.key_at > 0 && context.ticks_ms >= self.key_at + HIDE_MS;
                if self.hides() && was_left {
                    return self.leave();
                }
                self.key_at = context.ticks_ms;
                self.read(context)
            }
            Input::Changed | Input::Resized => self.read(context),
            Input::Tick => self.on_tick(context),
            Input::Key(key, press) => {
                self.key_at = context.ticks_ms;
                self.on_key(*key, *press, context)
            }
            Input::Card(card) => {
                self.key_at = context.ticks_ms;
                self.on_card(card, context)
            }
            Input::Speaking(at) => {
                self.speaking = *at;
                Effects::new()
            }
            Input::Told(key, told) if self.question.as_ref() == Some(key) => {
                self.key_at = context.ticks_ms;
                self.on_checked(told, context)
            }
            Input::Told(key, told) if self.objection.as_ref() == Some(key) => {
                self.on_objected(key, told)
            }
            Input::Told(key, told) => self.on_handed(key, told, context),
            Input::NotSaved(key) => {
                if self.handing.as_ref().is_some_and(|one| one.is_of(key)) {
                    return self.not_saved(context);
                }
                if self.objection.as_ref() == Some(key) {
                    self.objection = None;
                    self.block(Block::NoNetwork);
                }
                Effects::new()
            }
            _ => Effects::new(),
        }
    }
}

impl Controller for Answering {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        self.ticks_ms = context.ticks_ms;
        let before = self.result();
        let mut effects = self.take(input, context);
        effects.extend(aloud(before, self.result(), context));
        effects
    }

    fn focus(&self) -> &FocusMap {
        match (self.step, &self.asking) {
            (Step::Who, _) => &self.names.window.focus,
            (Step::Pin, _) => &self.form.focus,
            (Step::Asking, Some(asking)) => asking.focus(),
            (Step::Review, _) => &self.review.pager().focus,
            (Step::Confirm, _) => &self.answers,
            _ => &self.told.focus,
        }
    }

    fn focus_mut(&mut self) -> &mut FocusMap {
        match (self.step, &mut self.asking) {
            (Step::Who, _) => &mut self.names.window.focus,
            (Step::Pin, _) => &mut self.form.focus,
            (Step::Asking, Some(asking)) => asking.focus_mut(),
            (Step::Review, _) => &mut self.review.pager_mut().focus,
            (Step::Confirm, _) => &mut self.answers,
            _ => &mut self.told.focus,
        }
    }

    fn route(&self) -> Route {
        let member = self.member.as_ref().map(|member| member.id.clone());
        Route::Answering {
            id: self.id.clone(),
            member: member.unwrap_or_else(|| self.wanted.clone()),
        }
    }

    fn tells_focus(&self) -> bool {
        false
    }

    fn wake_at(&self) -> Option<u64> {
        if let Some(handing) = &self.handing {
            return handing.wake_at();
        }
        let end = self.key_at + HIDE_MS;
        // Then once a second, so that it can be seen to count.
        let hide = self
            .hides()
            .then(|| (end - COUNTDOWN_MS).max(self.ticks_ms + 1_000).min(end));
        [hide, self.ends_at].into_iter().flatten().min()
    }

    fn wants_digits(&self) -> bool {
        true
    }

    fn wants_card(&self) -> bool {
        matches!(self.step, Step::Who | Step::Pin)
    }

    fn wants_colours(&self) -> bool {
        true
    }

    fn acts_at_once(&self, key: RemoteKey) -> bool {
        matches!(key, RemoteKey::Digit(_))
    }

    fn phase(&self) -> Phase {
        let within = match (&self.handing, &self.asking) {
            (Some(handing), _) => handing.phase(),
            (None, Some(asking)) => {
                let places = self.sheet.places();
                let at = places.iter().position(|one| *one == asking.place);
                u8::try_from(at.unwrap_or_default() % 256).unwrap_or_default()
            }
            (None, None) => 0,
        };
        (self.step as u8, within)
    }

    fn holds_until(&self) -> Option<u64> {
        match &self.handing {
            Some(handing) => handing.holds_until(),
            None => (self.step == Step::Blocked).then(|| self.said.holds_until()),
        }
    }

    /// A digit answers, and a worn key does not answer twice.
    fn types(&self, key: RemoteKey) -> bool {
        match (key, &self.asking) {
            (RemoteKey::Digit(_), Some(asking)) => asking.number().is_some(),
            _ => types(self, key),
        }
    }

    fn nature(&self) -> Nature {
        Nature {
            // Nobody is called away to a meeting from their vote.
            admits: &[Interruption::Call, Interruption::Warning],
            ..Nature::default()
        }
    }
}
