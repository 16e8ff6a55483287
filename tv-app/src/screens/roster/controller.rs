//! A roll call as a station answers it: everybody's name, chosen by digits and proved by PIN, or a
//! card at any moment.

use std::collections::HashSet;

use contract::error::ErrorCode;
use contract::member::Proof;
use contract::roll_call::{AttendanceState, RollCallState};

use crate::cache::command::{Reply, Told};
use crate::cache::{ServerTime, search};
use crate::focus::FocusMap;
use crate::remote::wedge::CardNumber;
use crate::remote::{Press, RemoteKey};
use crate::screens::attendance::{self, Attendance, Call, Person};
use crate::screens::names::Names;
use crate::screens::signing::{self, Entered, Entry, Outcome, Panel, Who};
use crate::screens::{
    Context, Controller, Effect, Effects, Input, Interruption, Nature, Phase, Plays, Route, Stays,
};

/// A roll call that was cancelled goes away by itself after so long, in ms.
const GONE_MS: u64 = 15_000;

/// The roster of one roll call.
pub struct Roster {
    id: String,
    call: Option<Call>,
    names: Names,
    /// Few are missing: their names are as large as a hall needs them.
    is_large: bool,
    entry: Option<Entry>,
    /// What became of the last sign-in.
    panel: Option<Panel>,
    /// Whoever signed in here and belongs somewhere else, in this order: the server tells this TV
    /// only of its own people.
    visitors: Vec<Person>,
    ours: HashSet<String>,
    /// It was cancelled, and goes away then, in monotonic ms.
    gone_until: Option<u64>,
    now: ServerTime,
    ticks_ms: u64,
}

impl Roster {
    /// The roll call with this id.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            call: None,
            names: Names::default(),
            is_large: true,
            entry: None,
            panel: None,
            visitors: Vec::new(),
            ours: HashSet::new(),
            gone_until: None,
            now: ServerTime::default(),
            ticks_ms: 0,
        }
    }

    /// The roll call.
    #[must_use]
    pub const fn call(&self) -> Option<&Call> {
        self.call.as_ref()
    }

    /// The names.
    #[must_use]
    pub const fn names(&self) -> &Names {
        &self.names
    }

    /// Few are missing, and their names large.
    #[must_use]
    pub const fn is_large(&self) -> bool {
        self.is_large
    }

    /// Those who have come, or need not.
    pub fn settled(&self) -> impl Iterator<Item = &Person> {
        self.names.all().iter().filter(|person| {
            !matches!(
                person.attendance,
                Attendance::Missing | Attendance::Unlisted
            )
        })
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

    /// What time it was when it was looked at last.
    #[must_use]
    pub const fn now(&self) -> ServerTime {
        self.now
    }

    /// How many visitors have signed in here.
    #[must_use]
    pub fn visitor_count(&self) -> usize {
        let known = self.call.iter().flat_map(|call| &call.people);
        known
            .filter(|person| person.attendance.is_visitor())
            .count()
    }

    fn read(&mut self, context: &Context<'_>) {
        self.now = context.now;
        let people = context.cache.people();
        self.ours = people.people.iter().map(|one| one.id.clone()).collect();
        self.call = attendance::find(context.cache, &self.id);
        let mut shown = Vec::new();
        if let Some(call) = &mut self.call {
            for visitor in &self.visitors {
                if !call.people.iter().any(|person| person.id == visitor.id) {
                    call.people.push(visitor.clone());
                }
            }
            shown.clone_from(&call.people);
            for one in &call.unlisted {
                if !call.people.iter().any(|person| person.id == one.id) {
                    shown.push(Person {
                        id: one.id.clone(),
                        name: one.name.clone(),
                        attendance: Attendance::Unlisted,
                        pin_set: false,
                    });
                }
            }
        }
        // Who has to come is the grid; who has come, or need not, stands below it and is found by digits.
        shown.sort_by_cached_key(|person| {
            let group = match person.attendance {
                Attendance::Missing => 0,
                Attendance::Unlisted => 1,
                Attendance::Guest | Attendance::Nearby => 3,
                Attendance::Exempt | Attendance::Leave => 4,
                _ => 2,
            };
            (group, search::sort_key(&person.name))
        });
        let lacking = |person: &&Person| {
            matches!(
                person.attendance,
                Attendance::Missing | Attendance::Unlisted
            )
        };
        let lacking = shown.iter().filter(lacking).count();
        self.names.rest_on(lacking);
        let metrics = context.metrics;
        let large = (metrics.roster_large_columns, metrics.roster_large_rows);
        self.is_large = lacking <= large.0 * large.1;
        let (columns, rows) = if self.is_large {
            large
        } else {
            (metrics.roster_columns, metrics.roster_rows)
        };
        self.names.set(shown, columns, rows);
        let is_gone = self
            .call
            .as_ref()
            .is_none_or(|call| call.state == RollCallState::Cancelled);
        self.gone_until = match self.gone_until {
            _ if !is_gone => None,
            None => Some(context.ticks_ms + GONE_MS),
            until => until,
        };
        let is_typing_still = |entry: &Entry| match (&entry.who, &self.call) {
            (_, None) => false,
            (_, Some(call)) if call.round.is_none() => false,
            (Who::Chosen(person), Some(call)) => call.people.iter().any(|one| one.id == person.id),
            (Who::Card(_), Some(_)) => true,
        };
        if !self.entry.as_ref().is_some_and(is_typing_still) {
            self.entry = None;
        }
    }

    /// The roll call was cancelled.
    #[must_use]
    pub const fn is_gone(&self) -> bool {
        self.gone_until.is_some()
    }

    /// A card was read, whatever is on the screen.
    fn card(&mut self, card: &CardNumber, context: &Context<'_>) -> Effects {
        self.read(context);
        let Some(call) = self.call.as_ref() else {
            return Effects::new();
        };
        if call.round.is_none() {
            let code = match call.state {
                RollCallState::Scheduled => ErrorCode::TooEarly,
                _ => ErrorCode::TooLate,
            };
            self.panel = Some(Panel::said("", Outcome::Refused(code), context));
            return Effects::new();
        }
        self.entry = Entry::begin(Who::Card(card.0.clone()), call);
        if self.entry.is_some() {
            // The code of the picture comes first.
            self.panel = None;
            return Effects::new();
        }
        let proof = Proof::Card {
            card: card.0.clone(),
        };
        let new = signing::new(proof, "", None, call, context);
        self.panel = Some(Panel::sending(&new, context));
        vec![Effect::Command(Box::new(new.into()))]
    }

    fn choose(&mut self, context: &Context<'_>) {
        let (Some(call), Some(person)) = (&self.call, self.names.chosen()) else {
            return;
        };
        if call.round.is_none() {
            return;
        }
        let name = person.name.clone();
        match person.attendance {
            Attendance::Signed | Attendance::Late | Attendance::Guest | Attendance::Nearby => {
                let signed = Outcome::Signed {
                    state: match person.attendance {
                        Attendance::Late => AttendanceState::Late,
                        Attendance::Guest => AttendanceState::Guest,
                        _ => AttendanceState::Present,
                    },
                    repeated: true,
                    at_ms: 0,
                    nearby: person.attendance == Attendance::Nearby,
                };
                self.panel = Some(Panel::said(&name, signed, context));
            }
            Attendance::Unlisted => {
                self.panel = call
                    .unlisted(&person.id)
                    .map(|one| Panel::not_listed(one, false, context));
            }
            Attendance::Waiting => self.panel = Some(Panel::said(&name, Outcome::Queued, context)),
            _ if !person.pin_set => {
                let refused = Outcome::Refused(ErrorCode::NoPin);
                self.panel = Some(Panel::said(&name, refused, context));
            }
            _ => self.entry = Entry::begin(Who::Chosen(person.clone()), call),
        }
    }

    fn on_key(&mut self, key: RemoteKey, press: Press, context: &Context<'_>) -> Effects {
        if press == Press::Down
            && self
                .holds_until()
                .is_some_and(|until| until <= context.ticks_ms)
        {
            // It has been read; the key does what it does.
            self.panel = None;
        }
        if let (Some(entry), Some(call)) = (&mut self.entry, &self.call) {
            return match entry.key(key, press, call, context) {
                Entered::Stays => Effects::new(),
                Entered::Left => {
                    self.entry = None;
                    Effects::new()
                }
                Entered::Send(new) => {
                    self.panel = Some(Panel::sending(&new, context));
                    self.names.clear();
                    vec![Effect::Command(Box::new((*new).into()))]
                }
            };
        }
        match (key, press) {
            (RemoteKey::Back, Press::Down) if self.names.clear() => {}
            (RemoteKey::Back, Press::Down) => return vec![Effect::Back],
            (RemoteKey::Ok, Press::Down) if self.names.window.on_back() => {
                return vec![Effect::Back];
            }
            (RemoteKey::Ok, Press::Down) => self.choose(context),
            _ => {
                self.names.key(key, press);
            }
        }
        Effects::new()
    }

    fn on_told(&mut self, key: &str, told: &Told, context: &Context<'_>) -> Effects {
        let mut effects = Effects::new();
        // Before it is written down that they came: somebody of this place who was taken for a visitor.
        let unlisted = match told {
            Told::Answered(Reply::SignIn(answer)) if answer.state == AttendanceState::Guest => {
                let call = self.call.as_ref();
                call.and_then(|call| call.unlisted(&answer.member.id))
                    .cloned()
            }
            _ => None,
        };
        if let Told::Answered(Reply::SignIn(answer)) = told
            && !self.ours.contains(&answer.member.id)
            && !self.visitors.iter().any(|one| one.id == answer.member.id)
        {
            self.visitors.push(Person {
                id: answer.member.id.clone(),
                name: answer.member.name.clone(),
                attendance: match answer.state {
                    AttendanceState::Guest => Attendance::Guest,
                    _ => Attendance::Nearby,
                },
                pin_set: false,
            });
        }
        let is_shown = self.panel.as_ref().is_some_and(|panel| panel.is_of(key));
        if is_shown && let Told::Refused(refusal) = told {
            effects.push(Effect::Told(key.to_owned()));
            let asks_again = self
                .entry
                .as_mut()
                .is_some_and(|entry| entry.again(refusal.code, refusal.tries));
            if asks_again {
                self.panel = None;
                return effects;
            }
        }
        if let Some(panel) = self.panel.as_mut().filter(|panel| panel.is_of(key)) {
            panel.take(told, |id| self.ours.contains(id), context);
            if let Some(unlisted) = &unlisted {
                *panel = Panel::not_listed(unlisted, true, context);
            }
            self.entry = None;
        }
        self.read(context);
        effects
    }
}

impl Controller for Roster {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        self.ticks_ms = context.ticks_ms;
        match input {
            Input::Shown | Input::Changed | Input::Resized => self.read(context),
            Input::Tick => {
                self.read(context);
                if let Some(panel) = &mut self.panel {
                    let (effects, over) = panel.tick(context);
                    if over {
                        self.panel = None;
                    } else if matches!(panel.outcome, Outcome::Queued | Outcome::NotSaved) {
                        // Nobody waits for an answer that would ask for something again.
                        self.entry = None;
                    }
                    return effects;
                }
                if self.gone_until.is_some_and(|at| at <= context.ticks_ms) {
                    return vec![Effect::Back];
                }
            }
            Input::Card(card) => return self.card(card, context),
            Input::Key(key, press) => return self.on_key(*key, *press, context),
            Input::Told(key, told) => return self.on_told(key, told, context),
            Input::NotSaved(key) => {
                if let Some(panel) = self.panel.as_mut().filter(|panel| panel.is_of(key)) {
                    panel.not_saved(context);
                    self.entry = None;
                }
            }
            _ => {}
        }
        Effects::new()
    }

    fn focus(&self) -> &FocusMap {
        match &self.entry {
            Some(entry) => &entry.form.focus,
            None => &self.names.window.focus,
        }
    }

    fn focus_mut(&mut self) -> &mut FocusMap {
        match &mut self.entry {
            Some(entry) => &mut entry.form.focus,
            None => &mut self.names.window.focus,
        }
    }

    fn route(&self) -> Route {
        Route::Roster {
            id: self.id.clone(),
        }
    }

    fn wake_at(&self) -> Option<u64> {
        let into = u64::try_from(self.now.at_ms.rem_euclid(1_000)).unwrap_or(0);
        let second = self.call.as_ref().and_then(|call| {
            (call.round.is_some() || call.next_at_ms.is_some())
                .then_some(self.ticks_ms + 1_000 - into)
        });
        let panel = self.panel.as_ref().and_then(Panel::wake_at);
        let gone = self.gone_until.filter(|_| panel.is_none());
        [second, panel, gone].into_iter().flatten().min()
    }

    fn wants_digits(&self) -> bool {
        true
    }

    fn phase(&self) -> Phase {
        // That a result has gone from below the grid changes nothing of what the keys mean.
        let sending = self
            .panel
            .as_ref()
            .is_some_and(|panel| panel.outcome == Outcome::Sending);
        (
            self.entry.as_ref().map_or(0, Entry::phase),
            u8::from(sending),
        )
    }

    fn holds_until(&self) -> Option<u64> {
        self.panel.as_ref().and_then(Panel::holds_until)
    }

    fn wants_card(&self) -> bool {
        true
    }

    fn wants_colours(&self) -> bool {
        true
    }

    fn acts_at_once(&self, key: RemoteKey) -> bool {
        matches!(key, RemoteKey::Digit(_))
    }

    fn nature(&self) -> Nature {
        Nature {
            stays: Stays::Passing,
            admits: &[Interruption::Warning],
            plays: Plays::Below,
            ..Nature::default()
        }
    }
}
