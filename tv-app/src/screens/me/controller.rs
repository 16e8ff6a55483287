//! Who it is, how they prove it, what they then see; and a new PIN with the card.

use contract::error::ErrorCode;
use contract::member::{MemberRecord, PinByCard, Proof, TerminalPerson, Transfer};
use contract::roll_call::{AttendanceState, OwnAttendance};
use contract::terminal::TerminalKind;

use crate::cache::command::{Command, NewPin, OwnRecord, Reply, Told};
use crate::cache::{ServerTime, search};
use crate::focus::FocusMap;
use crate::remote::wedge::CardNumber;
use crate::remote::{Press, RemoteKey};
use crate::screens::attendance::{self, Attendance, Nobody, Person};
use crate::screens::kit::Act;
use crate::screens::kit::confirmation::Confirmation;
use crate::screens::kit::detail::Detail;
use crate::screens::kit::form::{Answer, Digits, PIN, Remark};
use crate::screens::kit::grid::Pager;
use crate::screens::kit::time::day;
use crate::screens::names::Names;
use crate::screens::{
    BACK, Context, Controller, Effect, Effects, Input, Nature, Phase, Route, Stays,
};

/// The grid's last entry at a station: a new PIN with the card.
pub(super) const SET_PIN: &str = "set-pin";
/// What is personal goes away after so long without a key, in ms.
pub(super) const HIDE_MS: u64 = 60_000;
/// The last of it are counted down, in ms.
const COUNTDOWN_MS: u64 = 15_000;

/// Where the screen is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Who it is.
    Who,
    /// Their PIN.
    Pin,
    /// The card, for a new PIN.
    Card,
    /// The new PIN.
    New,
    /// The new PIN once more.
    Again,
    /// The server is asked.
    Waiting,
    /// The record.
    Record,
    /// The new PIN is in force.
    PinSet,
    /// It did not work.
    Failed,
}

/// Why it did not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The server does not answer.
    NoNetwork,
    /// The server refused.
    Refused(ErrorCode),
}

/// A line of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// One of their roll calls.
    RollCall(&'a OwnAttendance),
    /// A move between organizations.
    Transfer(&'a Transfer),
}

/// The screen of one's own record.
pub struct Me {
    step: Step,
    names: Names,
    nobody: Option<Nobody>,
    person: Option<Person>,
    form: Digits,
    /// The steps that have nothing but 返回.
    told: Detail<()>,
    card: Option<CardNumber>,
    new_pin: Option<String>,
    question: Option<String>,
    record: Option<Box<MemberRecord>>,
    lines: Pager,
    /// A title of the record takes more than a line.
    long: bool,
    failure: Option<Failure>,
    /// The last key was pressed then.
    key_at: u64,
    /// How long the present step is said at least.
    said: Confirmation,
    ticks_ms: u64,
}

impl Me {
    /// Before anybody was chosen.
    #[must_use]
    pub fn new() -> Self {
        Self {
            step: Step::Who,
            names: Names::default(),
            nobody: None,
            person: None,
            form: Digits::new(PIN, Remark::None),
            told: Detail::default(),
            card: None,
            new_pin: None,
            question: None,
            record: None,
            lines: Pager::new(),
            long: false,
            failure: None,
            key_at: 0,
            said: Confirmation::new(0, None),
            ticks_ms: 0,
        }
    }

    /// Where it is.
    #[must_use]
    pub const fn step(&self) -> Step {
        self.step
    }

    /// The names to choose from.
    #[must_use]
    pub const fn names(&self) -> &Names {
        &self.names
    }

    /// Why there is no name to choose, if there is none.
    #[must_use]
    pub const fn nobody(&self) -> Option<Nobody> {
        self.nobody
    }

    /// Whose PIN is asked for.
    #[must_use]
    pub fn name(&self) -> &str {
        self.person
            .as_ref()
            .map_or("", |person| person.name.as_str())
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

    /// Whether 返回 has the focus.
    #[must_use]
    pub fn on_back(&self) -> bool {
        self.focus().zone() == BACK
    }

    /// The id of what the server is asked now.
    #[must_use]
    pub fn question(&self) -> Option<&str> {
        self.question.as_deref()
    }

    /// The record, while it is shown.
    #[must_use]
    pub fn record(&self) -> Option<&MemberRecord> {
        self.record.as_deref()
    }

    /// All lines of the record, newest first.
    #[must_use]
    pub fn lines(&self) -> Vec<Line<'_>> {
        let Some(record) = self.record() else {
            return Vec::new();
        };
        let mut lines: Vec<Line<'_>> = record
            .roll_calls
            .iter()
            .map(Line::RollCall)
            .chain(record.transfers.iter().map(Line::Transfer))
            .collect();
        lines.sort_by_key(|line| {
            std::cmp::Reverse(match line {
                Line::RollCall(call) => call.opened_at_ms,
                Line::Transfer(transfer) => transfer.at_ms,
            })
        });
        lines
    }

    /// Whether a title of the record takes more than a line.
    #[must_use]
    pub const fn is_long(&self) -> bool {
        self.long
    }

    /// The part of the lines in view.
    #[must_use]
    pub const fn window(&self) -> &Pager {
        &self.lines
    }

    /// Why it did not work.
    #[must_use]
    pub const fn failure(&self) -> Option<Failure> {
        self.failure
    }

    /// Seconds until what is personal goes away, while they are counted down.
    #[must_use]
    pub fn countdown(&self) -> Option<u64> {
        let left = (self.key_at + HIDE_MS).saturating_sub(self.ticks_ms);
        (self.step != Step::Who && left <= COUNTDOWN_MS).then(|| left.div_ceil(1_000))
    }

    fn go(&mut self, step: Step) {
        self.step = step;
        self.said = Confirmation::new(self.ticks_ms, None);
        self.form = Digits::new(PIN, Remark::None);
        if step == Step::Who {
            // Nothing of a person stays behind.
            self.person = None;
            self.card = None;
            self.new_pin = None;
            self.question = None;
            self.record = None;
            self.failure = None;
            self.lines = Pager::new();
        }
    }

    fn read(&mut self, context: &Context<'_>) {
        let people = context.cache.people();
        self.nobody = attendance::nobody(context.cache);
        let mut shown: Vec<Person> = people.people.iter().map(person).collect();
        shown.sort_by_cached_key(|person| search::sort_key(&person.name));
        // A card is proof only where somebody sees who holds it.
        if attendance::kind(context.cache) == TerminalKind::Station {
            shown.push(Person {
                id: SET_PIN.to_owned(),
                ..Person::default()
            });
        }
        // Taken off the list while they were typing.
        if self.step == Step::Pin
            && let Some(chosen) = &self.person
            && !people.people.iter().any(|person| person.id == chosen.id)
        {
            self.go(Step::Who);
        }
        let metrics = context.metrics;
        self.names
            .set(shown, metrics.tile_columns, metrics.choice_rows);
        self.settle_lines(context);
    }

    fn settle_lines(&mut self, context: &Context<'_>) {
        let metrics = context.metrics;
        let lines = self.lines();
        let count = lines.len();
        self.long = lines.iter().any(|line| match line {
            Line::RollCall(call) => metrics.is_long(&call.title, metrics.record_width),
            // 组织关系转到 stands before it.
            Line::Transfer(transfer) => {
                let title = format!("{:6}{}", "", transfer.to.name);
                metrics.is_long(&title, metrics.record_width)
            }
        });
        let rows = if self.long {
            metrics.long_record_rows
        } else {
            metrics.record_rows
        };
        self.lines.set((0..count).map(|at| at.to_string()), 1, rows);
    }

    fn ask(&mut self, command: Command) -> Effects {
        self.question = Some(command.key().to_owned());
        self.go(Step::Waiting);
        vec![Effect::Command(Box::new(command))]
    }

    fn ask_for_record(&mut self, proof: Proof, context: &Context<'_>) -> Effects {
        let key = (context.new_key)();
        self.ask(OwnRecord { key, proof }.into())
    }

    fn choose(&mut self) -> Effects {
        let Some(chosen) = self.names.chosen().cloned() else {
            return if self.names.window.on_back() {
                vec![Effect::Back]
            } else {
                Effects::new()
            };
        };
        if chosen.id == SET_PIN {
            self.go(Step::Card);
        } else if chosen.pin_set {
            self.person = Some(chosen);
            self.go(Step::Pin);
        } else {
            self.person = Some(chosen);
            self.fail(Failure::Refused(ErrorCode::NoPin));
        }
        Effects::new()
    }

    /// Asks for a PIN again, with what was wrong.
    fn again(&mut self, step: Step, remark: Remark) {
        self.go(step);
        self.form = Digits::new(PIN, remark);
    }

    fn fail(&mut self, failure: Failure) {
        self.go(Step::Failed);
        self.failure = Some(failure);
    }

    fn card(&mut self, card: &CardNumber, context: &Context<'_>) -> Effects {
        match self.step {
            Step::Card => {
                self.card = Some(card.clone());
                self.go(Step::New);
                Effects::new()
            }
            // At a station the card is proof enough; at home it is not.
            Step::Who | Step::Pin | Step::Record | Step::Failed | Step::PinSet
                if attendance::kind(context.cache) == TerminalKind::Station =>
            {
                self.go(Step::Who);
                let proof = Proof::Card {
                    card: card.0.clone(),
                };
                self.ask_for_record(proof, context)
            }
            _ => Effects::new(),
        }
    }

    fn on_key(&mut self, key: RemoteKey, press: Press, context: &Context<'_>) -> Effects {
        match self.step {
            Step::Who => match (key, press) {
                (RemoteKey::Back, Press::Down) if self.names.clear() => {}
                (RemoteKey::Back, Press::Down) => return vec![Effect::Back],
                (RemoteKey::Ok, Press::Down) => return self.choose(),
                _ => {
                    self.names.key(key, press);
                }
            },
            Step::Pin | Step::New | Step::Again => return self.on_pad_key(key, press, context),
            Step::Record => match (key, press) {
                (RemoteKey::Back, Press::Down) => self.go(Step::Who),
                (RemoteKey::Ok, Press::Down) if self.lines.on_back() => self.go(Step::Who),
                _ => {
                    self.lines.key(key, press);
                }
            },
            Step::Card | Step::Waiting | Step::Failed | Step::PinSet => {
                if self.told.act(key, press) == Act::Left {
                    self.go(Step::Who);
                }
            }
        }
        Effects::new()
    }

    fn on_pad_key(&mut self, key: RemoteKey, press: Press, context: &Context<'_>) -> Effects {
        match self.form.key(key, press) {
            Answer::Stays => Effects::new(),
            Answer::Left => {
                self.go(Step::Who);
                Effects::new()
            }
            Answer::Entered(digits) => self.entered(digits, context),
        }
    }

    fn entered(&mut self, digits: String, context: &Context<'_>) -> Effects {
        match self.step {
            Step::Pin => {
                let member_id = self.person.as_ref().map(|person| person.id.clone());
                let proof = Proof::Pin {
                    member_id: member_id.unwrap_or_default(),
                    pin: digits,
                };
                self.ask_for_record(proof, context)
            }
            Step::New if is_easy(&digits) => {
                self.again(Step::New, Remark::TooEasy);
                Effects::new()
            }
            Step::New => {
                self.go(Step::Again);
                self.new_pin = Some(digits);
                Effects::new()
            }
            _ => {
                if self.new_pin.take().as_deref() != Some(digits.as_str()) {
                    self.again(Step::New, Remark::NotTheSame);
                    return Effects::new();
                }
                let Some(card) = self.card.take() else {
                    self.go(Step::Card);
                    return Effects::new();
                };
                let new_pin = NewPin {
                    key: (context.new_key)(),
                    request: PinByCard {
                        card: card.0,
                        pin: digits,
                    },
                };
                self.ask(new_pin.into())
            }
        }
    }

    fn on_told(&mut self, told: &Told, context: &Context<'_>) {
        self.question = None;
        match told {
            Told::Answered(Reply::OwnRecord(record)) => {
                self.go(Step::Record);
                self.record = Some(record.clone());
                self.settle_lines(context);
            }
            Told::Answered(Reply::NewPin(_)) => self.go(Step::PinSet),
            // Nothing that is asked here is kept.
            Told::NoNetwork | Told::Queued | Told::Answered(_) => self.fail(Failure::NoNetwork),
            Told::Refused(refusal)
                if refusal.code == ErrorCode::WrongPin && self.person.is_some() =>
            {
                self.again(Step::Pin, Remark::WrongPin(refusal.tries));
            }
            Told::Refused(refusal) => self.fail(Failure::Refused(refusal.code)),
        }
    }
}

impl Default for Me {
    fn default() -> Self {
        Self::new()
    }
}

impl Controller for Me {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        self.ticks_ms = context.ticks_ms;
        if matches!(input, Input::Key(..) | Input::Card(_) | Input::Shown) {
            self.key_at = context.ticks_ms;
        }
        match input {
            Input::Shown | Input::Changed | Input::Resized => self.read(context),
            Input::Tick if self.step != Step::Who && context.ticks_ms >= self.key_at + HIDE_MS => {
                self.go(Step::Who);
                return vec![Effect::Back];
            }
            Input::Card(card) => return self.card(card, context),
            Input::Key(key, press) => return self.on_key(*key, *press, context),
            Input::Told(key, told) if self.question.as_ref() == Some(key) => {
                // What takes the server long is not taken from the reader's time.
                self.key_at = context.ticks_ms;
                self.on_told(told, context);
            }
            _ => {}
        }
        Effects::new()
    }

    fn focus(&self) -> &FocusMap {
        match self.step {
            Step::Who => &self.names.window.focus,
            Step::Pin | Step::New | Step::Again => &self.form.focus,
            Step::Record => &self.lines.focus,
            _ => &self.told.focus,
        }
    }

    fn focus_mut(&mut self) -> &mut FocusMap {
        match self.step {
            Step::Who => &mut self.names.window.focus,
            Step::Pin | Step::New | Step::Again => &mut self.form.focus,
            Step::Record => &mut self.lines.focus,
            _ => &mut self.told.focus,
        }
    }

    fn route(&self) -> Route {
        Route::Me
    }

    fn wake_at(&self) -> Option<u64> {
        if self.step == Step::Who {
            return None;
        }
        let end = self.key_at + HIDE_MS;
        // Then once a second, so that it can be seen to count.
        Some((end - COUNTDOWN_MS).max(self.ticks_ms + 1_000).min(end))
    }

    fn wants_digits(&self) -> bool {
        true
    }

    fn wants_card(&self) -> bool {
        self.step == Step::Card
    }

    fn phase(&self) -> Phase {
        (self.step as u8, 0)
    }

    fn holds_until(&self) -> Option<u64> {
        matches!(self.step, Step::PinSet | Step::Failed).then(|| self.said.holds_until())
    }

    fn wants_colours(&self) -> bool {
        true
    }

    fn acts_at_once(&self, key: RemoteKey) -> bool {
        matches!(key, RemoteKey::Digit(_))
    }

    fn nature(&self) -> Nature {
        Nature {
            stays: Stays::Personal,
            ..Nature::default()
        }
    }
}

fn person(person: &TerminalPerson) -> Person {
    Person {
        id: person.id.clone(),
        name: person.name.clone(),
        attendance: Attendance::Missing,
        pin_set: person.pin_set,
    }
}

/// What can be said of a year's roll calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Year {
    /// Some count.
    Counted,
    /// None was held.
    None,
    /// None is over yet.
    Running,
    /// They are exempt from all.
    Exempt,
    /// They were called to none, only came as a guest.
    Uncalled,
}

/// What can be said of this year's roll calls: only those that are over count.
#[must_use]
pub fn year(record: &MemberRecord, now_ms: i64) -> Year {
    if record.attendance.eligible > 0 {
        return Year::Counted;
    }
    let now = ServerTime::at(now_ms);
    let this_year = day(now_ms, now).year;
    let states = || {
        let calls = record.roll_calls.iter();
        calls
            .filter(|call| day(call.opened_at_ms, now).year == this_year)
            .map(|call| call.state)
    };
    let uncounted = |state| matches!(state, AttendanceState::Exempt | AttendanceState::Guest);
    if states().any(|state| !uncounted(state)) {
        Year::Running
    } else if states().any(|state| state == AttendanceState::Exempt) {
        Year::Exempt
    } else if states().next().is_some() {
        Year::Uncalled
    } else {
        Year::None
    }
}

/// All digits the same, or one after the other.
pub(in crate::screens) fn is_easy(pin: &str) -> bool {
    let steps: Vec<i16> = pin
        .as_bytes()
        .windows(2)
        .map(|two| i16::from(two[1]) - i16::from(two[0]))
        .collect();
    [0, 1, -1]
        .into_iter()
        .any(|step| steps.iter().all(|one| *one == step))
}
