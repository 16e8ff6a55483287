//! A number, a PIN, what the server says; and whether it is solved.

use contract::error::ErrorCode;
use contract::request::{ReportKey, ReportVerdict, Solved, TerminalRequest, Verdict};

use super::layout::{Piece, lay_out, text};
use crate::cache::Refusal;
use crate::cache::command::{Command, FollowReport, JudgeReport, Reply, Told};
use crate::focus::FocusMap;
use crate::remote::{Press, RemoteKey};
use crate::screens::kit::Act;
use crate::screens::kit::confirmation::Confirmation;
use crate::screens::kit::detail::Detail;
use crate::screens::kit::form::{Answer, Digits, PIN, Remark};
use crate::screens::kit::reading::Reading;
use crate::screens::{
    BACK, Context, Controller, Effect, Effects, Input, Nature, Phase, Route, Stays,
};

/// Digits of a number.
const NUMBER: usize = 10;
/// It goes away after so long without a key, in ms.
pub(super) const HIDE_MS: u64 = 120_000;
/// The last of it are counted down, in ms.
const COUNTDOWN_MS: u64 = 15_000;

/// Where the screen is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The number.
    Number,
    /// The PIN.
    Pin,
    /// The server is asked.
    Waiting,
    /// How it stands.
    Shown,
    /// What its author says of it is on its way.
    Judging,
    /// The server has it.
    Judged,
    /// It did not work.
    Failed,
}

/// Why it did not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The server does not answer.
    NoNetwork,
    /// There is no such number, or its PIN is another one: which of the two nobody is told. So long has
    /// to be waited, in ms.
    Wrong(u64),
    /// It was tried too often; so long has to be waited, in ms; 0: nobody said.
    Locked(u64),
    /// Something else was answered meanwhile.
    Changed,
    /// Something else.
    Other,
}

/// The screen of how a confidential report stands.
pub struct ReportFollow {
    step: Step,
    form: Digits,
    /// The steps that have nothing but 返回, or one thing to do.
    told: Detail<()>,
    number: String,
    pin: String,
    question: Option<String>,
    report: Option<Box<TerminalRequest>>,
    pieces: Vec<Piece>,
    reading: Reading<()>,
    failure: Option<Failure>,
    said: Confirmation,
    speaking: Option<usize>,
    /// The last key was pressed then, in monotonic ms.
    key_at: u64,
    ticks_ms: u64,
}

impl ReportFollow {
    /// Before anything was typed.
    #[must_use]
    pub fn new() -> Self {
        Self {
            step: Step::Number,
            form: Digits::new(NUMBER, Remark::None),
            told: Detail::default(),
            number: String::new(),
            pin: String::new(),
            question: None,
            report: None,
            pieces: Vec::new(),
            reading: Reading::new(),
            failure: None,
            said: Confirmation::new(0, None),
            speaking: None,
            key_at: 0,
            ticks_ms: 0,
        }
    }

    /// Where it is.
    #[must_use]
    pub const fn step(&self) -> Step {
        self.step
    }

    /// The digits of the number as they are typed; of a PIN none.
    #[must_use]
    pub fn digits(&self) -> &str {
        match self.step {
            Step::Number => self.form.pad().digits(),
            _ => "",
        }
    }

    /// How many digits are typed, how many there are to be, and what is to be said.
    #[must_use]
    pub const fn typed(&self) -> (usize, usize, Remark) {
        let (typed, length) = self.form.pad().typed();
        (typed, length, self.form.remark())
    }

    /// Index of the focused key of the keypad.
    #[must_use]
    pub fn focused_key(&self) -> Option<usize> {
        self.form.focused_key()
    }

    /// How it stands, while it is shown.
    #[must_use]
    pub fn report(&self) -> Option<&TerminalRequest> {
        self.report.as_deref()
    }

    /// What is read, and where.
    #[must_use]
    pub const fn reading(&self) -> &Reading<()> {
        &self.reading
    }

    /// The lines in view.
    pub fn visible(&self) -> impl Iterator<Item = &Piece> {
        let reading = &self.reading;
        self.pieces
            .iter()
            .filter(|piece| reading.shows(piece.y, piece.height))
    }

    /// The key of what the server is asked now.
    #[must_use]
    pub fn question(&self) -> Option<&str> {
        self.question.as_deref()
    }

    /// Why it did not work.
    #[must_use]
    pub const fn failure(&self) -> Option<Failure> {
        self.failure
    }

    /// Whether 返回 has the focus, and whether what can be done has.
    #[must_use]
    pub fn focused(&self) -> (bool, bool) {
        (self.focus().zone() == BACK, self.told.focused().is_some())
    }

    /// Whether it is being read aloud.
    #[must_use]
    pub const fn is_speaking(&self) -> bool {
        self.speaking.is_some()
    }

    /// Seconds until it goes away, while they are counted down.
    #[must_use]
    pub fn countdown(&self) -> Option<u64> {
        let left = (self.key_at + HIDE_MS).saturating_sub(self.ticks_ms);
        (left <= COUNTDOWN_MS).then(|| left.div_ceil(1_000))
    }

    fn go(&mut self, step: Step) {
        self.step = step;
        self.said = Confirmation::new(self.ticks_ms, None);
        self.form = match step {
            Step::Number => Digits::new(NUMBER, Remark::None),
            _ => Digits::new(PIN, Remark::None),
        };
        let again = matches!(step, Step::Failed | Step::Judged);
        self.told
            .set(if again { vec![()] } else { Vec::new() }, |()| "again");
        self.told.rewind();
        if step == Step::Number {
            // Nothing of it stays behind.
            self.number.clear();
            self.pin.clear();
            self.question = None;
            self.report = None;
            self.pieces.clear();
            self.reading = Reading::new();
            self.failure = None;
        }
    }

    fn key(&self) -> ReportKey {
        ReportKey {
            number: self.number.clone(),
            pin: self.pin.clone(),
        }
    }

    fn ask(&mut self, command: Command, step: Step) -> Effects {
        self.question = Some(command.key().to_owned());
        self.go(step);
        vec![Effect::Command(Box::new(command))]
    }

    fn follow(&mut self, context: &Context<'_>) -> Effects {
        let key = (context.new_key)();
        let request = self.key();
        self.ask(FollowReport { key, request }.into(), Step::Waiting)
    }

    fn on_pad_key(&mut self, key: RemoteKey, press: Press, context: &Context<'_>) -> Effects {
        match self.form.key(key, press) {
            Answer::Stays => {}
            Answer::Left if self.step == Step::Number => return vec![Effect::Back],
            Answer::Left => self.go(Step::Number),
            Answer::Entered(digits) if self.step == Step::Number => {
                self.number = digits;
                self.go(Step::Pin);
            }
            Answer::Entered(digits) => {
                self.pin = digits;
                return self.follow(context);
            }
        }
        Effects::new()
    }

    /// Whether its author is asked whether it is solved.
    #[must_use]
    pub fn wants_verdict(&self) -> bool {
        self.report().is_some_and(|report| report.wants_verdict)
    }

    fn judge(&mut self, solved: Solved, context: &Context<'_>) -> Effects {
        let Some(about) = self.report().map(|report| {
            let last = report.history.last();
            last.map_or(0, |entry| entry.number)
        }) else {
            return Effects::new();
        };
        let judge = JudgeReport {
            key: (context.new_key)(),
            request: ReportVerdict {
                key: self.key(),
                verdict: Verdict {
                    solved,
                    satisfaction: None,
                    about,
                    proof: None,
                },
            },
        };
        let mut effects = vec![Effect::Speak(Vec::new())];
        effects.extend(self.ask(judge.into(), Step::Judging));
        effects
    }

    fn on_report_key(&mut self, key: RemoteKey, press: Press, context: &Context<'_>) -> Effects {
        let solved = match (key, press) {
            (RemoteKey::Digit(1), Press::Down) => Some(Solved::Yes),
            (RemoteKey::Digit(2), Press::Down) => Some(Solved::Partly),
            (RemoteKey::Digit(3), Press::Down) => Some(Solved::No),
            (RemoteKey::Yellow, Press::Down) => return self.speak(),
            _ => None,
        };
        if let Some(solved) = solved.filter(|_| self.wants_verdict()) {
            return self.judge(solved, context);
        }
        if self.reading.act(key, press) == Act::Left {
            return self.leave();
        }
        Effects::new()
    }

    /// What was said, the newest first; nothing while it is being read already, to stop that.
    fn speak(&self) -> Effects {
        let text = match self.report() {
            Some(report) if self.speaking.is_none() => report
                .history
                .iter()
                .rev()
                .filter(|entry| !entry.text.is_empty())
                .map(|entry| entry.text.clone())
                .collect(),
            _ => Vec::new(),
        };
        vec![Effect::Speak(text)]
    }

    fn leave(&mut self) -> Effects {
        self.go(Step::Number);
        vec![Effect::Speak(Vec::new()), Effect::Back]
    }

    fn lay_out(&mut self, context: &Context<'_>) {
        let Some(report) = &self.report else { return };
        let (pieces, height) = lay_out(report, context.metrics, context.typesetter);
        self.reading
            .set(text(&pieces, height, context.metrics), |()| "");
        self.pieces = pieces;
    }

    fn fail(&mut self, failure: Failure) {
        self.go(Step::Failed);
        self.failure = Some(failure);
    }

    fn on_told(&mut self, told: &Told, context: &Context<'_>) {
        self.question = None;
        match told {
            Told::Answered(Reply::FollowReport(report)) => {
                self.go(Step::Shown);
                self.report = Some(report.clone());
                self.reading = Reading::new();
                self.lay_out(context);
            }
            Told::Answered(Reply::JudgeReport(_)) => self.go(Step::Judged),
            // Nothing that is asked here is kept.
            Told::NoNetwork | Told::Queued | Told::Answered(_) => self.fail(Failure::NoNetwork),
            Told::Refused(refusal) => self.fail(failure(*refusal)),
        }
    }
}

/// What a refusal means here. Whether there is such a number nobody is told.
fn failure(refusal: Refusal) -> Failure {
    let wait = refusal.wait_ms.unwrap_or(0);
    match refusal.code {
        ErrorCode::WrongPin
        | ErrorCode::NotFound
        | ErrorCode::Forbidden
        | ErrorCode::Invalid
        | ErrorCode::NoPin => Failure::Wrong(wait),
        ErrorCode::PinLocked | ErrorCode::TooMany | ErrorCode::LockedOut => Failure::Locked(wait),
        ErrorCode::Conflict => Failure::Changed,
        _ => Failure::Other,
    }
}

impl Default for ReportFollow {
    fn default() -> Self {
        Self::new()
    }
}

impl Controller for ReportFollow {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        self.ticks_ms = context.ticks_ms;
        if matches!(input, Input::Key(..) | Input::Shown) {
            self.key_at = context.ticks_ms;
        }
        match input {
            Input::Resized => self.lay_out(context),
            Input::Tick if context.ticks_ms >= self.key_at + HIDE_MS => return self.leave(),
            Input::Speaking(at) => self.speaking = *at,
            Input::Told(key, told) if self.question.as_ref() == Some(key) => {
                // What takes the server long is not taken from the reader's time.
                self.key_at = context.ticks_ms;
                self.on_told(told, context);
            }
            Input::Key(key, press) => {
                return match self.step {
                    Step::Number | Step::Pin => self.on_pad_key(*key, *press, context),
                    Step::Shown => self.on_report_key(*key, *press, context),
                    Step::Waiting | Step::Judging => {
                        if self.told.act(*key, *press) == Act::Left {
                            return self.leave();
                        }
                        Effects::new()
                    }
                    Step::Judged | Step::Failed => match self.told.act(*key, *press) {
                        Act::Left => self.leave(),
                        Act::Chosen(_) if self.step == Step::Judged => self.leave(),
                        Act::Chosen(_) => {
                            self.go(Step::Number);
                            Effects::new()
                        }
                        Act::Moved | Act::Unused => Effects::new(),
                    },
                };
            }
            _ => {}
        }
        Effects::new()
    }

    fn focus(&self) -> &FocusMap {
        match self.step {
            Step::Number | Step::Pin => &self.form.focus,
            Step::Shown => &self.reading.focus,
            _ => &self.told.focus,
        }
    }

    fn focus_mut(&mut self) -> &mut FocusMap {
        match self.step {
            Step::Number | Step::Pin => &mut self.form.focus,
            Step::Shown => &mut self.reading.focus,
            _ => &mut self.told.focus,
        }
    }

    fn route(&self) -> Route {
        Route::ReportFollow
    }

    fn wake_at(&self) -> Option<u64> {
        let end = self.key_at + HIDE_MS;
        // Then once a second, so that it can be seen to count.
        Some((end - COUNTDOWN_MS).max(self.ticks_ms + 1_000).min(end))
    }

    fn wants_digits(&self) -> bool {
        true
    }

    fn wants_colours(&self) -> bool {
        true
    }

    fn acts_at_once(&self, key: RemoteKey) -> bool {
        matches!(self.step, Step::Number | Step::Pin) && matches!(key, RemoteKey::Digit(_))
    }

    fn types(&self, key: RemoteKey) -> bool {
        // What somebody says of it is said once.
        let says = self.step == Step::Shown && matches!(key, RemoteKey::Digit(_));
        !says && crate::screens::types(self, key)
    }

    fn phase(&self) -> Phase {
        (self.step as u8, 0)
    }

    fn holds_until(&self) -> Option<u64> {
        matches!(self.step, Step::Judged | Step::Failed).then(|| self.said.holds_until())
    }

    fn nature(&self) -> Nature {
        Nature {
            stays: Stays::Personal,
            ..Nature::default()
        }
    }
}
