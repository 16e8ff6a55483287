//! What the screen of a meeting knows and shows. Keys are in `keys.rs`, picture and sound in
//! `program.rs`, hand and camera in `station.rs`.

use contract::meeting::{JoinAccess, MediaProtocol, Meeting, MeetingKind, MeetingState, Place};
use media_player::publish::{Capture, PublishError, PublishState};
use media_player::{Command, Event, State};
use serde_json::{Value, json};

use super::program::{Program, Trouble};
use super::station::{Participation, Station};
use crate::client::JoinFailure;
use crate::focus::{Area, FocusMap, Layout, Zone};
use crate::remote::RemoteKey;
use crate::screens::settings::name;
use crate::screens::{
    Attended, Context, Controller, Effect, Effects, Input, Interruption, Nature, Phase, Plays,
    Route, types,
};

/// The line that shows how far behind an HLS viewer is, and moves there.
pub(super) const BAR: &str = "bar";
/// The buttons below it.
pub(super) const BUTTONS: &str = "buttons";
/// What can be chosen when the meeting is not on the screen, or when one wants to leave.
pub(super) const CHOICES: &str = "choices";

/// Controls hide after so long without a key (UX), in ms.
pub(super) const CONTROLS_MS: u64 = 5_000;
/// In large text they stay longer (UX: elder mode), in ms.
const CONTROLS_LARGE_MS: u64 = 10_000;
/// Loudness when nobody has changed it.
const VOLUME: u8 = 60;
/// So many buttons have room beside the picture.
const STACKED: usize = 4;
/// A way in that takes longer offers to try again, in ms (UX).
const SLOW_MS: u64 = 10_000;

/// Where the screen is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// On the way into the meeting.
    Joining,
    /// In it.
    Joined,
    /// It cannot be joined.
    Failed(JoinFailure),
    /// It has not begun.
    Before,
    /// It is over.
    Over,
}

/// A button of the controls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named by what they do")]
pub enum Button {
    Retry,
    TakeBack,
    Hand,
    Microphone,
    SetUp,
    Pause,
    Rewind,
    Forward,
    Live,
    Sound,
    Back,
}

/// A choice where the meeting is not on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named by what they do")]
pub enum Choice {
    Retry,
    Watch,
    Stay,
    Leave,
    Back,
}

/// The screen of one meeting.
pub struct MeetingScreen {
    id: String,
    pub(super) focus: FocusMap,
    meeting: Option<Meeting>,
    step: Step,
    at_station: bool,
    /// A join was asked for.
    asked: bool,
    joining_since: u64,
    pub(super) program: Program,
    pub(super) station: Station,
    pub(super) leaving: bool,
    /// What could be chosen, whether it could be rewound and whether it was stuck, when the focus was
    /// looked after last.
    settled: (Vec<Choice>, bool, bool),
    pub(super) volume: u8,
    pub(super) muted: bool,
    pub(super) volume_until: Option<u64>,
    pub(super) controls_until: Option<u64>,
    pub(super) ticks_ms: u64,
    controls_ms: u64,
}

impl MeetingScreen {
    /// The meeting with this id.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            focus: FocusMap::new(
                CHOICES,
                vec![
                    Zone::new(BAR, Layout::Row, Area::new(96, 700, 1728, 100)),
                    Zone::new(BUTTONS, Layout::Row, Area::new(96, 900, 1728, 120)),
                    Zone::new(CHOICES, Layout::Column, Area::new(580, 400, 760, 400)),
                ],
            ),
            meeting: None,
            step: Step::Joining,
            at_station: false,
            asked: false,
            joining_since: 0,
            program: Program::new(id),
            station: Station::new(id),
            leaving: false,
            settled: (Vec::new(), false, false),
            volume: VOLUME,
            muted: false,
            volume_until: None,
            controls_until: None,
            ticks_ms: 0,
            controls_ms: CONTROLS_MS,
        }
    }

    /// What is known of it.
    #[must_use]
    pub const fn meeting(&self) -> Option<&Meeting> {
        self.meeting.as_ref()
    }

    /// Where it is.
    #[must_use]
    pub const fn step(&self) -> Step {
        self.step
    }

    /// The way in takes long.
    #[must_use]
    pub fn is_slow(&self) -> bool {
        self.step == Step::Joining && self.ticks_ms >= self.joining_since + SLOW_MS
    }

    /// How this terminal stands in it.
    #[must_use]
    pub const fn place(&self) -> &Place {
        self.station.place()
    }

    /// Stations speak in it.
    #[must_use]
    pub fn is_conference(&self) -> bool {
        let kind = self.meeting.as_ref().map(|meeting| meeting.kind);
        kind == Some(MeetingKind::Conference)
    }

    /// Where this station stands, for the band on its screen.
    #[must_use]
    pub fn participation(&self) -> Participation {
        if self.step == Step::Joined {
            self.station.participation(self.ticks_ms)
        } else {
            Participation::Watching
        }
    }

    /// Others see or hear this place, or are about to.
    #[must_use]
    pub fn sends(&self) -> bool {
        self.step == Step::Joined && self.station.sends()
    }

    /// It was just called on: said over everything, until a key or 8 s.
    #[must_use]
    pub fn is_told(&self) -> bool {
        self.step == Step::Joined && self.station.is_told()
    }

    /// The own picture is sent from elsewhere, or was refused; one key sends it from here again.
    #[must_use]
    pub fn is_given_up(&self) -> bool {
        self.step == Step::Joined && self.station.is_given_up()
    }

    /// The own microphone is off.
    #[must_use]
    pub const fn is_mic_off(&self) -> bool {
        self.station.mic_off
    }

    /// How loud the microphone is, 0 to 1.
    #[must_use]
    pub const fn level(&self) -> f32 {
        self.station.level()
    }

    /// What is captured.
    #[must_use]
    pub const fn capture(&self) -> &Capture {
        self.station.capture()
    }

    /// What camera and microphone do, and what is wrong with them.
    #[must_use]
    pub fn publisher(&self) -> (PublishState, Option<&PublishError>) {
        (self.station.publisher(), self.station.failure())
    }

    /// What is wrong with the picture.
    #[must_use]
    pub fn trouble(&self) -> Option<Trouble> {
        (self.step == Step::Joined)
            .then(|| self.program.trouble(self.ticks_ms))
            .flatten()
    }

    /// The picture is held on purpose.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.program.is_paused()
    }

    /// Whether it can be paused and rewound.
    #[must_use]
    pub fn can_rewind(&self) -> bool {
        self.program.can_rewind()
    }

    /// By which standard the picture comes, and what the player does.
    #[must_use]
    pub fn player(&self) -> (Option<MediaProtocol>, State) {
        (self.program.protocol(), self.program.state())
    }

    /// How far behind now it is, and how far it can go back, in ms.
    #[must_use]
    pub fn behind(&self) -> Option<(i64, i64)> {
        self.program.behind(self.ticks_ms)
    }

    /// Whether it is asked if they really want to leave.
    #[must_use]
    pub const fn is_leaving(&self) -> bool {
        self.leaving
    }

    /// Loudness and mute, while they are shown.
    #[must_use]
    pub fn volume(&self) -> Option<(u8, bool)> {
        self.volume_until.map(|_| (self.volume, self.muted))
    }

    /// The sound of the television is off.
    #[must_use]
    pub const fn is_muted(&self) -> bool {
        self.muted
    }

    /// Whether the controls are shown: for a while after a key, and always when nothing moves and
    /// something can be done about it.
    #[must_use]
    pub fn shows_controls(&self) -> bool {
        self.step == Step::Joined
            && !self.leaving
            && !self.is_told()
            && (self.controls_until.is_some()
                || self.is_paused()
                || self.is_stuck()
                || self.station.is_given_up())
    }

    fn is_stuck(&self) -> bool {
        self.program.is_stuck(self.ticks_ms)
    }

    /// The buttons.
    #[must_use]
    pub fn buttons(&self) -> Vec<Button> {
        let mut buttons = Vec::new();
        let speaks = self.station.can_speak();
        if self.is_stuck() {
            buttons.push(Button::Retry);
        }
        if self.station.is_given_up() {
            buttons.push(Button::TakeBack);
        }
        if speaks {
            // Who is called on has no hand to raise.
            if !self.place().called && !self.place().on_air {
                buttons.push(Button::Hand);
            }
            buttons.push(Button::Microphone);
        } else if self.lacks_camera() {
            buttons.push(Button::SetUp);
        }
        if self.program.can_rewind() {
            if !speaks {
                buttons.extend([Button::Pause, Button::Rewind, Button::Forward]);
            }
            if self.program.is_behind(self.ticks_ms) {
                buttons.push(Button::Live);
            }
        }
        buttons.extend([Button::Sound, Button::Back]);
        buttons
    }

    /// Whether they stand one below the other, beside picture and mirror: at a station that can speak, unless
    /// there are more, as when something is wrong.
    #[must_use]
    pub fn stacks(&self) -> bool {
        self.station.can_speak() && !self.program.can_rewind() && self.buttons().len() <= STACKED
    }

    /// A station in a conference that nobody can call on, because it has neither camera nor
    /// microphone.
    #[must_use]
    pub fn lacks_camera(&self) -> bool {
        self.step == Step::Joined
            && self.is_conference()
            && self.at_station
            && !self.station.can_speak()
    }

    /// What can be chosen where the meeting is not on the screen.
    #[must_use]
    pub fn choices(&self) -> Vec<Choice> {
        if self.leaving {
            return vec![Choice::Stay, Choice::Leave];
        }
        match self.step {
            Step::Joined => Vec::new(),
            Step::Joining if !self.is_slow() => vec![Choice::Back],
            Step::Joining
            | Step::Failed(JoinFailure::NoNetwork | JoinFailure::Busy | JoinFailure::NotLive) => {
                vec![Choice::Retry, Choice::Back]
            }
            Step::Over if self.recording().is_some() => vec![Choice::Watch, Choice::Back],
            Step::Failed(_) | Step::Before | Step::Over => vec![Choice::Back],
        }
    }

    /// The programme it can be watched again as.
    pub(super) fn recording(&self) -> Option<&str> {
        self.meeting.as_ref()?.programme_id.as_deref()
    }

    /// It does not take place.
    pub(super) fn is_called_off(&self) -> bool {
        let state = self.meeting.as_ref().map(|meeting| meeting.state);
        state == Some(MeetingState::Cancelled)
    }

    pub(super) fn show_controls(&mut self) {
        self.controls_until = Some(self.ticks_ms + self.controls_ms);
    }

    /// Moves the focus to what can be chosen now.
    pub(super) fn settle(&mut self) {
        let choices = self.choices();
        let buttons = if choices.is_empty() {
            self.buttons()
        } else {
            Vec::new()
        };
        let bar = (choices.is_empty() && self.program.can_rewind()).then_some(BAR);
        let stuck = self.is_stuck() || self.station.is_given_up();
        let now = (choices.clone(), bar.is_some(), stuck);
        let is_new = self.settled != now;
        self.settled = now;
        // The question whether to leave has its answers side by side, everything else one below the other.
        let layout = if self.leaving {
            Layout::Row
        } else {
            Layout::Column
        };
        self.focus.set_layout(CHOICES, layout);
        let layout = if self.stacks() {
            Layout::Column
        } else {
            Layout::Row
        };
        self.focus.set_layout(BUTTONS, layout);
        // First what there is, then what there is not: the focus always has somewhere to be.
        self.focus
            .set_items(BUTTONS, buttons.iter().map(|button| format!("{button:?}")));
        self.focus
            .set_items(CHOICES, choices.iter().map(|choice| format!("{choice:?}")));
        self.focus.set_items(BAR, bar);
        // Other things to do: the first of them is what most people want.
        if is_new && choices.is_empty() {
            self.focus_first();
        } else if is_new {
            self.focus.focus_item(CHOICES, 0);
        }
    }

    /// What OK does first: trying again when nothing moves, the hand at a station, the bar where one
    /// can rewind.
    pub(super) fn focus_first(&mut self) {
        let buttons = self.is_stuck() || self.station.can_speak();
        if buttons || !self.focus.focus_zone(BAR) {
            self.focus.focus_item(BUTTONS, 0);
        }
    }

    fn read(&mut self, context: &Context<'_>) -> Effects {
        self.controls_ms = if context.metrics.body > 45.0 {
            CONTROLS_LARGE_MS
        } else {
            CONTROLS_MS
        };
        self.at_station = crate::screens::attendance::kind(context.cache)
            == contract::terminal::TerminalKind::Station;
        let Some(meeting) = context.cache.meeting(&self.id) else {
            return self.end(Step::Failed(JoinFailure::NotFound));
        };
        let state = meeting.state;
        self.meeting = Some(meeting);
        match state {
            MeetingState::Live => self.join(),
            MeetingState::Scheduled => self.end(Step::Before),
            MeetingState::Ended | MeetingState::Cancelled => self.end(Step::Over),
        }
    }

    fn join(&mut self) -> Effects {
        if self.asked {
            return Effects::new();
        }
        self.asked = true;
        self.step = Step::Joining;
        self.joining_since = self.ticks_ms;
        vec![Effect::Join(self.id.clone())]
    }

    /// Not in the meeting any more, or not yet.
    fn end(&mut self, step: Step) -> Effects {
        self.step = step;
        self.leaving = false;
        if !std::mem::take(&mut self.asked) {
            return Effects::new();
        }
        self.program = Program::new(&self.id);
        self.station.end();
        vec![Effect::LeaveMeeting]
    }

    pub(super) fn retry(&mut self) -> Effects {
        self.joining_since = self.ticks_ms;
        if self.step == Step::Joined {
            return self.program.retry(self.ticks_ms);
        }
        self.step = Step::Joining;
        self.asked = true;
        vec![Effect::Retry, Effect::Join(self.id.clone())]
    }

    fn joined(&mut self, access: &JoinAccess, context: &Context<'_>) -> Effects {
        let first = self.step != Step::Joined;
        self.step = Step::Joined;
        self.asked = true;
        let mut effects = Effects::new();
        if first {
            self.volume = context
                .cache
                .setting(name::VOLUME)
                .and_then(|value| value.parse().ok())
                .unwrap_or(VOLUME)
                .min(100);
            effects.push(Effect::Play(Command::SetVolume(self.volume)));
            effects.push(Effect::Play(Command::SetMuted(self.muted)));
        }
        effects.extend(self.program.take(&access.program, self.ticks_ms));
        let conference = self.is_conference();
        effects.extend(self.station.take(
            access.publish.as_ref(),
            &access.place,
            conference,
            context,
        ));
        if first {
            self.show_controls();
        }
        effects
    }

    fn join_failed(&mut self, failure: JoinFailure) -> Effects {
        match (failure, self.step) {
            // The picture goes on as long as it does, and the client goes on trying.
            (JoinFailure::NoNetwork | JoinFailure::Busy, Step::Joined) => Effects::new(),
            (JoinFailure::NoNetwork | JoinFailure::Busy, _) => {
                self.step = Step::Failed(failure);
                Effects::new()
            }
            (JoinFailure::NotLive, Step::Joined) => self.end(Step::Over),
            _ => {
                let effects = self.end(Step::Failed(failure));
                // It is not asked for again by itself.
                self.asked = true;
                effects
            }
        }
    }

    fn place_changed(&mut self, place: &Place) -> Effects {
        let sent = self.station.sends();
        let mut effects = self.station.stand(place, self.ticks_ms);
        if self.station.sends() && !sent {
            // Who speaks must not hear himself seconds later.
            effects.extend(self.program.hurry(self.ticks_ms));
        }
        if self.station.is_told() {
            self.leaving = false;
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
            self.focus_first();
        }
        if self.step != Step::Joined {
            return Effects::new();
        }
        let mut effects = self.station.on_tick(now);
        let online = context.cache.sync_state().online;
        effects.extend(self.program.on_tick(now, online));
        effects
    }

    pub(super) fn leave(&mut self) -> Effects {
        let mut effects = Effects::new();
        if std::mem::take(&mut self.asked) {
            effects.push(Effect::LeaveMeeting);
        }
        effects.push(Effect::Back);
        effects
    }
}

/// The name of a state, in small letters and without its figures.
fn word(state: impl std::fmt::Debug) -> String {
    let name = format!("{state:?}").to_lowercase();
    name.split('(').next().unwrap_or_default().to_owned()
}

impl Controller for MeetingScreen {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        self.ticks_ms = context.ticks_ms;
        let effects = match input {
            Input::Shown => {
                let mut effects = self.read(context);
                if self.step == Step::Joined {
                    effects.extend(self.station.seen_again(context));
                    effects.extend(self.on_tick(context));
                }
                effects
            }
            Input::Changed | Input::Resized => self.read(context),
            Input::Joined(id, access) if *id == self.id => self.joined(access, context),
            Input::JoinFailed(failure) => self.join_failed(*failure),
            Input::Place(id, place) if *id == self.id => self.place_changed(place),
            Input::Player(event) if self.step == Step::Joined => {
                let paused = self.is_paused();
                let effects = self.program.on_player(event, self.ticks_ms);
                if matches!(event, Event::State(State::Playing)) && paused {
                    self.show_controls();
                }
                effects
            }
            Input::Publisher(event) => self.station.on_publisher(event, self.ticks_ms),
            Input::Tick => self.on_tick(context),
            Input::Key(key, press) => self.on_key(*key, *press, context),
            _ => Effects::new(),
        };
        self.settle();
        effects
    }

    fn focus(&self) -> &FocusMap {
        &self.focus
    }

    fn focus_mut(&mut self) -> &mut FocusMap {
        &mut self.focus
    }

    fn route(&self) -> Route {
        Route::Meeting {
            id: self.id.clone(),
        }
    }

    fn wake_at(&self) -> Option<u64> {
        let slow =
            (self.step == Step::Joining && !self.is_slow()).then_some(self.joining_since + SLOW_MS);
        let joined = (self.step == Step::Joined).then(|| {
            let now = self.ticks_ms;
            [self.program.wake_at(now), self.station.wake_at(now)]
        });
        let controls = self.controls_until;
        [self.volume_until, controls, slow]
            .into_iter()
            .chain(joined.into_iter().flatten())
            .flatten()
            .min()
    }

    fn wants_digits(&self) -> bool {
        true
    }

    fn phase(&self) -> Phase {
        let step = match self.step {
            Step::Joining => 0,
            Step::Joined => 1,
            Step::Failed(_) => 2,
            Step::Before => 3,
            Step::Over => 4,
        };
        (step, u8::from(self.leaving) + 2 * u8::from(self.is_told()))
    }

    /// Digits are the hand and the microphone, which a second press takes back.
    fn types(&self, key: RemoteKey) -> bool {
        !matches!(key, RemoteKey::Digit(_)) && types(self, key)
    }

    fn acts_at_once(&self, _: RemoteKey) -> bool {
        true
    }

    fn nature(&self) -> Nature {
        Nature {
            admits: &[Interruption::Call, Interruption::Warning],
            plays: Plays::Meeting,
            ..Nature::default()
        }
    }

    fn attended(&self) -> Option<&dyn Attended> {
        Some(self)
    }
}

impl Attended for MeetingScreen {
    fn id(&self) -> &str {
        &self.id
    }

    fn can_speak(&self) -> bool {
        self.step == Step::Joined && self.station.can_speak()
    }

    fn status(&self) -> Value {
        let (publisher, failure) = self.publisher();
        json!({
            "id": self.id,
            "step": match self.step {
                Step::Joining => "joining",
                Step::Joined => "joined",
                Step::Failed(_) => "failed",
                Step::Before => "before",
                Step::Over => "over",
            },
            "protocol": self.program.protocol(),
            "player": word(self.program.state()),
            "reconnections": self.program.reconnections(),
            "behind_ms": self.behind().map(|(behind, _)| behind),
            "place": self.place(),
            "can_speak": self.can_speak(),
            "publisher": word(publisher),
            "publisher_failure": failure.map(ToString::to_string),
            "microphone_off": self.is_mic_off(),
            "muted": self.muted,
        })
    }
}
