//! The state machine in front of a pipeline: commands, facts about the pipeline and the time go
//! in; events for the screen and actions for the pipeline come out. It owns no clock, no thread
//! and no GStreamer, so the real player and the fake one share it and its tests need neither.
//!
//! | what | belongs to | in |
//! |---|---|---|
//! | loudness, who has the sound, the state told last | the terminal | [`Machine`] |
//! | everything else: place, length, window, attempts… | what is loaded | [`Playing`] |
//! | a seek under way, the buffer, whether it moves | one pipeline for it | [`playing::PipelineState`] |
//!
//! Each is one value that is replaced as a whole, so nothing of one source can be left for the next.

mod facts;
mod live;
mod playing;
mod turn;

pub(crate) use self::facts::{Action, Fact, Output};
use self::playing::Playing;
use self::turn::Turn;
use crate::{Command, Event, State};

/// See the module.
#[derive(Debug)]
pub(crate) struct Machine {
    /// What is loaded: made by `Load`, dropped by `Stop`.
    playing: Option<Playing>,
    suspended: bool,
    volume: u8,
    muted: bool,
    shown: State,
}

impl Machine {
    pub(crate) fn new() -> Self {
        Self {
            playing: None,
            suspended: false,
            volume: 100,
            muted: false,
            shown: State::Idle,
        }
    }

    /// Whether time matters now: without it nothing happens until the next command.
    pub(crate) fn needs_ticks(&self) -> bool {
        self.playing.as_ref().is_some_and(Playing::needs_ticks)
    }

    /// A command has come at `now` (milliseconds of any steady clock).
    pub(crate) fn command(&mut self, command: Command, now: u64) -> Vec<Output> {
        let mut turn = self.begin(now);
        match command {
            Command::Prepare => {}
            Command::Load(source) => {
                self.leave(&mut turn);
                self.playing = Some(Playing::load(source, &mut turn));
            }
            Command::Stop => self.leave(&mut turn),
            Command::SetVolume(volume) => {
                self.volume = volume.min(100);
                self.tell_loudness(&mut turn);
            }
            Command::SetMuted(muted) => {
                self.muted = muted;
                self.tell_loudness(&mut turn);
            }
            Command::SuspendAudioFocus | Command::ReturnAudioFocus => {
                self.suspended = command == Command::SuspendAudioFocus;
                turn.suspended = self.suspended;
                if let Some(playing) = self.playing.as_mut().filter(|_| self.suspended) {
                    playing.stay_behind();
                }
            }
            Command::Play | Command::Pause | Command::Seek { .. } | Command::GoLive => {
                if let Some(playing) = &mut self.playing {
                    playing.command(&command, &mut turn);
                }
            }
        }
        self.settle(turn)
    }

    /// The pipeline has told something at `now`.
    pub(crate) fn fact(&mut self, fact: Fact, now: u64) -> Vec<Output> {
        let mut turn = self.begin(now);
        if let Some(playing) = &mut self.playing {
            playing.fact(fact, &mut turn);
        }
        self.settle(turn)
    }

    /// Time has passed. To be called several times a second while [`Self::needs_ticks`].
    pub(crate) fn tick(&mut self, now: u64) -> Vec<Output> {
        let mut turn = self.begin(now);
        if let Some(playing) = &mut self.playing {
            playing.tick(&mut turn);
        }
        self.settle(turn)
    }

    fn begin(&self, now: u64) -> Turn {
        Turn {
            now,
            suspended: self.suspended,
            shown: self.shown,
            out: Vec::new(),
        }
    }

    /// Drops what is loaded, with everything that is known of it.
    fn leave(&mut self, turn: &mut Turn) {
        if let Some(mut playing) = self.playing.take() {
            playing.close(turn);
        }
        turn.tell(Event::SourceLeft);
    }

    fn tell_loudness(&self, turn: &mut Turn) {
        turn.act(Action::Loudness {
            volume: self.volume,
            muted: self.muted,
        });
    }

    /// Makes pipeline and screen agree with what is known now, and hands everything out.
    fn settle(&mut self, mut turn: Turn) -> Vec<Output> {
        let state = match &mut self.playing {
            Some(playing) => playing.settle(&mut turn),
            None => State::Idle,
        };
        if state != self.shown {
            self.shown = state;
            turn.tell(Event::State(state));
        }
        turn.out
    }
}

#[cfg(test)]
mod tests;
