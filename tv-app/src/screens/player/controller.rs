//! What the player screen knows and shows. Keys are in `keys.rs`.

use std::sync::Arc;

use contract::captions::Captions;
use media_player::{Command, Event, PlayError, State};

use super::loaded::CaptionSize;
use crate::cache::{Cache, ProgrammeRow};
use crate::focus::{Area, FocusMap, Layout, Zone};
use crate::remote::RemoteKey;
use crate::screens::{Context, Controller, Effect, Effects, Input, Nature, Phase, Plays, Route};

/// The buttons.
pub(super) const BUTTONS: &str = "buttons";
/// What can be chosen after the end or a failure.
pub(super) const CHOICES: &str = "choices";

/// Controls hide after so long without a key (UX), in ms.
pub(super) const CONTROLS_MS: u64 = 5_000;
/// In large text they stay longer (UX: elder mode), in ms.
const CONTROLS_LARGE_MS: u64 = 10_000;
/// The title stands above a film that begins for so long, in ms.
const TITLE_MS: u64 = 4_000;
/// Where it is stays on the screen so long after a jump, in ms.
const PLACE_MS: u64 = 3_000;
/// The loudness stays on the screen so long, in ms.
pub(super) const VOLUME_MS: u64 = 3_000;
/// Progress is written down this often while playing, in ms.
const REPORT_MS: i64 = 5_000;
/// Positions are told at least twice a second; a busy box may be late. More at once is a jump, in ms.
const LONGEST_STEP_MS: i64 = 3_000;
/// A programme that got no data although the server answers is tried again after so long, in ms.
const RETRY_MS: u64 = 10_000;
/// A scrub that nobody ends by letting go is carried out after so long, in ms.
pub(super) const SCRUB_MS: u64 = 800;

/// A button below the line that shows where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named by what they do")]
pub enum Button {
    Rewind,
    Pause,
    Forward,
    Captions,
    Back,
}

/// A choice after the end or a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named by what they do")]
pub enum Choice {
    Next,
    Restart,
    Retry,
    Back,
}

impl Choice {
    const fn key(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Restart => "restart",
            Self::Retry => "retry",
            Self::Back => "back",
        }
    }
}

/// The screen of a playing programme.
pub struct PlayerScreen {
    pub(super) id: String,
    pub(super) focus: FocusMap,
    pub(super) title: String,
    office: String,
    pub(super) next: Option<ProgrammeRow>,
    pub(super) state: State,
    pub(super) failure: Option<PlayError>,
    pub(super) unreachable: bool,
    pub(super) position_ms: i64,
    pub(super) duration_ms: i64,
    pub(super) captions: Option<Arc<Captions>>,
    pub(super) caption_size: CaptionSize,
    /// The network brings less than is to be shown.
    slow: bool,
    pub(super) volume: u8,
    pub(super) muted: bool,
    pub(super) volume_until: Option<u64>,
    pub(super) controls_until: Option<u64>,
    /// The title stands above it, because it has just begun.
    title_until: Option<u64>,
    /// Where it is stands below it, because somebody has just moved it.
    pub(super) place_until: Option<u64>,
    /// The place chosen while scrubbing and when it is carried out.
    pub(super) scrub: Option<(i64, u64)>,
    /// The network was not there while the programme waited for it.
    cut: bool,
    /// When it is tried again by itself although nothing says that it goes better.
    retry_at: Option<u64>,
    ticks_ms: u64,
    controls_ms: u64,
    loaded: bool,
    /// It was there and is not any more.
    withdrawn: bool,
    /// Position up to which watching has been counted; `None` until it plays on after a jump.
    counted_ms: Option<i64>,
    /// Watched without a jump up to there, and not written down yet.
    watched_ms: i64,
    /// Parts before that: where they end, and how long they are.
    parts: Vec<(i64, i64)>,
}

impl PlayerScreen {
    /// A programme from a place in ms.
    #[must_use]
    pub fn new(id: &str, position_ms: i64) -> Self {
        Self {
            id: id.to_owned(),
            focus: FocusMap::new(
                BUTTONS,
                vec![
                    Zone::new(BUTTONS, Layout::Row, Area::new(96, 878, 1728, 120))
                        .with_items([format!("{:?}", Button::Pause)]),
                    Zone::new(CHOICES, Layout::Column, Area::new(580, 400, 760, 400)),
                ],
            ),
            title: String::new(),
            office: String::new(),
            next: None,
            state: State::Loading,
            failure: None,
            unreachable: false,
            position_ms,
            duration_ms: 0,
            captions: None,
            caption_size: CaptionSize::Off,
            slow: false,
            volume: 60,
            muted: false,
            volume_until: None,
            controls_until: None,
            title_until: None,
            place_until: None,
            scrub: None,
            cut: false,
            retry_at: None,
            ticks_ms: 0,
            controls_ms: CONTROLS_MS,
            loaded: false,
            withdrawn: false,
            counted_ms: None,
            watched_ms: 0,
            parts: Vec::new(),
        }
    }

    /// What the pipeline does.
    #[must_use]
    pub const fn state(&self) -> State {
        self.state
    }

    /// Why it failed; network failures before anything was loaded mean that it is not kept.
    #[must_use]
    pub fn failure(&self) -> Option<(&PlayError, bool)> {
        self.failure.as_ref().map(|error| (error, self.unreachable))
    }

    /// The programme's title.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Who publishes it.
    #[must_use]
    pub fn office(&self) -> &str {
        &self.office
    }

    /// It waits for a network that brings less than is to be shown.
    #[must_use]
    pub const fn is_slow(&self) -> bool {
        self.slow
    }

    /// Where it is and how long it is, in ms.
    #[must_use]
    pub const fn times(&self) -> (i64, i64) {
        (self.position_ms, self.duration_ms)
    }

    /// The place in ms that is being looked for.
    #[must_use]
    pub fn scrubbing(&self) -> Option<i64> {
        self.scrub.map(|(position_ms, _)| position_ms)
    }

    /// The words to show now.
    #[must_use]
    pub fn caption(&self) -> String {
        match &self.captions {
            Some(captions) if self.caption_size != CaptionSize::Off => {
                captions.at(self.position_ms).join("\n")
            }
            _ => String::new(),
        }
    }

    /// How captions are shown.
    #[must_use]
    pub const fn caption_size(&self) -> CaptionSize {
        self.caption_size
    }

    /// Loudness and mute, while they are shown.
    #[must_use]
    pub fn volume(&self) -> Option<(u8, bool)> {
        self.volume_until.map(|_| (self.volume, self.muted))
    }

    /// Whether the controls are shown: for a while after a key, and always when nothing moves.
    #[must_use]
    pub fn shows_controls(&self) -> bool {
        self.controls_until.is_some() || self.state == State::Paused
    }

    /// Whether its title stands above it, because it has just begun.
    #[must_use]
    pub fn shows_title(&self) -> bool {
        self.title_until.is_some() && !self.shows_controls() && !self.shows_place()
    }

    /// Whether only where it is stands below it: somebody moves it, and nothing else is opened.
    #[must_use]
    pub fn shows_place(&self) -> bool {
        (self.scrub.is_some() || self.place_until.is_some()) && !self.shows_controls()
    }

    /// The buttons.
    #[must_use]
    pub fn buttons(&self) -> Vec<Button> {
        let mut buttons = vec![Button::Rewind, Button::Pause, Button::Forward];
        if self.captions.is_some() {
            buttons.push(Button::Captions);
        }
        buttons.push(Button::Back);
        buttons
    }

    /// The choices after the end or a failure.
    #[must_use]
    pub fn choices(&self) -> Vec<Choice> {
        match self.state {
            State::Ended if self.next.is_some() => {
                vec![Choice::Next, Choice::Restart, Choice::Back]
            }
            State::Ended => vec![Choice::Restart, Choice::Back],
            State::Failed => match self.failure {
                Some(PlayError::Damaged(_) | PlayError::Unsupported(_) | PlayError::NotFound) => {
                    vec![Choice::Back, Choice::Retry]
                }
                _ => vec![Choice::Retry, Choice::Back],
            },
            _ => Vec::new(),
        }
    }

    /// Title of the next programme, which nobody sees who does not choose it.
    #[must_use]
    pub fn next(&self) -> Option<&str> {
        self.next.as_ref().map(|row| row.title.as_str())
    }

    pub(super) fn show_controls(&mut self) {
        self.controls_until = Some(self.ticks_ms + self.controls_ms);
        self.title_until = None;
        self.place_until = None;
    }

    /// Puts the focus on what OK does while no controls are shown.
    pub(super) fn rest(&mut self) {
        self.focus_button(Button::Pause);
    }

    pub(super) fn focus_button(&mut self, button: Button) {
        let at = self.buttons().iter().position(|one| *one == button);
        self.focus.focus_item(BUTTONS, at.unwrap_or_default());
    }

    /// Somebody has moved it: where it is now is shown for a while.
    pub(super) fn show_place(&mut self) {
        self.title_until = None;
        if !self.shows_controls() {
            self.place_until = Some(self.ticks_ms + PLACE_MS);
        }
    }

    /// Counts what was played since the last time: only going on at about normal speed is playing,
    /// and neither a jump nor a pause is.
    fn count(&mut self, position_ms: i64) {
        if self.state != State::Playing {
            self.break_off();
            return;
        }
        match self.counted_ms {
            Some(from_ms) if (from_ms..=from_ms + LONGEST_STEP_MS).contains(&position_ms) => {
                self.watched_ms += position_ms - from_ms;
            }
            _ => self.break_off(),
        }
        self.counted_ms = Some(position_ms);
    }

    /// It goes on elsewhere: what was played up to here is a part of its own.
    pub(super) fn break_off(&mut self) {
        let watched_ms = std::mem::take(&mut self.watched_ms);
        if let Some(position_ms) = self.counted_ms.take()
            && watched_ms > 0
        {
            self.parts.push((position_ms, watched_ms));
        }
    }

    /// Writes down what was watched and where it is, when it is time or asked. Each report is of one
    /// part without a jump.
    pub(super) fn report(&mut self, now: bool) -> Effects {
        if self.duration_ms <= 0 {
            return Effects::new();
        }
        if now && self.counted_ms != Some(self.position_ms) {
            // Somebody has just jumped here.
            self.break_off();
        }
        let mut parts = std::mem::take(&mut self.parts);
        if self.watched_ms >= REPORT_MS || (now && (self.watched_ms > 0 || self.position_ms > 0)) {
            parts.push((self.position_ms, std::mem::take(&mut self.watched_ms)));
        }
        let mut effects: Effects = parts
            .into_iter()
            .map(|(position_ms, watched_ms)| Effect::Progress {
                id: self.id.clone(),
                position_ms,
                duration_ms: self.duration_ms,
                watched_ms,
            })
            .collect();
        if !effects.is_empty() {
            effects.push(Effect::Remember);
        }
        effects
    }

    /// Leaves, with what was watched written down.
    pub(super) fn leave(&mut self) -> Effects {
        let mut effects = self.report(true);
        effects.push(Effect::Play(Command::Stop));
        effects.push(Effect::Back);
        effects
    }

    /// Goes on to the next programme.
    pub(super) fn go_next(&mut self) -> Effects {
        let Some(next) = self.next.take() else {
            return Effects::new();
        };
        self.scrub = None;
        let mut effects = self.report(true);
        effects.push(Effect::Replace(Route::Player {
            id: next.id,
            position_ms: 0,
        }));
        effects
    }

    /// It must not stay on the screen.
    fn withdraw(&mut self) -> Effects {
        let mut effects = self.report(true);
        effects.push(Effect::Play(Command::Stop));
        self.failure = Some(PlayError::NotFound);
        self.state = State::Failed;
        self.settle();
        effects
    }

    /// Loads it, at a place in ms: what is known of how it played before is over.
    pub(super) fn restart(&mut self, position_ms: i64) -> Effects {
        self.break_off();
        self.state = State::Loading;
        self.failure = None;
        self.slow = false;
        self.scrub = None;
        self.retry_at = None;
        self.position_ms = position_ms;
        self.settle();
        vec![Effect::Load(self.id.clone(), position_ms)]
    }

    /// Goes on where it was as soon as a network that was missed is there: nobody needs to press
    /// anything.
    fn follow_network(&mut self, context: &Context<'_>) -> Effects {
        if !self.waits_for_network() {
            self.cut = false;
            return Effects::new();
        }
        if !context.cache.sync_state().online {
            self.cut = true;
            return Effects::new();
        }
        if std::mem::take(&mut self.cut) {
            self.unreachable = false;
            return self.restart(self.position_ms);
        }
        Effects::new()
    }

    /// Moves the focus to what can be chosen in this state: the controls, or after the end and
    /// after a failure, when they are not shown, the choices.
    fn settle(&mut self) {
        let choices = self.choices();
        let choices = choices.iter().map(|choice| choice.key());
        if choices.len() > 0 {
            self.focus.set_items(CHOICES, choices);
            if self.focus.zone() != CHOICES {
                self.focus.focus_item(CHOICES, 0);
            }
            self.focus.set_items(BUTTONS, [] as [&str; 0]);
        } else {
            let buttons = self.buttons();
            let buttons = buttons.iter().map(|button| format!("{button:?}"));
            self.focus.set_items(BUTTONS, buttons);
            if self.focus.zone() == CHOICES {
                self.rest();
            }
            self.focus.set_items(CHOICES, choices);
        }
    }

    fn read(&mut self, context: &Context<'_>) {
        let row = context.cache.programme_row(&self.id);
        self.withdrawn = self.loaded && row.is_none() && !self.title.is_empty();
        if let Some(row) = row {
            self.title = row.title;
            self.office = row.organization;
            if self.duration_ms == 0 {
                self.duration_ms = row.duration_ms;
            }
        }
        self.next = context.cache.next_programme(&self.id);
        self.controls_ms = if context.metrics.body > 45.0 {
            CONTROLS_LARGE_MS
        } else {
            CONTROLS_MS
        };
        self.settle();
    }

    fn on_player(&mut self, event: &Event) -> Effects {
        let mut effects = Effects::new();
        match event {
            // Stopped for another source; this one still is where it was left.
            Event::State(State::Idle) => {}
            Event::State(state) => {
                let before = self.state;
                if before == State::Playing && *state != State::Playing {
                    // Written down on every pause and stall: nothing watched is lost.
                    effects = self.report(true);
                }
                self.state = *state;
                if !matches!(state, State::Loading | State::Buffering(_)) {
                    self.slow = false;
                }
                if *state == State::Playing && before != State::Playing {
                    self.counted_ms = Some(self.position_ms);
                    match before {
                        State::Paused => self.show_controls(),
                        State::Loading => self.title_until = Some(self.ticks_ms + TITLE_MS),
                        _ => {}
                    }
                }
                if *state == State::Ended {
                    self.position_ms = self.duration_ms;
                    effects.extend(self.report(true));
                }
                self.settle();
            }
            Event::Position {
                position_ms,
                duration_ms,
            } => {
                if let Some(duration_ms) = duration_ms.filter(|ms| *ms > 0) {
                    self.duration_ms = duration_ms;
                }
                self.count(*position_ms);
                self.position_ms = *position_ms;
                effects = self.report(false);
            }
            Event::Failed(error) => {
                self.failure = Some(error.clone());
                self.state = State::Failed;
                if self.waits_for_network() {
                    self.retry_at = Some(self.ticks_ms + RETRY_MS);
                }
                self.settle();
            }
            Event::SourceSlow => self.slow = true,
            Event::FrameReady
            | Event::HasAudio(_)
            | Event::LiveWindow { .. }
            | Event::SourceLeft => {}
        }
        effects
    }

    fn on_tick(&mut self, context: &Context<'_>) -> Effects {
        let now = context.ticks_ms;
        if self.volume_until.is_some_and(|at| at <= now) {
            self.volume_until = None;
        }
        if self.controls_until.is_some_and(|at| at <= now) {
            self.controls_until = None;
            if self.focus.zone() == BUTTONS && self.state != State::Paused {
                self.rest();
            }
        }
        if self.title_until.is_some_and(|at| at <= now) {
            self.title_until = None;
        }
        if self.place_until.is_some_and(|at| at <= now) {
            self.place_until = None;
        }
        if let Some((_, at)) = self.scrub
            && at <= now
        {
            return self.commit_scrub();
        }
        if self.retry_at.is_some_and(|at| at <= now) {
            self.retry_at = None;
            if self.waits_for_network() {
                let effects = self.follow_network(context);
                // While the server does not answer there is no sense in it.
                if effects.is_empty() && !self.cut {
                    return self.restart(self.position_ms);
                }
                return effects;
            }
        }
        Effects::new()
    }
}

impl Controller for PlayerScreen {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        self.ticks_ms = context.ticks_ms;
        match input {
            Input::Shown => {
                self.read(context);
                if !self.loaded {
                    self.loaded = true;
                    return self.restart(self.position_ms);
                }
                self.follow_network(context)
            }
            Input::Changed | Input::Resized => {
                self.read(context);
                if self.withdrawn {
                    if !matches!(self.state, State::Ended | State::Failed) {
                        return self.withdraw();
                    }
                    return Effects::new();
                }
                self.follow_network(context)
            }
            Input::Loaded(loaded) => {
                self.captions.clone_from(&loaded.captions);
                self.caption_size = loaded.caption_size;
                self.volume = loaded.volume;
                self.unreachable = loaded.unreachable;
                if loaded.unreachable {
                    self.cut = true;
                    self.failure = Some(PlayError::Network(String::new()));
                    self.state = State::Failed;
                }
                self.settle();
                // Another programme, or a meeting, may have left it off.
                vec![Effect::Play(Command::SetMuted(self.muted))]
            }
            Input::Player(event) => self.on_player(event),
            Input::Tick => self.on_tick(context),
            Input::Key(key, press) => self.on_key(*key, *press, context),
            _ => Effects::new(),
        }
    }

    fn focus(&self) -> &FocusMap {
        &self.focus
    }

    fn focus_mut(&mut self) -> &mut FocusMap {
        &mut self.focus
    }

    /// What may be chosen comes by itself when the programme ends.
    fn phase(&self) -> Phase {
        (u8::from(self.focus.zone() == CHOICES), 0)
    }

    fn route(&self) -> Route {
        let position_ms = if self.state == State::Ended {
            0
        } else {
            self.position_ms
        };
        Route::Player {
            id: self.id.clone(),
            position_ms,
        }
    }

    fn wake_at(&self) -> Option<u64> {
        let controls = self.controls_until.filter(|_| self.state != State::Paused);
        [
            self.volume_until,
            controls,
            self.title_until,
            self.place_until,
            self.scrub.map(|(_, at)| at),
            self.retry_at,
        ]
        .into_iter()
        .flatten()
        .min()
    }

    fn wants_digits(&self) -> bool {
        true
    }

    fn acts_at_once(&self, _: RemoteKey) -> bool {
        true
    }

    fn nature(&self) -> Nature {
        Nature {
            plays: Plays::Programme,
            ..Nature::default()
        }
    }

    /// It moves on with what it plays.
    fn is_at(&self, route: &Route) -> bool {
        matches!(route, Route::Player { id, .. } if *id == self.id)
    }

    /// Just opened: where it was left is where it will go on.
    fn resume_at(&self, cache: &Cache) -> Route {
        let mut route = self.route();
        if let Route::Player { id, position_ms } = &mut route
            && *position_ms == 0
        {
            *position_ms = cache.watch_state(id).map_or(0, |state| state.resume_ms());
        }
        route
    }

    fn is_running(&self) -> bool {
        !matches!(self.state, State::Paused | State::Ended | State::Failed)
    }

    /// Waits for a network, and for nothing else.
    fn waits_for_network(&self) -> bool {
        match self.state {
            State::Reconnecting => true,
            State::Failed => matches!(self.failure, Some(PlayError::Network(_))),
            _ => false,
        }
    }

    /// Writes down what was watched and stops, because another screen takes its place. Shown again it
    /// goes on here, or still is at its end.
    fn park(&mut self, context: &Context<'_>) -> Effects {
        self.ticks_ms = context.ticks_ms;
        let mut effects = self.report(true);
        effects.push(Effect::Play(Command::Stop));
        self.loaded = self.state == State::Ended;
        self.scrub = None;
        effects
    }
}
