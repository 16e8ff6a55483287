//! The microphone while somebody speaks, and the loudspeaker while they hear it again.

use std::collections::VecDeque;

use media_player::publish::{Devices, Microphone};
use media_player::record::{LONGEST_MS, RecordCommand, RecordError, RecordEvent, Recording};
use media_player::{Command, Event, State};

use crate::screens::settings::{Loudness, choice, name};
use crate::screens::{Context, Effect, Effects};

/// The loudest of so long counts, in ms: people pause.
const HEARD_MS: u64 = 2_000;
/// Less than this is a key pressed twice by mistake, in ms.
const LEAST_MS: u32 = 500;
/// A player that says nothing so long after the end is not waited for, in ms.
const LATE_MS: u64 = 15_000;

/// What is going on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Nothing: one chooses.
    #[default]
    Rows,
    /// The microphone is being switched on.
    Opening,
    /// Somebody speaks.
    Recording,
    /// The last of it is on its way.
    Ending,
    /// What was recorded is played.
    Listening,
}

/// What is to be said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Remark {
    /// Nothing.
    #[default]
    None,
    /// There is no microphone.
    NoMicrophone,
    /// Somebody has switched the microphone of this TV off in the settings.
    Off,
    /// Another program has it.
    Busy,
    /// It gives nothing.
    Dead,
    /// Something is wrong with the recorder.
    Failed,
    /// Nobody was heard: nothing was kept.
    Silent,
    /// It is hardly to be understood.
    Soft,
    /// Too short to be anything.
    Short,
    /// The microphone went away; what was said before is kept.
    CutOff,
    /// It was as long as it may be.
    Full,
    /// Something came over it: nothing was kept.
    Interrupted,
    /// It cannot be played here.
    NotPlayed,
    /// Something has to be said first.
    Nothing,
}

/// What the recorder brought.
pub(super) enum Recorded {
    Nothing,
    Voice(Recording),
}

/// See the module.
#[derive(Debug, Default)]
pub struct Session {
    phase: Phase,
    remark: Remark,
    /// It is still found out what is plugged in.
    looking: bool,
    level: f32,
    heard: VecDeque<(u64, f32)>,
    /// How much was recorded or played, in ms.
    length_ms: u32,
    /// Of what is played, in ms.
    whole_ms: u32,
    /// When the player is not waited for any longer, in monotonic ms.
    until: Option<u64>,
}

impl Session {
    /// What is going on.
    #[must_use]
    pub const fn phase(&self) -> Phase {
        self.phase
    }

    /// What is to be said.
    #[must_use]
    pub const fn remark(&self) -> Remark {
        self.remark
    }

    /// How loud somebody speaks, 0 to 1, and what to say of it.
    #[must_use]
    pub fn level(&self) -> (f32, Loudness) {
        let loudest = self.heard.iter().map(|(_, level)| *level).reduce(f32::max);
        (self.level, Loudness::of(loudest))
    }

    /// How many seconds were recorded or played, and how many there may be or are.
    #[must_use]
    pub const fn seconds(&self) -> (u32, u32) {
        let whole = match self.phase {
            Phase::Listening => self.whole_ms.div_ceil(1_000),
            _ => LONGEST_MS / 1_000,
        };
        (self.length_ms / 1_000, whole)
    }

    pub(super) fn say(&mut self, remark: Remark) {
        self.remark = remark;
    }

    pub(super) const fn wake_at(&self) -> Option<u64> {
        self.until
    }

    fn go(&mut self, phase: Phase) {
        self.phase = phase;
        self.level = 0.0;
        self.heard.clear();
        self.length_ms = 0;
        self.looking = false;
        self.until = None;
    }

    fn back_to_rows(&mut self, remark: Remark) {
        self.go(Phase::Rows);
        self.remark = remark;
    }

    /// Switches the microphone on: the one that was chosen, else the first there is.
    pub(super) fn record(&mut self, context: &Context<'_>) -> Effects {
        self.remark = Remark::None;
        self.go(Phase::Opening);
        match context.cache.setting(name::MICROPHONE) {
            None => {
                self.looking = true;
                vec![Effect::AskDevices]
            }
            Some(chosen) => self.open(choice::microphone(&chosen)),
        }
    }

    fn open(&mut self, microphone: Microphone) -> Effects {
        if microphone == Microphone::None {
            self.back_to_rows(Remark::Off);
            return Effects::new();
        }
        vec![
            Effect::Speak(Vec::new()),
            Effect::Record(RecordCommand::Start(microphone)),
        ]
    }

    /// What is plugged in.
    pub(super) fn found(&mut self, devices: &Devices) -> Effects {
        if !std::mem::take(&mut self.looking) {
            return Effects::new();
        }
        match devices.microphones.first() {
            Some(first) => self.open(Microphone::Device(first.id.clone())),
            None => {
                self.back_to_rows(Remark::NoMicrophone);
                Effects::new()
            }
        }
    }

    /// Plays so many ms of what was recorded.
    pub(super) fn listen(&mut self, whole_ms: u32, context: &Context<'_>) {
        self.remark = Remark::None;
        self.go(Phase::Listening);
        self.whole_ms = whole_ms;
        self.until = Some(context.ticks_ms + u64::from(whole_ms) + LATE_MS);
    }

    /// The key that ends what goes on.
    pub(super) fn stop(&mut self) -> Effects {
        match self.phase {
            Phase::Recording => {
                self.phase = Phase::Ending;
                vec![Effect::Record(RecordCommand::Stop)]
            }
            Phase::Opening | Phase::Listening => self.cancel(),
            Phase::Rows | Phase::Ending => Effects::new(),
        }
    }

    /// Leaves what goes on; nothing of it is kept.
    pub(super) fn cancel(&mut self) -> Effects {
        let effect = match self.phase {
            Phase::Rows => return Effects::new(),
            Phase::Listening => Effect::Play(Command::Stop),
            Phase::Opening | Phase::Recording | Phase::Ending => {
                Effect::Record(RecordCommand::Cancel)
            }
        };
        self.back_to_rows(Remark::None);
        vec![effect]
    }

    /// Something came over it, which has ended what went on.
    pub(super) fn interrupted(&mut self) {
        match self.phase {
            Phase::Rows => {}
            Phase::Listening => self.back_to_rows(Remark::None),
            Phase::Opening | Phase::Recording | Phase::Ending => {
                self.back_to_rows(Remark::Interrupted);
            }
        }
    }

    pub(super) fn tick(&mut self, context: &Context<'_>) -> Effects {
        if self.until.is_none_or(|at| context.ticks_ms < at) {
            return Effects::new();
        }
        let effects = self.cancel();
        self.remark = Remark::NotPlayed;
        effects
    }

    /// What the player says while something is heard.
    pub(super) fn played(&mut self, event: &Event) -> Effects {
        if self.phase != Phase::Listening {
            return Effects::new();
        }
        match event {
            Event::Position { position_ms, .. } => {
                let played = u32::try_from(*position_ms).unwrap_or(0);
                self.length_ms = played.min(self.whole_ms);
                Effects::new()
            }
            Event::State(State::Ended) => self.cancel(),
            Event::Failed(_) => {
                let effects = self.cancel();
                self.remark = Remark::NotPlayed;
                effects
            }
            _ => Effects::new(),
        }
    }

    /// What the recorder says while somebody speaks.
    pub(super) fn recorded(&mut self, event: &RecordEvent, context: &Context<'_>) -> Recorded {
        if !matches!(
            self.phase,
            Phase::Opening | Phase::Recording | Phase::Ending
        ) {
            return Recorded::Nothing;
        }
        match event {
            RecordEvent::Started => {
                if self.phase == Phase::Opening {
                    self.go(Phase::Recording);
                }
            }
            RecordEvent::Level { level, length_ms } => {
                self.level = *level;
                self.length_ms = *length_ms;
                let now = context.ticks_ms;
                self.heard.push_back((now, *level));
                self.heard.retain(|(at, _)| at + HEARD_MS > now);
            }
            RecordEvent::Done(recording) => return self.done(recording),
            RecordEvent::Failed(error) => self.back_to_rows(match error {
                RecordError::NothingChosen => Remark::Off,
                RecordError::NoMicrophone(_) => Remark::NoMicrophone,
                RecordError::Busy(_) => Remark::Busy,
                RecordError::Dead => Remark::Dead,
                RecordError::Internal(_) => Remark::Failed,
            }),
        }
        Recorded::Nothing
    }

    fn done(&mut self, recording: &Recording) -> Recorded {
        if recording.length_ms < LEAST_MS {
            self.back_to_rows(Remark::Short);
            return Recorded::Nothing;
        }
        let remark = match Loudness::of(Some(recording.loudest)) {
            // Nobody is to send a minute of nothing and wait for an answer.
            Loudness::None | Loudness::Silent => {
                self.back_to_rows(Remark::Silent);
                return Recorded::Nothing;
            }
            _ if recording.cut_off => Remark::CutOff,
            Loudness::Soft => Remark::Soft,
            _ if recording.length_ms >= LONGEST_MS => Remark::Full,
            Loudness::Good | Loudness::Loud => Remark::None,
        };
        self.back_to_rows(remark);
        Recorded::Voice(recording.clone())
    }
}
