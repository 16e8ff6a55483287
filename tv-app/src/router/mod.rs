//! The stack of screens, the shortcuts that work everywhere, and what lies over the screens.
//!
//! It names no screen and no interruption: it asks a screen what it is like, and the register of
//! the interruptions what comes now.

mod aloud;
mod attending;
mod held;
mod interrupting;
mod left;
mod lost;
mod resuming;
mod simple;
mod voice;
mod worn;

use contract::terminal::TerminalKind;
use serde::{Deserialize, Serialize};

use crate::focus::Remembered;
use crate::interruptions::provider::{Event, Summons};
use crate::interruptions::{Dialog, Interruptions};
use crate::remote::{Press, RemoteKey};
use crate::screens::attendance;
use crate::screens::overlay::{TOAST_MS, Toast};
use crate::screens::routes::{card_route, first_route, key_route, section_route};
use crate::screens::settings::{RawKey, name, next_text_size};
use crate::screens::{Base, Context, Effect, Effects, Input, Nature, Phase, Plays, Route, Screen};
pub use aloud::Aloud;
use worn::Worn;

/// Screens above Home; more than anybody opens, so that a loop of opening ends somewhere.
const MAX_DEPTH: usize = 12;

/// One of the screens that lie on each other, as it is kept on the disk for resuming.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenScreen {
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
    interruptions: Interruptions,
    /// When one of the interruptions has something to do, in monotonic ms.
    alarm: Option<u64>,
    /// The television sleeps: nothing begins by itself.
    asleep: bool,
    /// A programme was stopped for a screen that came over it, and goes on after it.
    paused: bool,
    /// The programme below waits for what lies over it.
    holds: bool,
    /// It ran when it was stopped for that.
    ran: bool,
    attending: attending::Attending,
    /// Somebody's voice was recorded or played on the screen on top.
    voice: bool,
    /// The blue key is down.
    blue: Option<simple::Blue>,
    lost: lost::Lost,
    /// Somebody did something then, in monotonic ms.
    there_ms: u64,
    /// The first screen of the other mode.
    aside: Option<Screen>,
    aloud: Option<Aloud>,
    /// There is nothing but this program: it is never left.
    kiosk: bool,
    held: held::Held,
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
            interruptions: Interruptions::default(),
            alarm: None,
            asleep: false,
            paused: false,
            holds: false,
            ran: false,
            attending: attending::Attending::default(),
            voice: false,
            blue: None,
            lost: lost::Lost::default(),
            there_ms: 0,
            aside: None,
            aloud: None,
            kiosk: false,
            held: held::Held::default(),
        }
    }

    /// The same where there is nothing to leave it for, if `kiosk`: no key ends the program.
    #[must_use]
    pub fn in_kiosk(self, kiosk: bool) -> Self {
        Self { kiosk, ..self }
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

    /// The screens below the one on top, the lowest first.
    pub fn below(&self) -> impl Iterator<Item = &Screen> {
        self.stack
            .split_last()
            .into_iter()
            .flat_map(|(_, below)| below)
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
        // The seconds that are left.
        let until = self.dialog.as_ref().and_then(|(dialog, _)| dialog.until());
        let second = until.map(|until| {
            let left = until.saturating_sub(ticks_ms);
            until - left.saturating_sub(1) / 1_000 * 1_000
        });
        [
            self.top().controller().wake_at(),
            self.toast.map(|(_, at)| at),
            self.alarm,
            self.attending.wake_at(),
            self.held.wake_at(),
            second,
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Says what happened, until a key or 8 s.
    pub fn show_toast(&mut self, toast: Toast, context: &Context<'_>) {
        self.toast = Some((toast, context.ticks_ms + TOAST_MS));
    }

    /// This terminal was revoked: back to where it belongs to nobody.
    fn revoke(&mut self, context: &Context<'_>) -> Vec<Outward> {
        self.stack.clear();
        self.aside = None;
        self.stack.push(Screen::open(&first_route(false)));
        let mut effects = vec![Outward::Effect(Effect::Play(media_player::Command::Stop))];
        effects.extend(self.tell_top(&Input::Shown, context));
        effects
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
        let face = key.and_then(|_| self.face());
        // What 0 does it does when it is let go, or when another key follows.
        let by = key.or_else(|| self.holds_zero().then_some(RemoteKey::Digit(0)));
        self.forget_left(input, context);
        let mut outward = self.take(input, context);
        self.settle(&mut outward, context);
        self.compare(by, context.ticks_ms);
        if let Some(key) = key.filter(|_| !self.holds_zero()) {
            self.look_for_lost(key, face, &mut outward, context);
        }
        outward
    }

    /// What follows from everything that has happened, after an input was handled.
    fn settle(&mut self, outward: &mut Vec<Outward>, context: &Context<'_>) {
        self.ground(outward, context);
        self.leave_what_is_not_shown(outward, context);
        self.interrupt(outward, context);
        self.leave_what_is_not_shown(outward, context);
        self.end_preview(outward);
        self.end_voice(outward);
        self.end_aloud(outward);
        self.hold(outward);
        outward.extend(self.report(context));
        self.set_alarm(context);
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
                let mut effects = self.was_held(context);
                let depth = self.stack.len();
                effects.extend(self.tell_top(input, context));
                if self.stack.len() < depth {
                    effects.extend(self.close_left(context));
                }
                effects
            }
            Input::Speaking(piece) => {
                self.reading(*piece);
                self.tell_top(input, context)
            }
            Input::Card(_) => self.card(input, context),
            Input::Enrolment(_) => self.tell_base(input, context),
            Input::Revoked => self.revoke(context),
            Input::Announced { .. } | Input::ViewingWaits(_) => Vec::new(),
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

    /// A card was read: to the screen that asks for one, else to what it is asked for.
    fn card(&mut self, input: &Input, context: &Context<'_>) -> Vec<Outward> {
        self.toast = None;
        if self.nature().base == Some(Base::Unenrolled)
            || attendance::kind(context.cache) != TerminalKind::Station
        {
            return Vec::new();
        }
        if self.top().controller().wants_card() {
            return self.tell_top(input, context);
        }
        let route = match self.summon(input, context) {
            Some(Summons::Show(route)) => route,
            Some(Summons::Say(_)) | None => card_route(),
        };
        let mut effects = if self.top().controller().is_at(&route) {
            Vec::new()
        } else {
            self.show_over(&route, context)
        };
        effects.extend(self.tell_top(input, context));
        effects
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
        let input = Input::Player(event.clone());
        let Some(at) = playing else {
            return if self.top().controller().has_voice() {
                self.tell_top(&input, context)
            } else {
                Vec::new()
            };
        };
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
        if let Some(effects) = self.zero(key, press, context) {
            return effects;
        }
        let mut effects = if press == Press::Down {
            self.let_go(context)
        } else {
            Vec::new()
        };
        effects.extend(self.pass(key, press, context));
        effects
    }

    /// Hands a key to what it is for.
    fn pass(&mut self, key: RemoteKey, press: Press, context: &Context<'_>) -> Vec<Outward> {
        if key == RemoteKey::Standby {
            return match press {
                Press::Down => self.sleep(context),
                Press::Repeat | Press::Up => Vec::new(),
            };
        }
        if self.dialog.is_some() {
            return self.dialog_key(key, press, context);
        }
        if let Some(effects) = self.aloud_key(key, press, context) {
            return effects;
        }
        let has_shortcuts = !self.top().controller().wants_all_keys();
        if has_shortcuts && let Some(effects) = self.hold_blue(key, press, context) {
            return effects;
        }
        if press == Press::Down
            && has_shortcuts
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
            RemoteKey::Home => Some(self.begin(context)),
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
                    next_text_size(context.cache).to_string(),
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
                let route = section_route(&section.id);
                if self.top().controller().is_at(&route) {
                    return None;
                }
                let mut effects = self.home(context);
                effects.extend(self.open(&route, context));
                Some(effects)
            }
            RemoteKey::Red | RemoteKey::Digit(0) if enrolled && self.leaves(key) => {
                let route = key_route(key).filter(|route| !self.top().controller().is_at(route))?;
                Some(self.return_to(&route, context))
            }
            RemoteKey::Green if enrolled => self.summoned_by(key, context),
            RemoteKey::Red | RemoteKey::Green if !self.top().controller().wants_colours() => {
                self.show_toast(Toast::KeyUnknown, context);
                Some(Vec::new())
            }
            _ => None,
        }
    }

    /// Whether the screen on top has no use of its own for this key.
    fn leaves(&self, key: RemoteKey) -> bool {
        let screen = self.top().controller();
        match key {
            RemoteKey::Digit(_) => !screen.wants_digits(),
            _ => !screen.wants_colours(),
        }
    }

    /// Leaves what lies over this screen, if it is among those below; otherwise opens it.
    fn return_to(&mut self, route: &Route, context: &Context<'_>) -> Vec<Outward> {
        let mut all = self.stack.iter();
        let at = all.rposition(|screen| screen.controller().is_at(route));
        let plays = |screen: &Screen| screen.controller().nature().plays != Plays::Nothing;
        match at {
            Some(at) if !self.stack[at..].iter().any(plays) => {
                self.stack.truncate(at + 1);
                let mut effects = vec![Outward::Effect(Effect::Speak(Vec::new()))];
                effects.extend(self.tell_top(&Input::Shown, context));
                effects.push(Outward::Effect(Effect::Remember));
                effects
            }
            _ => self.follow_to(route, context),
        }
    }

    /// What a key asks for. `None` leaves the key to its screen.
    fn summoned_by(&mut self, key: RemoteKey, context: &Context<'_>) -> Option<Vec<Outward>> {
        match self.summon(&Input::Key(key, Press::Down), context)? {
            Summons::Say(toast) => {
                self.show_toast(toast, context);
                Some(Vec::new())
            }
            Summons::Show(route) => {
                let is_there = self.top().controller().is_at(&route);
                (!is_there).then(|| self.show_over(&route, context))
            }
        }
    }

    /// What the Home key does: the first screen, where it begins.
    fn begin(&mut self, context: &Context<'_>) -> Vec<Outward> {
        let effects = self.home(context);
        self.top_mut().controller_mut().begin();
        effects
    }

    /// Leaves everything above the first screen.
    fn home(&mut self, context: &Context<'_>) -> Vec<Outward> {
        let mut effects = self.stop_player(context);
        if self.stack.len() > 1 {
            self.stack.truncate(1);
            effects.extend(self.tell_top(&Input::Shown, context));
        }
        effects.push(Outward::Effect(Effect::Speak(Vec::new())));
        effects.push(Outward::Effect(Effect::Remember));
        effects
    }

    /// A player that is left by a shortcut writes down how far it was, also one below what came over
    /// it.
    fn stop_player(&mut self, context: &Context<'_>) -> Vec<Outward> {
        self.paused = false;
        let over_player = self.nature().plays == Plays::Below;
        let at = self.stack.len() - 1 - usize::from(over_player && self.stack.len() > 1);
        // Below that it stays, and is loaded again when one comes back to it.
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

    /// Opens a screen as if the one on top had asked for it.
    pub fn visit(&mut self, route: &Route, context: &Context<'_>) -> Vec<Outward> {
        let mut outward = self.carry_out(vec![Effect::Open(route.clone())], context);
        self.settle(&mut outward, context);
        self.compare(None, context.ticks_ms);
        outward
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

    fn tell_top(&mut self, input: &Input, context: &Context<'_>) -> Vec<Outward> {
        let effects = self.top_mut().controller_mut().handle(input, context);
        self.check_focus();
        self.carry_out(effects, context)
    }

    /// Whether the terminal belongs to somebody concerns what lies below everything, also while
    /// something lies over it.
    fn tell_base(&mut self, input: &Input, context: &Context<'_>) -> Vec<Outward> {
        let mut outward = self.tell_top(input, context);
        if self.stack.len() > 1 {
            for effect in self.stack[0].controller_mut().handle(input, context) {
                if let Effect::Replace(route) = effect {
                    self.stack[0] = Screen::open(&route);
                    outward.push(Outward::Effect(Effect::Remember));
                }
            }
        }
        outward
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
                    // Nothing takes the place of Home.
                    if self.nature().base != Some(Base::Home) {
                        self.stack.pop();
                    }
                    outward.extend(self.open(&route, context));
                }
                Effect::OpenFor(route, proved) => {
                    outward.extend(self.open(&route, context));
                    outward.extend(self.tell_top(&Input::Proved(proved), context));
                }
                Effect::Back => outward.extend(self.back(context)),
                Effect::Toast(toast) => self.show_toast(toast, context),
                Effect::Join(id) => outward.extend(self.join(&id, context)),
                Effect::LeaveMeeting => outward.extend(self.leave_meeting(context)),
                other => {
                    self.reads(&other);
                    self.hear(&Event::Effect(&other), context);
                    outward.push(Outward::Effect(other));
                }
            }
        }
        outward
    }

    fn back(&mut self, context: &Context<'_>) -> Vec<Outward> {
        if self.stack.len() == 1 && self.kiosk {
            self.show_toast(Toast::NoWayBack, context);
            return Vec::new();
        }
        if self.stack.len() == 1 {
            self.hear(&Event::NoWayBack, context);
            return Vec::new();
        }
        self.stack.pop();
        let mut effects = self.tell_top(&Input::Shown, context);
        effects.push(Outward::Effect(Effect::Remember));
        if std::mem::take(&mut self.paused) && self.nature().plays == Plays::Programme {
            effects.push(Outward::Effect(Effect::Play(media_player::Command::Play)));
        }
        effects
    }
}

#[cfg(test)]
pub(crate) mod tests;
