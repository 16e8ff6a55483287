//! Who reads it, what is said, a PIN, a number to write down; then it is sent.

use contract::error::ErrorCode;
use contract::request::{NewReport as Request, Phone};

use crate::cache::Draft;
use crate::cache::command::NewReport;
use crate::focus::FocusMap;
use crate::remote::{Press, RemoteKey};
use crate::screens::kit::Act;
use crate::screens::kit::detail::Detail;
use crate::screens::kit::form::{Answer, Digits, PIN, Remark};
use crate::screens::me::is_easy;
use crate::screens::note::{Note, Outcome as Noted};
use crate::screens::sending::{Outcome, Sending};
use crate::screens::{
    Context, Controller, Effect, Effects, Input, Interruption, Nature, Phase as Scene, Route, Stays,
};

/// It goes away after so long without a key, in ms: whoever writes the number down looks for a pen.
pub(super) const HIDE_MS: u64 = 300_000;
/// The last of it are counted down, in ms.
const COUNTDOWN_MS: u64 = 30_000;
/// Digits of a number.
const NUMBER: u64 = 10_000_000_000;

/// Where the screen is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Who reads it, and how it is followed.
    About,
    /// What is said.
    Note,
    /// A PIN.
    Pin,
    /// The PIN once more.
    Again,
    /// The number, to be written down.
    Number,
    /// It is on its way, or has arrived, or not.
    Sending,
}

/// What can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Begin.
    Write,
    /// See how one stands.
    Follow,
    /// The number is written down: send it.
    Send,
    /// Read the number out.
    Speak,
    /// Try again to send it.
    Retry,
    /// Leave.
    Done,
}

impl Action {
    const fn key(self) -> &'static str {
        match self {
            Self::Write => "write",
            Self::Follow => "follow",
            Self::Send => "send",
            Self::Speak => "speak",
            Self::Retry => "retry",
            Self::Done => "done",
        }
    }
}

/// The screen of a confidential report.
pub struct ReportScreen {
    category: String,
    title: String,
    office: String,
    step: Step,
    actions: Detail<Action>,
    note: Note,
    form: Digits,
    pin: Option<String>,
    number: String,
    sending: Option<Sending>,
    /// How many wait for the server.
    waiting: usize,
    /// The last key was pressed then, in monotonic ms.
    key_at: u64,
    ticks_ms: u64,
}

impl ReportScreen {
    /// In this category.
    #[must_use]
    pub fn new(category: &str) -> Self {
        let mut screen = Self {
            category: category.to_owned(),
            title: String::new(),
            office: String::new(),
            step: Step::About,
            actions: Detail::default(),
            note: Note::new(false),
            form: Digits::new(PIN, Remark::None),
            pin: None,
            number: String::new(),
            sending: None,
            waiting: 0,
            key_at: 0,
            ticks_ms: 0,
        };
        screen.go(Step::About);
        screen
    }

    /// Where it is.
    #[must_use]
    pub const fn step(&self) -> Step {
        self.step
    }

    /// Title of the category.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Who alone reads it.
    #[must_use]
    pub fn office(&self) -> &str {
        &self.office
    }

    /// How many wait for the server: all that is known of them here.
    #[must_use]
    pub const fn waiting(&self) -> usize {
        self.waiting
    }

    /// What can be done.
    #[must_use]
    pub const fn actions(&self) -> &Detail<Action> {
        &self.actions
    }

    /// What is said.
    #[must_use]
    pub const fn note(&self) -> &Note {
        &self.note
    }

    /// How many digits of the PIN are typed, and what is to be said.
    #[must_use]
    pub const fn typed(&self) -> (usize, Remark) {
        (self.form.pad().typed().0, self.form.remark())
    }

    /// Index of the focused key of the keypad.
    #[must_use]
    pub fn focused_key(&self) -> Option<usize> {
        self.form.focused_key()
    }

    /// The number, while it is to be written down.
    #[must_use]
    pub fn number(&self) -> &str {
        &self.number
    }

    /// The key of what is on its way.
    #[must_use]
    pub fn question(&self) -> Option<&str> {
        self.sending.as_ref().map(Sending::key)
    }

    /// What became of it.
    #[must_use]
    pub fn outcome(&self) -> Option<&Outcome> {
        self.sending.as_ref().map(|sending| &sending.outcome)
    }

    /// Whether 返回 has the focus.
    #[must_use]
    pub fn on_back(&self) -> bool {
        match self.step {
            Step::Note => self.note.on_back(),
            Step::Pin | Step::Again => self.form.focus.zone() == crate::screens::BACK,
            _ => self.actions.on_back(),
        }
    }

    /// Seconds until all goes away, while they are counted down.
    #[must_use]
    pub fn countdown(&self) -> Option<u64> {
        let left = (self.key_at + HIDE_MS).saturating_sub(self.ticks_ms);
        (self.hides() && left <= COUNTDOWN_MS).then(|| left.div_ceil(1_000))
    }

    /// There is something here that is to go away.
    fn hides(&self) -> bool {
        self.step != Step::About && !self.note.has_voice()
    }

    fn go(&mut self, step: Step) {
        self.step = step;
        self.form = Digits::new(PIN, Remark::None);
        let actions: &[Action] = match step {
            Step::About => &[Action::Write, Action::Follow],
            Step::Number => &[Action::Send, Action::Speak],
            Step::Sending => match self.outcome() {
                Some(Outcome::NotSaved) => &[Action::Retry, Action::Done],
                _ => &[Action::Done],
            },
            Step::Note | Step::Pin | Step::Again => &[],
        };
        self.actions.set(actions.to_vec(), |action| action.key());
        self.actions.rewind();
    }

    /// Nothing of it stays.
    fn forget(&mut self) {
        self.note = Note::new(false);
        self.pin = None;
        self.number.clear();
        self.sending = None;
    }

    fn read(&mut self, context: &Context<'_>) {
        self.waiting = context.cache.waiting_reports();
        let category = context.cache.category(&self.category);
        let sentences = category.as_ref().map(|known| known.sentences.clone());
        let (title, office) =
            category.map_or_else(Default::default, |known| (known.title, known.office));
        (self.title, self.office) = (title, office);
        self.note.read(&sentences.unwrap_or_default(), context);
    }

    fn noted(&mut self, noted: Noted) {
        match noted {
            Noted::Stays | Noted::Changed | Noted::Phone => {}
            Noted::Left => {
                // Whoever leaves it leaves nothing behind.
                self.forget();
                self.go(Step::About);
            }
            Noted::Done if self.note.draft().is_empty() => self.note.ask_for_something(),
            Noted::Done => self.go(Step::Pin),
        }
    }

    fn on_pad_key(&mut self, key: RemoteKey, press: Press, context: &Context<'_>) {
        match self.form.key(key, press) {
            Answer::Stays => {}
            Answer::Left => {
                self.pin = None;
                self.go(Step::Note);
            }
            Answer::Entered(digits) if self.step == Step::Pin => {
                if is_easy(&digits) {
                    self.form = Digits::new(PIN, Remark::TooEasy);
                    return;
                }
                self.pin = Some(digits);
                self.go(Step::Again);
            }
            Answer::Entered(digits) => {
                if self.pin.as_deref() == Some(digits.as_str()) {
                    self.number = number(context);
                    self.go(Step::Number);
                } else {
                    self.pin = None;
                    self.go(Step::Pin);
                    self.form = Digits::new(PIN, Remark::NotTheSame);
                }
            }
        }
    }

    fn send(&mut self, context: &Context<'_>) -> Effects {
        let Some(pin) = self.pin.clone() else {
            self.go(Step::Pin);
            return Effects::new();
        };
        let Draft { sentences, voice } = self.note.draft().clone();
        let key = (context.new_key)();
        let command = NewReport {
            key: key.clone(),
            request: Request {
                category_id: self.category.clone(),
                number: self.number.clone(),
                pin,
                // Whoever wants to be telephoned says so.
                phone: Phone::None,
                sentences,
                voice,
                age_ms: None,
            },
        };
        self.sending = Some(Sending::new(key, context));
        self.go(Step::Sending);
        vec![
            Effect::Speak(Vec::new()),
            Effect::Command(Box::new(command.into())),
        ]
    }

    /// Digit by digit, in the groups in which it is shown.
    fn speak(&self) -> Effects {
        let groups = groups(&self.number);
        let said = groups.map(|group| {
            let digits: Vec<String> = group.chars().map(String::from).collect();
            digits.join(" ")
        });
        vec![Effect::Speak(said.to_vec())]
    }

    fn act(&mut self, action: Action, context: &Context<'_>) -> Effects {
        match action {
            Action::Write => {
                // It may have been forgotten since it was read.
                self.read(context);
                self.go(Step::Note);
            }
            Action::Follow => return vec![Effect::Open(Route::ReportFollow)],
            Action::Send | Action::Retry => return self.send(context),
            Action::Speak => return self.speak(),
            Action::Done => return self.leave(),
        }
        Effects::new()
    }

    fn leave(&mut self) -> Effects {
        self.forget();
        self.go(Step::About);
        vec![Effect::Speak(Vec::new()), Effect::Back]
    }

    fn on_key(&mut self, key: RemoteKey, press: Press, context: &Context<'_>) -> Effects {
        if matches!(self.step, Step::Pin | Step::Again) {
            self.on_pad_key(key, press, context);
            return Effects::new();
        }
        match (self.actions.act(key, press), self.step) {
            (Act::Chosen(at), _) => match self.actions.actions().get(at).copied() {
                Some(action) => self.act(action, context),
                None => Effects::new(),
            },
            (Act::Left, Step::Number) => {
                // What was said is still there, and nobody needs this number any more.
                self.number.clear();
                self.pin = None;
                self.go(Step::Note);
                vec![Effect::Speak(Vec::new())]
            }
            (Act::Left, _) => self.leave(),
            (Act::Moved | Act::Unused, _) => Effects::new(),
        }
    }

    fn said(&mut self, context: &Context<'_>) {
        if matches!(
            self.outcome(),
            Some(Outcome::Refused(ErrorCode::Conflict, _))
        ) {
            // Somebody has this number: another one is to be written down.
            self.sending = None;
            self.number = number(context);
            self.go(Step::Number);
            return;
        }
        let gone = matches!(
            self.outcome(),
            Some(Outcome::Taken(_) | Outcome::Kept | Outcome::Refused(..))
        );
        if gone {
            // It is on its way, or never will be: nothing of it stays here.
            let sending = self.sending.take();
            self.forget();
            self.sending = sending;
        }
        self.go(Step::Sending);
    }
}

/// A new number.
fn number(context: &Context<'_>) -> String {
    format!("{:010}", (context.random)() % NUMBER)
}

/// A number in groups of three, three and four digits.
#[must_use]
pub(super) fn groups(number: &str) -> [&str; 3] {
    let part = |from: usize, to: usize| number.get(from..to).unwrap_or_default();
    [part(0, 3), part(3, 6), part(6, 10)]
}

impl Controller for ReportScreen {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        self.ticks_ms = context.ticks_ms;
        if matches!(input, Input::Key(..) | Input::Shown) || !self.hides() {
            self.key_at = context.ticks_ms;
        }
        if matches!(input, Input::Shown | Input::Changed | Input::Resized) {
            self.read(context);
        }
        match input {
            Input::Tick if self.hides() && context.ticks_ms >= self.key_at + HIDE_MS => {
                return self.leave();
            }
            Input::Tick if self.step == Step::Sending => {
                let mut effects = Effects::new();
                if let Some(sending) = &mut self.sending
                    && sending.is_on_its_way()
                    && sending.is_over(context)
                {
                    effects = sending.give_up(context);
                    self.said(context);
                }
                return effects;
            }
            Input::Told(key, told) => {
                let mut effects = Effects::new();
                if let Some(sending) = self.sending.as_mut().filter(|one| one.is_of(key)) {
                    effects = sending.take(told, context);
                    self.said(context);
                }
                return effects;
            }
            Input::NotSaved(key) => {
                if let Some(sending) = self.sending.as_mut().filter(|one| one.is_of(key)) {
                    sending.not_saved(context);
                    self.said(context);
                }
                return Effects::new();
            }
            _ => {}
        }
        if self.step == Step::Note {
            let (effects, noted) = self.note.handle(input, context);
            self.noted(noted);
            return effects;
        }
        match input {
            Input::Key(key, press) => self.on_key(*key, *press, context),
            _ => Effects::new(),
        }
    }

    fn focus(&self) -> &FocusMap {
        match self.step {
            Step::Note => self.note.focus(),
            Step::Pin | Step::Again => &self.form.focus,
            _ => &self.actions.focus,
        }
    }

    fn focus_mut(&mut self) -> &mut FocusMap {
        match self.step {
            Step::Note => self.note.focus_mut(),
            Step::Pin | Step::Again => &mut self.form.focus,
            _ => &mut self.actions.focus,
        }
    }

    fn route(&self) -> Route {
        Route::Report {
            category: self.category.clone(),
        }
    }

    fn wake_at(&self) -> Option<u64> {
        let end = self.key_at + HIDE_MS;
        let hides = self.hides().then(|| {
            // Then once a second, so that it can be seen to count.
            (end - COUNTDOWN_MS).max(self.ticks_ms + 1_000).min(end)
        });
        let sending = self.sending.as_ref().filter(|one| one.is_on_its_way());
        let note = (self.step == Step::Note)
            .then(|| self.note.wake_at())
            .flatten();
        [hides, sending.and_then(Sending::wake_at), note]
            .into_iter()
            .flatten()
            .min()
    }

    fn wants_digits(&self) -> bool {
        self.step != Step::About
    }

    fn wants_colours(&self) -> bool {
        matches!(self.step, Step::Pin | Step::Again)
    }

    fn acts_at_once(&self, key: RemoteKey) -> bool {
        matches!(self.step, Step::Pin | Step::Again) && matches!(key, RemoteKey::Digit(_))
    }

    fn types(&self, key: RemoteKey) -> bool {
        // A sentence that is picked twice at once is not picked.
        let picks = self.step == Step::Note && matches!(key, RemoteKey::Digit(_));
        !picks && crate::screens::types(self, key)
    }

    fn phase(&self) -> Scene {
        let within = match self.step {
            Step::Note => self.note.session().phase() as u8,
            Step::Sending => self.sending.as_ref().map_or(0, Sending::phase),
            _ => 0,
        };
        (self.step as u8, within)
    }

    fn holds_until(&self) -> Option<u64> {
        self.sending.as_ref().and_then(Sending::holds_until)
    }

    fn has_voice(&self) -> bool {
        self.step == Step::Note && self.note.has_voice()
    }

    fn nature(&self) -> Nature {
        Nature {
            stays: Stays::Personal,
            // What is half said would be lost.
            admits: &[Interruption::Warning],
            ..Nature::default()
        }
    }
}
