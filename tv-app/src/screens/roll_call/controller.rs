//! A roll call as a home answers it: the call, who, the code and the PIN, and what came of it.

use contract::error::ErrorCode;
use contract::roll_call::RollCallState;

use crate::cache::ServerTime;
use crate::cache::command::Told;
use crate::focus::FocusMap;
use crate::remote::{Press, RemoteKey};
use crate::screens::aloud::aloud;
use crate::screens::attendance::{self, Attendance, Call, Person};
use crate::screens::kit::Act;
use crate::screens::kit::detail::Detail;
use crate::screens::kit::grid::Grid;
use crate::screens::signing::{Entered, Entry, Outcome, Panel, Who};
use crate::screens::{
    Context, Controller, Effect, Effects, Input, Nature, Phase, Plays, Route, Stays,
};

/// After the end the screen goes away by itself, in ms.
const OVER_MS: u64 = 15_000;

/// So many who are still missing have a button each.
const FEW: usize = 2;

/// Where the screen is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// There is no such roll call any more.
    Gone,
    /// It has not opened.
    Before,
    /// The call: what, how long, who is missing.
    Invite,
    /// Who signs in.
    Who,
    /// The code or the PIN.
    Type,
    /// What came of it.
    Result,
    /// It is over.
    Over,
}

/// A button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named by what they do")]
pub enum Button {
    SignIn,
    Next,
    /// Somebody who is still missing, of few.
    Of(usize),
    Done,
    Leave,
}

/// What follows a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum On {
    Away,
    Anybody,
    /// One of those who are missing.
    Of(usize),
}

/// The screen of one roll call at home.
pub struct RollCallScreen {
    id: String,
    call: Option<Call>,
    /// The round that was shown last.
    round: u32,
    step: Step,
    /// Every step but the choice and the keypad.
    buttons: Detail<Button>,
    who: Grid<Person>,
    entry: Option<Entry>,
    panel: Option<Panel>,
    /// It goes away by itself, because it came by itself.
    over_until: Option<u64>,
    was_open: bool,
    /// What became of it is being read aloud.
    speaking: bool,
    now: ServerTime,
    ticks_ms: u64,
}

impl RollCallScreen {
    /// The roll call with this id.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            call: None,
            round: 0,
            step: Step::Gone,
            buttons: Detail::default(),
            who: Grid::new(),
            entry: None,
            panel: None,
            over_until: None,
            was_open: false,
            speaking: false,
            now: ServerTime::default(),
            ticks_ms: 0,
        }
    }

    /// Where it is.
    #[must_use]
    pub const fn step(&self) -> Step {
        self.step
    }

    /// The roll call.
    #[must_use]
    pub const fn call(&self) -> Option<&Call> {
        self.call.as_ref()
    }

    /// Number of the round that is shown; 2 and more are spot checks.
    #[must_use]
    pub const fn round(&self) -> u32 {
        self.round
    }

    /// What time it was when it was looked at last.
    #[must_use]
    pub const fn now(&self) -> ServerTime {
        self.now
    }

    /// Those who may sign in.
    #[must_use]
    pub const fn choice(&self) -> &Grid<Person> {
        &self.who
    }

    /// Somebody who types.
    #[must_use]
    pub const fn entry(&self) -> Option<&Entry> {
        self.entry.as_ref()
    }

    /// What became of the last sign-in.
    #[must_use]
    pub const fn panel(&self) -> Option<&Panel> {
        self.panel.as_ref()
    }

    /// The buttons of this step.
    #[must_use]
    pub fn buttons(&self) -> Vec<Button> {
        let missing = self.call.iter().flat_map(Call::missing).count();
        match self.step {
            Step::Invite if missing > 0 => vec![Button::SignIn],
            // Nothing can be done here but to read whom to ask.
            Step::Invite if self.call.iter().any(|call| !call.unlisted.is_empty()) => {
                vec![Button::Leave]
            }
            Step::Result => match self.panel.as_ref().map(|panel| panel.outcome) {
                Some(Outcome::Sending) => vec![Button::Done],
                Some(Outcome::Signed { .. }) if (1..=FEW).contains(&missing) && self.is_open() => {
                    let each = (0..missing).map(Button::Of);
                    each.chain([Button::Done]).collect()
                }
                _ if missing > 0 && self.is_open() => vec![Button::Next, Button::Done],
                _ => vec![Button::Done],
            },
            Step::Over | Step::Gone | Step::Before => vec![Button::Leave],
            _ => Vec::new(),
        }
    }

    fn is_open(&self) -> bool {
        self.call.as_ref().is_some_and(|call| call.round.is_some())
    }

    /// Index of the focused button.
    #[must_use]
    pub fn focused_button(&self) -> Option<usize> {
        (!matches!(self.step, Step::Who | Step::Type))
            .then(|| self.buttons.focused())
            .flatten()
    }

    fn go(&mut self, step: Step) {
        self.step = step;
        if step != Step::Type {
            self.entry = None;
        }
        if step != Step::Result {
            self.panel = None;
        }
        self.settle(true);
    }

    /// Gives the buttons of this step to the focus; `fresh` puts it on the first of them.
    fn settle(&mut self, fresh: bool) {
        let buttons = self.buttons();
        self.buttons.set(buttons, |button| format!("{button:?}"));
        if fresh {
            self.buttons.rewind();
        }
    }

    fn read(&mut self, context: &Context<'_>) {
        self.now = context.now;
        self.call = attendance::find(context.cache, &self.id);
        let missing = self.call.iter().flat_map(Call::missing).cloned();
        self.who.set(
            missing.collect(),
            |person| &person.id,
            1,
            context.metrics.choice_rows,
        );
        let round = self.call.as_ref().and_then(|call| call.round);
        match (round, self.step) {
            // Another round, or the end, does not hide what became of somebody's sign-in.
            (_, Step::Result) | (None, Step::Over) => {}
            // It was said already; the time until it goes away runs on.
            (None, Step::Gone) if self.over_until.is_some() => {}
            (Some(round), step) => {
                self.was_open = true;
                self.over_until = None;
                let is_new = round.number != self.round;
                self.round = round.number;
                if is_new || matches!(step, Step::Gone | Step::Before | Step::Over) {
                    self.go(Step::Invite);
                }
            }
            (None, _) => self.go_over(context),
        }
        if self.step == Step::Who && self.who.items().is_empty() {
            self.go(Step::Invite);
        }
        // Taken off the list, or signed in somewhere else, while they were typing.
        if self.step == Step::Type
            && let Some(Who::Chosen(person)) = self.entry.as_ref().map(|entry| &entry.who)
            && !self
                .call
                .iter()
                .flat_map(Call::missing)
                .any(|one| one.id == person.id)
        {
            self.go(Step::Invite);
        }
        self.settle(false);
    }

    fn go_over(&mut self, context: &Context<'_>) {
        let state = self.call.as_ref().map(|call| call.state);
        let is_to_come = self
            .call
            .as_ref()
            .is_some_and(|call| call.next_at_ms.is_some());
        let step = match state {
            None | Some(RollCallState::Cancelled) => Step::Gone,
            Some(RollCallState::Scheduled) if is_to_come => Step::Before,
            // Nobody knows whether it is over.
            Some(RollCallState::Scheduled | RollCallState::Open) if !self.now.known => Step::Before,
            Some(_) => Step::Over,
        };
        if step != self.step {
            self.go(step);
        }
        if matches!(step, Step::Over | Step::Gone) && self.was_open {
            self.over_until = Some(context.ticks_ms + OVER_MS);
        }
    }

    /// 签到: straight to the code or PIN when only one is missing.
    fn sign_in(&mut self, context: &Context<'_>) {
        let missing: Vec<Person> = self.call.iter().flat_map(Call::missing).cloned().collect();
        match missing.as_slice() {
            [] => {}
            [only] => self.choose(only.clone(), context),
            _ => {
                self.go(Step::Who);
                self.who.pager_mut().rewind();
            }
        }
    }

    fn choose(&mut self, person: Person, context: &Context<'_>) {
        if !person.pin_set {
            let refused = Outcome::Refused(ErrorCode::NoPin);
            let panel = Panel::said(&person.name, refused, context);
            self.go(Step::Result);
            self.panel = Some(panel);
            self.settle(true);
            return;
        }
        let Some(call) = &self.call else { return };
        let entry = Entry::begin(Who::Chosen(person), call);
        self.go(Step::Type);
        self.entry = entry;
    }

    /// After a result: the next one, or away.
    fn move_on(&mut self, on: On, context: &Context<'_>) -> Effects {
        let wanted = match on {
            On::Of(at) => self.call.iter().flat_map(Call::missing).nth(at).cloned(),
            On::Anybody | On::Away => None,
        };
        self.go(Step::Gone);
        let round = std::mem::take(&mut self.round);
        self.read(context);
        if !self.is_open() || self.round != round {
            return Effects::new();
        }
        let chosen = wanted.and_then(|wanted| {
            let mut missing = self.call.iter().flat_map(Call::missing);
            missing.find(|one| one.id == wanted.id).cloned()
        });
        match chosen {
            Some(person) => self.choose(person, context),
            None if on != On::Away
                && self.call.iter().any(|call| call.missing().next().is_some()) =>
            {
                self.sign_in(context);
            }
            None => return vec![Effect::Back],
        }
        Effects::new()
    }

    fn on_key(&mut self, key: RemoteKey, press: Press, context: &Context<'_>) -> Effects {
        match self.step {
            Step::Who => self.on_who_key(key, press, context),
            Step::Type => self.on_type_key(key, press, context),
            _ => self.on_button_key(key, press, context),
        }
    }

    fn on_button_key(&mut self, key: RemoteKey, press: Press, context: &Context<'_>) -> Effects {
        if self.step == Step::Invite
            && press == Press::Down
            && matches!(key, RemoteKey::Digit(1) | RemoteKey::Green)
        {
            self.sign_in(context);
            return Effects::new();
        }
        match self.buttons.act(key, press) {
            Act::Left => vec![Effect::Back],
            Act::Chosen(_) => match self.buttons.chosen().copied() {
                Some(Button::SignIn) => {
                    self.sign_in(context);
                    Effects::new()
                }
                Some(Button::Next) => self.move_on(On::Anybody, context),
                Some(Button::Of(at)) => self.move_on(On::Of(at), context),
                Some(Button::Done) => self.move_on(On::Away, context),
                Some(Button::Leave) | None => vec![Effect::Back],
            },
            Act::Moved | Act::Unused => Effects::new(),
        }
    }

    fn on_who_key(&mut self, key: RemoteKey, press: Press, context: &Context<'_>) -> Effects {
        match self.who.pager_mut().act(key, press) {
            Act::Left => return vec![Effect::Back],
            Act::Chosen(_) => {
                if let Some(person) = self.who.chosen().cloned() {
                    self.choose(person, context);
                }
            }
            Act::Moved | Act::Unused => {}
        }
        Effects::new()
    }

    fn on_type_key(&mut self, key: RemoteKey, press: Press, context: &Context<'_>) -> Effects {
        let (Some(entry), Some(call)) = (&mut self.entry, &self.call) else {
            return Effects::new();
        };
        match entry.key(key, press, call, context) {
            Entered::Stays => Effects::new(),
            Entered::Left => {
                let several = self.call.iter().flat_map(Call::missing).count() > 1;
                self.go(if several { Step::Who } else { Step::Invite });
                Effects::new()
            }
            Entered::Send(new) => {
                let panel = Panel::sending(&new, context);
                // Kept, so that a wrong PIN can be typed again.
                let entry = self.entry.take();
                self.go(Step::Result);
                self.panel = Some(panel);
                self.entry = entry;
                self.settle(true);
                vec![Effect::Command(Box::new((*new).into()))]
            }
        }
    }

    fn on_told(&mut self, key: &str, told: &Told, context: &Context<'_>) -> Effects {
        let Some(panel) = self.panel.as_mut().filter(|panel| panel.is_of(key)) else {
            self.read(context);
            return Effects::new();
        };
        let mut effects = Effects::new();
        if let Told::Refused(refusal) = told {
            effects.push(Effect::Told(key.to_owned()));
            let asks_again = self
                .entry
                .as_mut()
                .is_some_and(|entry| entry.again(refusal.code, refusal.tries));
            if asks_again && self.call.as_ref().is_some_and(|call| call.round.is_some()) {
                self.step = Step::Type;
                self.panel = None;
                return effects;
            }
        }
        panel.take(told, |_| true, context);
        self.read(context);
        self.settle(true);
        effects
    }

    fn on_tick(&mut self, context: &Context<'_>) -> Effects {
        self.read(context);
        if let Some(panel) = &mut self.panel {
            let (effects, over) = panel.tick(context);
            if over && self.speaking {
                panel.prolong(context);
                return effects;
            }
            if over {
                let mut more = self.move_on(On::Away, context);
                more.extend(effects);
                return more;
            }
            self.settle(false);
            return effects;
        }
        if self.over_until.is_some_and(|at| at <= context.ticks_ms) {
            return vec![Effect::Back];
        }
        Effects::new()
    }

    fn result(&self) -> Option<u8> {
        self.panel.as_ref().and_then(Panel::result)
    }

    fn take(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        match input {
            Input::Speaking(at) => self.speaking = at.is_some(),
            Input::Shown | Input::Changed | Input::Resized => self.read(context),
            Input::Tick => return self.on_tick(context),
            Input::Key(key, press) => return self.on_key(*key, *press, context),
            Input::Told(key, told) => return self.on_told(key, told, context),
            Input::NotSaved(key) => {
                if let Some(panel) = self.panel.as_mut().filter(|panel| panel.is_of(key)) {
                    panel.not_saved(context);
                    self.settle(true);
                }
            }
            _ => {}
        }
        Effects::new()
    }
}

impl Controller for RollCallScreen {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        self.ticks_ms = context.ticks_ms;
        let before = self.result();
        let mut effects = self.take(input, context);
        let now = self.result();
        // What is read aloud ends with what it says.
        if before.is_some() && now.is_none() && self.speaking {
            effects.insert(0, Effect::Speak(Vec::new()));
        }
        effects.extend(aloud(before, now, context));
        effects
    }

    fn focus(&self) -> &FocusMap {
        match (self.step, &self.entry) {
            (Step::Who, _) => &self.who.pager().focus,
            (Step::Type, Some(entry)) => &entry.form.focus,
            _ => &self.buttons.focus,
        }
    }

    fn focus_mut(&mut self) -> &mut FocusMap {
        match (self.step, &mut self.entry) {
            (Step::Who, _) => &mut self.who.pager_mut().focus,
            (Step::Type, Some(entry)) => &mut entry.form.focus,
            _ => &mut self.buttons.focus,
        }
    }

    fn route(&self) -> Route {
        Route::RollCall {
            id: self.id.clone(),
        }
    }

    fn wake_at(&self) -> Option<u64> {
        let second = self.call.as_ref().and_then(|call| {
            let ticks = matches!(
                self.step,
                Step::Invite | Step::Who | Step::Type | Step::Before
            );
            // With the seconds of the server's clock.
            let into = u64::try_from(self.now.at_ms.rem_euclid(1_000)).unwrap_or(0);
            (ticks && (call.round.is_some() || call.next_at_ms.is_some()))
                .then(|| self.ticks_ms + 1_000 - into)
        });
        let panel = self.panel.as_ref().and_then(Panel::wake_at);
        [second, panel, self.over_until].into_iter().flatten().min()
    }

    fn wants_digits(&self) -> bool {
        true
    }

    fn phase(&self) -> Phase {
        let within = match (&self.panel, &self.entry) {
            (Some(panel), _) => panel.phase(),
            (None, Some(entry)) => entry.phase(),
            (None, None) => 0,
        };
        (self.step as u8, within)
    }

    fn holds_until(&self) -> Option<u64> {
        self.panel.as_ref().and_then(Panel::holds_until)
    }

    fn wants_colours(&self) -> bool {
        true
    }

    fn acts_at_once(&self, key: RemoteKey) -> bool {
        matches!(key, RemoteKey::Digit(_))
    }

    /// At home a roll call cannot wait.
    fn nature(&self) -> Nature {
        Nature {
            stays: Stays::Passing,
            admits: &[],
            plays: Plays::Below,
            ..Nature::default()
        }
    }
}

/// How somebody stands, for the list beside the call.
#[must_use]
pub(super) fn in_order(call: &Call) -> Vec<&Person> {
    // Whoever is missing first: that is who is called.
    let mut people: Vec<&Person> = call.people.iter().collect();
    people.sort_by_key(|person| match person.attendance {
        Attendance::Missing => 0,
        Attendance::Exempt | Attendance::Leave | Attendance::Unlisted => 2,
        _ => 1,
    });
    people
}
