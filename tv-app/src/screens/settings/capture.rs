//! Camera and microphone of this TV: chosen, seen, heard and tried.
//!
//! The page shows at once what a choice brings: the picture, and how loud somebody speaks. The
//! router switches the camera off when the page is left, however that happens.

use std::collections::VecDeque;

use media_player::publish::{
    Capture, Device, Devices, PublishCommand, PublishError, PublishEvent, PublishState,
};

use super::{choice, name};
use crate::focus::{Area, FocusMap, Layout, Zone};
use crate::remote::{Press, RemoteKey};
use crate::screens::kit::back;
use crate::screens::kit::grid::Paging;
use crate::screens::{Context, Controller, Effect, Effects, Input, Nature, Route, arrow};

const CAMERAS: &str = "cameras";
const MICROPHONES: &str = "microphones";
const TRY: &str = "try";

/// Trying takes so long: time to say a sentence, in ms.
const TRY_MS: u64 = 6_000;
/// The loudest of so long counts, in ms: people pause.
const HEARD_MS: u64 = 2_000;
/// Softer than these is nothing, or hardly to be understood; louder is distorted. 0 is −60 dBFS
/// and 1 full scale; somebody who speaks to a microphone reaches some −30 to −12 dBFS.
const SILENT: f32 = 0.08;
const SOFT: f32 = 0.35;
const LOUD: f32 = 0.97;

/// What a row offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// A device that is plugged in.
    Device(Device),
    /// What was chosen and is not plugged in.
    Missing(String),
    /// Something made up, where there is no hardware.
    Test,
    /// Nothing.
    Off,
}

/// How loud somebody speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named by what they say")]
pub enum Loudness {
    None,
    Silent,
    Soft,
    Good,
    Loud,
}

impl Loudness {
    /// Of the loudest that was heard, 0 (−60 dBFS) to 1 (full scale).
    #[must_use]
    pub fn of(loudest: Option<f32>) -> Self {
        match loudest {
            None => Self::None,
            Some(level) if level < SILENT => Self::Silent,
            Some(level) if level < SOFT => Self::Soft,
            Some(level) if level < LOUD => Self::Good,
            Some(_) => Self::Loud,
        }
    }
}

/// What is wrong with a camera or microphone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named by what they say")]
pub enum Check {
    Unknown,
    Off,
    Waiting,
    Good,
    Missing,
    Busy,
    Nothing,
    Silent,
    Soft,
    Loud,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Trial {
    None,
    Running { until: u64, loudest: f32 },
    Done(Check, Check),
}

/// One list of the page.
#[derive(Debug, Default)]
struct List {
    rows: Vec<Row>,
    chosen: Option<String>,
    paging: Paging,
}

/// The page of camera and microphone.
pub struct CaptureScreen {
    focus: FocusMap,
    devices: Option<Devices>,
    cameras: List,
    microphones: List,
    state: PublishState,
    failure: Option<PublishError>,
    level: f32,
    heard: VecDeque<(u64, f32)>,
    trial: Trial,
    ticks_ms: u64,
}

impl CaptureScreen {
    /// The page before anything was read.
    #[must_use]
    pub fn new() -> Self {
        Self {
            focus: FocusMap::new(
                CAMERAS,
                vec![
                    back(),
                    Zone::new(CAMERAS, Layout::Column, Area::new(96, 206, 540, 744)),
                    Zone::new(MICROPHONES, Layout::Column, Area::new(690, 206, 540, 744)),
                    Zone::new(TRY, Layout::Row, Area::new(1284, 830, 540, 120)).with_items([TRY]),
                ],
            ),
            devices: None,
            cameras: List::default(),
            microphones: List::default(),
            state: PublishState::Closed,
            failure: None,
            level: 0.0,
            heard: VecDeque::new(),
            trial: Trial::None,
            ticks_ms: 0,
        }
    }

    /// It is still found out what is plugged in.
    #[must_use]
    pub const fn is_looking(&self) -> bool {
        self.devices.is_none()
    }

    /// The cameras in view, how many are above, and how many there are.
    #[must_use]
    pub fn cameras(&self) -> (&[Row], usize, usize) {
        self.cameras.window()
    }

    /// The microphones in view, how many are above, and how many there are.
    #[must_use]
    pub fn microphones(&self) -> (&[Row], usize, usize) {
        self.microphones.window()
    }

    /// Whether this is the camera that was chosen.
    #[must_use]
    pub fn is_camera(&self, row: &Row) -> bool {
        self.cameras.is_chosen(row)
    }

    /// Whether this is the microphone that was chosen.
    #[must_use]
    pub fn is_microphone(&self, row: &Row) -> bool {
        self.microphones.is_chosen(row)
    }

    /// Index of the focused camera among those in view.
    #[must_use]
    pub fn focused_camera(&self) -> Option<usize> {
        let at = self.focus.index_in(CAMERAS)?;
        self.cameras.paging.in_view(at)
    }

    /// Index of the focused microphone among those in view.
    #[must_use]
    pub fn focused_microphone(&self) -> Option<usize> {
        let at = self.focus.index_in(MICROPHONES)?;
        self.microphones.paging.in_view(at)
    }

    /// Whether 试一试 has the focus.
    #[must_use]
    pub fn on_try(&self) -> bool {
        self.focus.zone() == TRY
    }

    /// Whether a camera and a microphone are chosen.
    #[must_use]
    pub fn chosen(&self) -> (bool, bool) {
        (self.cameras.is_any(), self.microphones.is_any())
    }

    /// How loud the microphone is, 0 to 1, and what to say of it.
    #[must_use]
    pub fn level(&self) -> (f32, Loudness) {
        (self.level, Loudness::of(self.loudest()))
    }

    fn loudest(&self) -> Option<f32> {
        self.heard.iter().map(|(_, level)| *level).reduce(f32::max)
    }

    /// It is being tried.
    #[must_use]
    pub const fn is_trying(&self) -> bool {
        matches!(self.trial, Trial::Running { .. })
    }

    /// What trying found out of camera and microphone; what is wrong without trying, too.
    #[must_use]
    pub fn checks(&self) -> (Check, Check) {
        match self.trial {
            Trial::Done(camera, microphone) => (camera, microphone),
            Trial::Running { .. } => (Check::Waiting, Check::Waiting),
            Trial::None if self.failure.is_some() => (self.camera(), self.microphone(None)),
            Trial::None => (Check::Unknown, Check::Unknown),
        }
    }

    /// How the camera is doing.
    fn camera(&self) -> Check {
        if !self.cameras.is_any() {
            return Check::Off;
        }
        match &self.failure {
            Some(PublishError::NoCamera(_)) => Check::Missing,
            Some(PublishError::CameraBusy(_)) => Check::Busy,
            // It was not come to.
            Some(PublishError::NoMicrophone(_)) => Check::Good,
            Some(_) => Check::Nothing,
            None if self.runs() => Check::Good,
            None => Check::Nothing,
        }
    }

    /// How the microphone is doing, with the loudest that was heard of it.
    fn microphone(&self, loudest: Option<f32>) -> Check {
        if !self.microphones.is_any() {
            return Check::Off;
        }
        match &self.failure {
            Some(PublishError::NoMicrophone(_)) => return Check::Missing,
            Some(_) => return Check::Waiting,
            None if !self.runs() => return Check::Nothing,
            None => {}
        }
        match loudest {
            None => Check::Nothing,
            Some(level) if level < SILENT => Check::Silent,
            Some(level) if level < SOFT => Check::Soft,
            Some(level) if level < LOUD => Check::Good,
            Some(_) => Check::Loud,
        }
    }

    const fn runs(&self) -> bool {
        !matches!(
            self.state,
            PublishState::Closed | PublishState::Opening | PublishState::Failed
        )
    }

    /// Switches on what is chosen.
    fn open(&mut self) -> Effects {
        let text = |list: &List| list.chosen.clone().unwrap_or_default();
        let capture = Capture {
            camera: choice::camera(&text(&self.cameras)),
            microphone: choice::microphone(&text(&self.microphones)),
            mirror: true,
        };
        self.failure = None;
        self.heard.clear();
        self.level = 0.0;
        let command = if choice::is_any(&capture) {
            PublishCommand::Open(capture)
        } else {
            PublishCommand::Close
        };
        vec![Effect::Publish(command)]
    }

    fn read(&mut self, context: &Context<'_>) {
        self.cameras.chosen = context.cache.setting(name::CAMERA);
        self.microphones.chosen = context.cache.setting(name::MICROPHONE);
        if let Some(devices) = &self.devices {
            self.cameras.fill(&devices.cameras);
            self.microphones.fill(&devices.microphones);
        }
        for (zone, list) in [
            (CAMERAS, &mut self.cameras),
            (MICROPHONES, &mut self.microphones),
        ] {
            self.focus
                .set_items(zone, list.rows.iter().map(Row::setting));
            let at = self.focus.remembered_in(zone);
            let rows = context.metrics.capture_rows;
            list.paging.set(list.rows.len(), 1, rows, at);
        }
    }

    fn follow(&mut self) {
        for (zone, list) in [
            (CAMERAS, &mut self.cameras),
            (MICROPHONES, &mut self.microphones),
        ] {
            list.paging.follow(self.focus.remembered_in(zone));
        }
    }

    fn choose(&mut self, context: &Context<'_>) -> Effects {
        let at = self.focus.index();
        let (setting, list) = match self.focus.zone() {
            CAMERAS => (name::CAMERA, &mut self.cameras),
            MICROPHONES => (name::MICROPHONE, &mut self.microphones),
            TRY => return self.try_out(context),
            _ => return vec![Effect::Back],
        };
        let Some(row) = list.rows.get(at) else {
            return Effects::new();
        };
        if list.is_chosen(row) {
            return Effects::new();
        }
        let chosen = row.setting();
        list.chosen = Some(chosen.clone());
        self.trial = Trial::None;
        let mut effects = vec![Effect::Setting(setting, chosen)];
        effects.extend(self.open());
        effects
    }

    fn try_out(&mut self, context: &Context<'_>) -> Effects {
        self.trial = Trial::Running {
            until: context.ticks_ms + TRY_MS,
            loudest: 0.0,
        };
        let mut effects = vec![Effect::AskDevices];
        // From the beginning, so that what was unplugged or in use is seen as it is now.
        effects.push(Effect::Publish(PublishCommand::Close));
        effects.extend(self.open());
        effects
    }

    fn on_publisher(&mut self, event: &PublishEvent) {
        match event {
            PublishEvent::State(state) => {
                self.state = *state;
                if self.runs() {
                    self.failure = None;
                } else {
                    self.level = 0.0;
                    self.heard.clear();
                }
            }
            PublishEvent::Level(level) => {
                self.level = *level;
                let now = self.ticks_ms;
                self.heard.push_back((now, *level));
                self.heard.retain(|(at, _)| at + HEARD_MS > now);
                if let Trial::Running { loudest, .. } = &mut self.trial {
                    *loudest = loudest.max(*level);
                }
            }
            PublishEvent::Failed(error) => self.failure = Some(error.clone()),
            PublishEvent::FrameReady => {}
        }
    }

    fn on_tick(&mut self) {
        if let Trial::Running { until, loudest } = self.trial
            && until <= self.ticks_ms
        {
            let loudest = (!self.heard.is_empty()).then_some(loudest);
            self.trial = Trial::Done(self.camera(), self.microphone(loudest));
        }
    }
}

impl List {
    fn fill(&mut self, devices: &[Device]) {
        self.rows = devices.iter().cloned().map(Row::Device).collect();
        let made_up = |text: &str| text == choice::TEST || text.starts_with("test:");
        if let Some(chosen) = &self.chosen
            && chosen != choice::NONE
            && !made_up(chosen)
            && !devices.iter().any(|device| device.id == *chosen)
        {
            self.rows.push(Row::Missing(chosen.clone()));
        }
        if devices.is_empty() || self.chosen.as_deref().is_some_and(made_up) {
            self.rows.push(Row::Test);
        }
        self.rows.push(Row::Off);
    }

    fn is_any(&self) -> bool {
        self.chosen
            .as_deref()
            .is_some_and(|text| text != choice::NONE)
    }

    fn is_chosen(&self, row: &Row) -> bool {
        let Some(chosen) = self.chosen.as_deref() else {
            return false;
        };
        match row {
            Row::Test => chosen == choice::TEST || chosen.starts_with("test:"),
            row => row.setting() == chosen,
        }
    }

    fn window(&self) -> (&[Row], usize, usize) {
        let visible = self.paging.visible();
        let first = visible.start;
        (&self.rows[visible], first, self.rows.len())
    }
}

impl Row {
    /// What is kept when it is chosen.
    fn setting(&self) -> String {
        match self {
            Self::Device(device) => device.id.clone(),
            Self::Missing(id) => id.clone(),
            Self::Test => choice::TEST.to_owned(),
            Self::Off => choice::NONE.to_owned(),
        }
    }
}

impl Default for CaptureScreen {
    fn default() -> Self {
        Self::new()
    }
}

impl Controller for CaptureScreen {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        self.ticks_ms = context.ticks_ms;
        match input {
            Input::Shown => {
                self.read(context);
                let mut effects = vec![Effect::AskDevices];
                effects.extend(self.open());
                return effects;
            }
            Input::Changed | Input::Resized => self.read(context),
            Input::Devices(devices) => {
                self.devices = Some(devices.clone());
                self.read(context);
            }
            Input::Publisher(event) => self.on_publisher(event),
            Input::Tick => self.on_tick(),
            Input::Key(RemoteKey::Ok, Press::Down) => return self.choose(context),
            Input::Key(RemoteKey::Back, Press::Down) => return vec![Effect::Back],
            Input::Key(key, press) => {
                if let Some(direction) = arrow(*key, *press) {
                    self.focus.go(direction);
                    self.follow();
                }
            }
            _ => {}
        }
        Effects::new()
    }

    fn focus(&self) -> &FocusMap {
        &self.focus
    }

    fn focus_mut(&mut self) -> &mut FocusMap {
        &mut self.focus
    }

    fn route(&self) -> Route {
        Route::Capture
    }

    fn wake_at(&self) -> Option<u64> {
        match self.trial {
            Trial::Running { until, .. } => Some(until),
            _ => None,
        }
    }

    fn nature(&self) -> Nature {
        Nature {
            previews: true,
            ..Nature::default()
        }
    }
}

#[cfg(test)]
#[path = "capture_tests.rs"]
mod tests;
