//! The stack of screens, the shortcuts that work everywhere, and what lies over the screens.

mod live;
mod urgent;
mod watch;
mod worn;

use std::collections::{HashMap, HashSet};

use contract::terminal::TerminalKind;
use serde::{Deserialize, Serialize};

use super::calls;
use super::overlay::{Answer, Dialog, TOAST_MS, Toast};
use super::register::{card_route, document_route, first_route, key_route, section_route};
use super::settings::{RawKey, TEXT_SIZES, name};
use super::{
    Base, Context, Controller, Effect, Effects, Input, Interruption, Nature, Phase, Plays, Route,
    Screen, Stays,
};
use crate::cache::{Cache, DocumentKind};
use crate::focus::Remembered;
use crate::remote::{Press, RemoteKey};
use worn::Worn;

/// An urgent notice that was put off is shown again after so long.
const PUT_OFF_MS: u64 = 10 * 60_000;

/// Screens above Home; more than anybody opens, so that a loop of opening ends somewhere.
const MAX_DEPTH: usize = 12;

/// One entry of what is kept for resuming.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Which screen.
    pub route: Route,
    /// What was focused on it.
    pub focus: Remembered,
}

/// What the router cannot do itself.
#[derive(Clone, Debug, PartialEq)]
pub enum Outward {
    /// An effect for the application to carry out.
    Effect(Effect),
    /// Take part in a meeting.
    Join {
        /// The meeting.
        meeting_id: String,
        /// The viewing, the same one after a reconnection.
        viewing_id: String,
    },
    /// Leave the application.
    Quit,
}

/// What somebody sees who is about to press a key: whether it changed decides what the same key
/// means again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Scene {
    depth: usize,
    /// Screens that have been opened so far, which tells one that gave way from the next.
    opened: u64,
    phase: Phase,
    dialog: Option<Dialog>,
}

/// The stack of screens. There is always at least one.
pub struct Router {
    stack: Vec<Screen>,
    dialog: Option<(Dialog, usize)>,
    toast: Option<(Toast, u64)>,
    /// Screens that have been opened so far.
    opened: u64,
    scene: Scene,
    worn: Worn,
    /// The last raw key of an unknown remote, and when it came, in monotonic ms.
    raw: Option<(RawKey, u64)>,
    urgent: Vec<(String, String)>,
    /// Urgent notices that somebody put off, and until when on the monotonic clock.
    put_off: Vec<(String, u64)>,
    /// What is known of the urgent notices above and of the one that is shown.
    heard: urgent::Heard,
    /// Rounds that were shown by themselves, each with the time it opened (one that is put off opens
    /// again), and who was called then.
    called: HashMap<(String, u32, i64), HashSet<String>>,
    /// When a round opens of which the server has told before, in monotonic ms.
    call_at: Option<u64>,
    /// A programme was stopped for a roll call and goes on after it.
    paused: bool,
    live: live::Live,
    watch: watch::Watch,
}

impl Router {
    /// Home, or the enrolment when the terminal has none.
    #[must_use]
    pub fn new(enrolled: bool) -> Self {
        Self {
            stack: vec![Screen::open(&first_route(enrolled))],
            dialog: None,
            toast: None,
            opened: 0,
            scene: Scene::default(),
            worn: Worn::default(),
            raw: None,
            urgent: Vec::new(),
            put_off: Vec::new(),
            heard: urgent::Heard::default(),
            called: HashMap::new(),
            call_at: None,
            paused: false,
            live: live::Live::default(),
            watch: watch::Watch::default(),
        }
    }

    /// The screen on top.
    ///
    /// # Panics
    /// Never: the stack is not empty by construction.
    #[must_use]
    pub fn top(&self) -> &Screen {
        self.stack.last().expect("the stack is never empty")
    }

    /// What is always so with the screen on top.
    #[must_use]
    pub fn nature(&self) -> Nature {
        self.top().controller().nature()
    }

    /// Whether this terminal belongs to somebody, as far as the screens know.
    #[must_use]
    pub fn is_enrolled(&self) -> bool {
        let first = self
            .stack
            .first()
            .map(|screen| screen.controller().nature());
        first.is_none_or(|nature| nature.base != Some(Base::Unenrolled))
    }

    /// What of the player is on the screen: a programme, or a meeting, large or beside the code of
    /// a roll call that is read from it.
    #[must_use]
    pub fn playing(&self) -> Option<Plays> {
        match self.nature().plays {
            Plays::Below => self.meeting_below().map(|_| Plays::Meeting),
            plays => Some(plays).filter(|plays| plays.something()),
        }
    }

    fn top_mut(&mut self) -> &mut Screen {
        self.stack.last_mut().expect("the stack is never empty")
    }

    /// The question over the screen and the index of the focused answer.
    #[must_use]
    pub fn dialog(&self) -> Option<(&Dialog, usize)> {
        self.dialog
            .as_ref()
            .map(|(dialog, focused)| (dialog, *focused))
    }

    /// The message at the bottom.
    #[must_use]
    pub fn toast(&self) -> Option<Toast> {
        self.toast.map(|(toast, _)| toast)
    }

    /// Number of screens on the stack.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.stack.len()
    }

    /// When something wants [`Input::Tick`], in monotonic ms.
    #[must_use]
    pub fn wake_at(&self, ticks_ms: u64) -> Option<u64> {
        [
            self.top().controller().wake_at(),
            self.toast.map(|(_, at)| at),
            self.call_at,
            self.live
                .wake_at(self.dialog.as_ref().map(|(dialog, _)| dialog), ticks_ms),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Where one is, to be kept on the disk.
    #[must_use]
    pub fn places(&self) -> Vec<Place> {
        self.kept()
            .map(|screen| Place {
                route: screen.route(),
                focus: screen.focus().remember(),
            })
            .collect()
    }

    /// The same for a power cut at this moment.
    #[must_use]
    pub fn resume_point(&self, cache: &Cache) -> Vec<Place> {
        let mut places = self.places();
        if let (Some(place), Some(screen)) = (places.last_mut(), self.kept().next_back()) {
            place.route = screen.resume_at(cache);
        }
        places
    }

    /// The screens that come again.
    fn kept(&self) -> impl DoubleEndedIterator<Item = &dyn Controller> {
        self.stack
            .iter()
            .map(Screen::controller)
            .filter(|screen| screen.nature().stays == Stays::Kept)
    }

    /// Goes back to where one was before a power cut. Screens whose subject is gone leave by
    /// themselves.
    pub fn resume(&mut self, places: &[Place], context: &Context<'_>) -> Vec<Outward> {
        let mut effects = self.tell_top(&Input::Shown, context);
        let first = self.top_mut().controller_mut();
        if let Some(place) = places.iter().find(|place| first.is_at(&place.route)) {
            first.focus_mut().restore(&place.focus);
        }
        for place in places.iter().take(MAX_DEPTH) {
            let screen = Screen::open(&place.route);
            // What does not come again was not written down ([`Self::places`]).
            if screen.controller().nature().base.is_some() {
                continue;
            }
            effects.extend(self.push(screen, context));
            let screen = self.top_mut().controller_mut();
            if screen.is_at(&place.route) {
                screen.focus_mut().restore(&place.focus);
            }
        }
        // Only the screen on top may load something.
        if self.nature().plays != Plays::Meeting {
            effects.retain(|effect| !matches!(effect, Outward::Join { .. }));
            self.close_meetings();
        }
        let last_load = effects
            .iter()
            .rposition(|effect| matches!(effect, Outward::Effect(Effect::Load(..))));
        let playing = self.nature().plays == Plays::Programme;
        let mut index = 0;
        effects.retain(|effect| {
            let keep = !matches!(effect, Outward::Effect(Effect::Load(..)))
                || (playing && Some(index) == last_load);
            index += 1;
            keep
        });
        self.settle(&mut effects, context);
        self.compare(None, context.ticks_ms);
        effects
    }

    /// Shows the first screen.
    pub fn start(&mut self, context: &Context<'_>) -> Vec<Outward> {
        let effects = self.tell_top(&Input::Shown, context);
        self.compare(None, context.ticks_ms);
        effects
    }

    /// Says what happened, until a key or 8 s.
    pub fn show_toast(&mut self, toast: Toast, context: &Context<'_>) {
        self.toast = Some((toast, context.ticks_ms + TOAST_MS));
    }

    /// Asks over everything that an urgent notice be read. While a question is open it waits, and
    /// who put it off is not asked again for a while.
    pub fn urgent(&mut self, id: String, title: String, ticks_ms: u64) {
        self.put_off.retain(|(_, until)| ticks_ms < *until);
        let known = self.put_off.iter().any(|(other, _)| *other == id)
            || self.urgent.iter().any(|(other, _)| *other == id)
            || matches!(&self.dialog, Some((Dialog::Urgent(other, _), _)) if *other == id);
        if !known {
            self.urgent.push((id, title));
            self.next_dialog();
            self.compare(None, ticks_ms);
        }
    }

    /// An urgent notice was published just now: it is shown even if an earlier one of it was put
    /// off.
    pub fn announced(&mut self, id: String, title: String, ticks_ms: u64) {
        self.put_off.retain(|(other, _)| *other != id);
        self.urgent(id, title, ticks_ms);
    }

    /// Says that this terminal was revoked, and goes back to the enrolment.
    pub fn revoked(&mut self, context: &Context<'_>) -> Vec<Outward> {
        self.dialog = Some((Dialog::Revoked, 0));
        // What goes on in the place is no longer this television's to know.
        self.watch = watch::Watch::default();
        self.urgent.clear();
        self.heard = urgent::Heard::default();
        self.stack.clear();
        self.stack.push(Screen::open(&first_route(false)));
        let mut effects = vec![Outward::Effect(Effect::Play(media_player::Command::Stop))];
        effects.extend(self.tell_top(&Input::Shown, context));
        self.compare(None, context.ticks_ms);
        effects
    }

    /// Whether this may come over the screen on top by itself.
    fn admits(&self, what: Interruption) -> bool {
        self.nature().admits.contains(&what)
    }

    fn next_dialog(&mut self) {
        // A roll call at home cannot wait; the notice is shown after it. A meeting or a reminder
        // gives way, and comes again.
        let admits = self.admits(Interruption::Urgent);
        let free = self
            .dialog
            .as_ref()
            .is_none_or(|(dialog, _)| dialog.yields());
        if free && admits && !self.urgent.is_empty() {
            let (id, title) = self.urgent.remove(0);
            self.dialog = Some((Dialog::Urgent(id, title), 0));
        }
    }

    /// Takes an input, does what concerns screens, and hands out the rest.
    pub fn handle(&mut self, input: &Input, context: &Context<'_>) -> Vec<Outward> {
        self.note(input, context);
        let key = match input {
            Input::Key(key, Press::Down) => Some(*key),
            _ => None,
        };
        let is_taken = match (input, key) {
            (_, Some(key)) => self.takes(key, context.ticks_ms),
            (Input::RawKey(raw), None) => self.takes_raw(*raw, context.ticks_ms),
            _ => true,
        };
        if !is_taken {
            // What is due by the clock does not wait for a key that counts.
            let mut outward = Vec::new();
            self.settle(&mut outward, context);
            self.compare(None, context.ticks_ms);
            return outward;
        }
        if let Some(key) = key {
            self.worn.pressed(key, context.ticks_ms);
        }
        let mut outward = self.take(input, context);
        self.settle(&mut outward, context);
        self.compare(key, context.ticks_ms);
        outward
    }

    /// Whether a press of this key at this moment, in monotonic ms, does anything. It does not
    /// when a worn key reports the last press again, nor when it would take away a result that
    /// nobody can have read.
    #[must_use]
    pub fn takes(&self, key: RemoteKey, ticks_ms: u64) -> bool {
        let screen = self.top().controller();
        let types = match &self.dialog {
            Some(_) => matches!(key, RemoteKey::Left | RemoteKey::Right),
            None => screen.types(key),
        };
        if self.worn.swallows(key, types, ticks_ms) {
            return false;
        }
        let leads_away = matches!(
            key,
            RemoteKey::Ok
                | RemoteKey::Back
                | RemoteKey::Stop
                | RemoteKey::Home
                | RemoteKey::Menu
                | RemoteKey::Search
                | RemoteKey::Green
        );
        let is_held = screen.holds_until().is_some_and(|at| ticks_ms < at);
        !(leads_away && is_held && self.dialog.is_none())
    }

    /// Everything is on the screen now, in monotonic ms.
    pub fn drawn(&mut self, ticks_ms: u64) {
        self.worn.drawn(ticks_ms);
    }

    /// The same of a raw key, which may be a worn one too.
    fn takes_raw(&mut self, raw: RawKey, ticks_ms: u64) -> bool {
        let again = self
            .raw
            .is_some_and(|(last, at)| last == raw && ticks_ms.saturating_sub(at) < worn::APART_MS);
        if !again {
            self.raw = Some((raw, ticks_ms));
        }
        !again
    }

    /// Finds out whether something else is on the screen now; `by` is the key that was pressed.
    fn compare(&mut self, by: Option<RemoteKey>, ticks_ms: u64) {
        let scene = Scene {
            depth: self.stack.len(),
            opened: self.opened,
            phase: self.top().controller().phase(),
            dialog: self.dialog.as_ref().map(|(dialog, _)| dialog.clone()),
        };
        if scene != self.scene {
            let screen = scene.opened != self.scene.opened;
            self.worn.changed(by, screen, ticks_ms);
            self.scene = scene;
        }
    }

    fn take(&mut self, input: &Input, context: &Context<'_>) -> Vec<Outward> {
        match input {
            Input::Key(key, press) => self.key(*key, *press, context),
            Input::Tick => {
                if self.toast.is_some_and(|(_, at)| at <= context.ticks_ms) {
                    self.toast = None;
                }
                let mut effects = self.tell_top(input, context);
                if self.call_at.is_some_and(|at| at <= context.ticks_ms) {
                    effects.extend(self.call(context));
                }
                effects
            }
            Input::Card(_) => self.card(input, context),
            Input::SignIn(..) | Input::Changed => {
                let mut effects = self.tell_top(input, context);
                effects.extend(self.call(context));
                self.tell_refusals(context);
                effects
            }
            Input::Joined(..) | Input::JoinFailed(_) | Input::Place(..) => {
                self.tell_meeting(input, context)
            }
            Input::Publisher(_) => {
                let mut effects = Vec::new();
                if self.nature().previews {
                    effects = self.tell_top(input, context);
                }
                effects.extend(self.tell_meeting(input, context));
                effects
            }
            _ => self.tell_top(input, context),
        }
    }

    /// Shows a roll call by itself when it has opened and somebody of this TV is called.
    pub fn call(&mut self, context: &Context<'_>) -> Vec<Outward> {
        self.call_at = None;
        // Not while somebody is busy with something else, or with another roll call.
        let blocked = !self.admits(Interruption::RollCall)
            || matches!(self.dialog, Some((Dialog::Revoked, _)));
        let all = calls::all(context.cache);
        self.call_at = all
            .iter()
            .filter_map(|call| call.next_at_ms)
            .filter_map(|at| context.ticks_of(at))
            .min();
        let kind = calls::kind(context.cache);
        for call in all {
            let Some(round) = call.round else { continue };
            let shown = (call.id.clone(), round.number, round.opens_at_ms);
            // Once for everybody: somebody who was added later is called then.
            let missing = call.missing().map(|person| person.id.clone());
            let missing: HashSet<String> = missing.collect();
            let told = self
                .called
                .get(&shown)
                .is_some_and(|told| kind == TerminalKind::Station || missing.is_subset(told));
            if !calls::interrupts(&call, kind) || told {
                continue;
            }
            let route = calls::route(context.cache, &call.id);
            if self.top().controller().is_at(&route) {
                // It is there already, and follows its rounds by itself.
                self.called.entry(shown).or_default().extend(missing);
            } else if !blocked {
                self.called.entry(shown).or_default().extend(missing);
                return self.interrupt(&route, context);
            }
        }
        Vec::new()
    }

    /// Opens a screen over whatever there is.
    fn interrupt(&mut self, route: &Route, context: &Context<'_>) -> Vec<Outward> {
        let mut effects = vec![Outward::Effect(Effect::Speak(Vec::new()))];
        effects.extend(self.give_way());
        self.close_personal();
        if self.top().controller().is_running() {
            self.paused = true;
            effects.push(Outward::Effect(Effect::Play(media_player::Command::Pause)));
        }
        effects.extend(self.open(route, context));
        if self.dialog.is_none() {
            self.next_dialog();
        }
        effects
    }

    /// A card was read: to the screen that asks for one, else to the roll call that is open.
    fn card(&mut self, input: &Input, context: &Context<'_>) -> Vec<Outward> {
        self.toast = None;
        if self.nature().base == Some(Base::Unenrolled)
            || calls::kind(context.cache) != TerminalKind::Station
        {
            return Vec::new();
        }
        if self.top().controller().wants_card() {
            return self.tell_top(input, context);
        }
        let route = match calls::open(context.cache).first() {
            Some(call) => {
                if let Some(round) = call.round {
                    let missing = call.missing().map(|person| person.id.clone());
                    let shown = (call.id.clone(), round.number, round.opens_at_ms);
                    self.called.entry(shown).or_default().extend(missing);
                }
                calls::route(context.cache, &call.id)
            }
            None => card_route(),
        };
        let mut effects = if self.top().controller().is_at(&route) {
            Vec::new()
        } else {
            self.interrupt(&route, context)
        };
        effects.extend(self.tell_top(input, context));
        effects
    }

    /// Whoever is there has nothing in hand.
    fn is_home(&self) -> bool {
        self.nature().base == Some(Base::Home)
    }

    /// Tells at Home what became of sign-ins that had been kept.
    fn tell_refusals(&mut self, context: &Context<'_>) {
        if self.dialog.is_none()
            && self.is_home()
            && let Some(refusal) = context.cache.refusals().into_iter().next()
        {
            self.dialog = Some((Dialog::Refused(refusal), 0));
        }
    }

    /// Hands what the player did to the programme or meeting, also while something lies over it.
    pub fn player_event(
        &mut self,
        event: &media_player::Event,
        context: &Context<'_>,
    ) -> Vec<Outward> {
        let mut outward: Vec<Outward> = self.count(event, context).into_iter().collect();
        outward.extend(self.tell_playing(event, context));
        self.settle(&mut outward, context);
        self.compare(None, context.ticks_ms);
        outward
    }

    fn tell_playing(&mut self, event: &media_player::Event, context: &Context<'_>) -> Vec<Outward> {
        let playing = self
            .stack
            .iter()
            .rposition(|screen| screen.controller().nature().plays.something());
        let Some(at) = playing else {
            return Vec::new();
        };
        let input = Input::Player(event.clone());
        if self.stack[at].controller().nature().plays == Plays::Meeting {
            return self.tell_meeting(&input, context);
        }
        if at + 1 == self.stack.len() {
            return self.tell_top(&input, context);
        }
        let effects = self.stack[at].controller_mut().handle(&input, context);
        // What it has counted is kept; it opens nothing from below.
        effects
            .into_iter()
            .filter(|effect| matches!(effect, Effect::Progress { .. }))
            .map(Outward::Effect)
            .collect()
    }

    fn key(&mut self, key: RemoteKey, press: Press, context: &Context<'_>) -> Vec<Outward> {
        if press == Press::Down {
            self.toast = None;
        }
        if key == RemoteKey::Standby {
            return match press {
                Press::Down => self.sleep(context),
                Press::Repeat | Press::Up => Vec::new(),
            };
        }
        if self.dialog.is_some() {
            return self.dialog_key(key, press, context);
        }
        let screen = self.top().controller();
        if press == Press::Down
            && !screen.wants_all_keys()
            && let Some(effects) = self.shortcut(key, context)
        {
            return effects;
        }
        self.tell_top(&Input::Key(key, press), context)
    }

    /// Keys that mean the same on every screen. `None` leaves the key to the screen.
    fn shortcut(&mut self, key: RemoteKey, context: &Context<'_>) -> Option<Vec<Outward>> {
        let enrolled = self.is_enrolled();
        match key {
            RemoteKey::Home => Some(self.home(context)),
            RemoteKey::Menu | RemoteKey::Search => {
                let route = key_route(key).filter(|route| !self.top().controller().is_at(route))?;
                match key {
                    RemoteKey::Menu => Some(self.open(&route, context)),
                    _ if enrolled => Some(self.leave_player_for(&route, context)),
                    _ => None,
                }
            }
            RemoteKey::Blue => {
                self.show_toast(Toast::SizeChanged, context);
                Some(vec![Outward::Effect(Effect::Setting(
                    name::TEXT_SIZE,
                    next_size(context).to_string(),
                ))])
            }
            RemoteKey::Digit(digit @ 1..=6)
                if enrolled && !self.top().controller().wants_digits() =>
            {
                let sections = context
                    .cache
                    .township()
                    .map(|township| township.sections)
                    .unwrap_or_default();
                let section = sections
                    .into_iter()
                    .find(|section| section.digit == digit)?;
                let mut effects = self.home(context);
                effects.extend(self.open(&section_route(&section.id), context));
                Some(effects)
            }
            RemoteKey::Green if enrolled => self.sign_in_key(context),
            RemoteKey::Red | RemoteKey::Green if !self.top().controller().wants_colours() => {
                self.show_toast(Toast::KeyUnknown, context);
                Some(Vec::new())
            }
            _ => None,
        }
    }

    /// 签到: the roll call that is open. `None` leaves the key to its screen.
    fn sign_in_key(&mut self, context: &Context<'_>) -> Option<Vec<Outward>> {
        let open = calls::open(context.cache);
        let Some(call) = open.first() else {
            self.show_toast(Toast::NoRollCall, context);
            return Some(Vec::new());
        };
        let route = calls::route(context.cache, &call.id);
        if self.top().controller().is_at(&route) {
            return None;
        }
        Some(self.interrupt(&route, context))
    }

    /// Leaves everything above the first screen.
    fn home(&mut self, context: &Context<'_>) -> Vec<Outward> {
        let mut effects = self.stop_player(context);
        if self.stack.len() > 1 {
            self.stack.truncate(1);
            effects.extend(self.tell_top(&Input::Shown, context));
            effects.extend(self.call(context));
            self.tell_refusals(context);
            self.next_dialog();
        }
        effects.push(Outward::Effect(Effect::Speak(Vec::new())));
        effects.push(Outward::Effect(Effect::Remember));
        effects
    }

    /// A player that is left by a shortcut writes down how far it was, also one below a roll call.
    fn stop_player(&mut self, context: &Context<'_>) -> Vec<Outward> {
        self.paused = false;
        let over_player = self.nature().plays == Plays::Below;
        let at = self.stack.len() - 1 - usize::from(over_player && self.stack.len() > 1);
        // Below a roll call it stays, and is loaded again when one comes back to it.
        let effects = self.stack[at].controller_mut().park(context);
        effects.into_iter().map(Outward::Effect).collect()
    }

    fn leave_player_for(&mut self, route: &Route, context: &Context<'_>) -> Vec<Outward> {
        let mut effects = self.stop_player(context);
        if self.nature().plays.something() {
            self.stack.pop();
        }
        effects.extend(self.open(route, context));
        effects
    }

    fn dialog_key(&mut self, key: RemoteKey, press: Press, context: &Context<'_>) -> Vec<Outward> {
        let Some((dialog, focused)) = &mut self.dialog else {
            return Vec::new();
        };
        let answers = dialog.answers();
        match (key, press) {
            (RemoteKey::Left, Press::Down | Press::Repeat) => *focused = focused.saturating_sub(1),
            (RemoteKey::Right, Press::Down | Press::Repeat) => {
                *focused = (*focused + 1).min(answers.len() - 1);
            }
            (RemoteKey::Ok, Press::Down) => {
                let answer = answers[*focused];
                return self.answer(answer, context);
            }
            (RemoteKey::Back, Press::Down) => {
                let answer = dialog.harmless();
                return self.answer(answer, context);
            }
            (RemoteKey::Home, Press::Down) => {
                // As Back, and then to where it leads from anywhere. What waited for the question
                // comes over Home.
                let answer = dialog.harmless();
                let mut effects = self.answer(answer, context);
                effects.extend(self.home(context));
                return effects;
            }
            _ => {}
        }
        Vec::new()
    }

    fn answer(&mut self, answer: Answer, context: &Context<'_>) -> Vec<Outward> {
        let Some((dialog, _)) = self.dialog.take() else {
            return Vec::new();
        };
        let effects = match (dialog, answer) {
            (Dialog::Quit, Answer::Quit) => return vec![Outward::Quit],
            (Dialog::Urgent(id, _), Answer::ReadNow) => {
                let route = document_route(DocumentKind::Bulletin, &id);
                match self.nature().plays {
                    // The meeting goes on below.
                    Plays::Meeting => self.open(&route, context),
                    _ => self.leave_player_for(&route, context),
                }
            }
            (dialog, answer) if dialog.yields() => self.answer_meeting(dialog, answer, context),
            (Dialog::Refused(refusal), _) => {
                vec![Outward::Effect(Effect::Told(refusal.key))]
            }
            (Dialog::Urgent(id, _), _) => {
                self.put_off.push((id, context.ticks_ms + PUT_OFF_MS));
                Vec::new()
            }
            _ => Vec::new(),
        };
        self.next_dialog();
        effects
    }

    fn open(&mut self, route: &Route, context: &Context<'_>) -> Vec<Outward> {
        self.push(Screen::open(route), context)
    }

    fn push(&mut self, screen: Screen, context: &Context<'_>) -> Vec<Outward> {
        if self.stack.len() >= MAX_DEPTH {
            // The oldest above Home gives way.
            self.stack.remove(1);
        }
        self.stack.push(screen);
        self.opened += 1;
        let mut effects = self.tell_top(&Input::Shown, context);
        effects.push(Outward::Effect(Effect::Remember));
        effects
    }

    fn close_meetings(&mut self) {
        self.stack
            .retain(|screen| screen.controller().nature().plays != Plays::Meeting);
    }

    /// Something comes over the screen on top, which may show what is somebody's own.
    fn close_personal(&mut self) {
        if self.nature().stays == Stays::Personal && self.stack.len() > 1 {
            self.stack.pop();
        }
    }

    fn tell_top(&mut self, input: &Input, context: &Context<'_>) -> Vec<Outward> {
        let effects = self.top_mut().controller_mut().handle(input, context);
        self.check_focus();
        self.carry_out(effects, context)
    }

    /// Losing the focus is a bug (UX).
    fn check_focus(&self) {
        let focus = self.top().controller().focus();
        if focus.key().is_none() && !focus.reachable().is_empty() {
            tracing::error!(route = ?self.top().controller().route(), "nothing is focused");
        }
    }

    fn carry_out(&mut self, effects: Effects, context: &Context<'_>) -> Vec<Outward> {
        let mut outward = Vec::new();
        for effect in effects {
            match effect {
                Effect::Open(route) => {
                    let screen = Screen::open(&route);
                    if screen.controller().nature().plays.something() {
                        // One player: what it showed before is left.
                        self.close_meetings();
                    }
                    outward.extend(self.push(screen, context));
                }
                Effect::Replace(route) => {
                    self.stack.pop();
                    outward.extend(self.open(&route, context));
                }
                Effect::Back => outward.extend(self.back(context)),
                Effect::Toast(toast) => self.show_toast(toast, context),
                Effect::MarkRead(id) => {
                    self.was_read(&id);
                    outward.push(Outward::Effect(Effect::MarkRead(id)));
                }
                Effect::Join(id) => outward.extend(self.join(&id, context)),
                Effect::LeaveMeeting => outward.extend(self.leave_meeting(context)),
                other => outward.push(Outward::Effect(other)),
            }
        }
        outward
    }

    fn back(&mut self, context: &Context<'_>) -> Vec<Outward> {
        if self.stack.len() == 1 {
            self.dialog = Some((Dialog::Quit, 0));
            return Vec::new();
        }
        self.stack.pop();
        let mut effects = self.tell_top(&Input::Shown, context);
        effects.push(Outward::Effect(Effect::Remember));
        if std::mem::take(&mut self.paused) && self.nature().plays == Plays::Programme {
            effects.push(Outward::Effect(Effect::Play(media_player::Command::Play)));
        }
        // What had to wait for this screen.
        effects.extend(self.call(context));
        self.tell_refusals(context);
        self.next_dialog();
        effects
    }
}

/// The text size after the present one.
fn next_size(context: &Context<'_>) -> u32 {
    let now: u32 = context
        .cache
        .setting(name::TEXT_SIZE)
        .and_then(|value| value.parse().ok())
        .unwrap_or(TEXT_SIZES[0]);
    let at = TEXT_SIZES.iter().position(|size| *size == now).unwrap_or(0);
    TEXT_SIZES[(at + 1) % TEXT_SIZES.len()]
}

#[cfg(test)]
mod tests;
