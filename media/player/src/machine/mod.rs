//! The state machine in front of a pipeline: commands, facts about the pipeline and the time go
//! in; events for the screen and actions for the pipeline come out. It owns no clock, no thread
//! and no GStreamer, so the real player and the fake one share it and its tests need neither.

mod facts;
mod live;

pub(crate) use self::facts::{Action, Fact, Output};
use crate::live::Retry;
use crate::{Command, Event, PlayError, Source, SourceKind, State};

/// No byte and no picture for so long is a lost network (or, for a file, a file that cannot be
/// played), in milliseconds.
pub(crate) const STALL_MS: u64 = 10_000;
/// The same for a file on the disk that can be opened once more.
pub(crate) const FIRST_STALL_MS: u64 = 5_000;
/// How long a lost network is tried again before giving up, in milliseconds.
pub(crate) const GIVE_UP_MS: u64 = 120_000;
/// Playing steadily for so long ends a trouble: the next loss gets the full time again.
const RECOVERED_MS: u64 = 5_000;
/// Time between two position events, in milliseconds.
const POSITION_EVERY_MS: u64 = 400;
/// Waits between attempts to reconnect, in milliseconds; the last one repeats.
const BACK_OFF_MS: [u64; 6] = [500, 1_000, 2_000, 4_000, 8_000, 10_000];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Idle,
    Opening,
    Ready,
    WaitingToReconnect {
        until: u64,
    },
    /// A WHEP source that is not wanted for the moment.
    Left,
    Ended,
    Failed,
}

#[derive(Clone, Copy, Debug)]
struct SeekInFlight {
    target: i64,
    exact: bool,
}

/// A lost network, from the first loss until it has played steadily again.
#[derive(Clone, Copy, Debug)]
struct Trouble {
    since: u64,
    attempts: usize,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Machine {
    phase: Phase,
    source: Option<Source>,
    wants_play: bool,
    suspended: bool,
    buffering: Option<u8>,
    moving: bool,
    told_to_move: bool,
    silent: bool,
    /// A file from which nothing came was opened a second time.
    reopened: bool,
    position_ms: i64,
    duration_ms: Option<i64>,
    has_audio: Option<bool>,
    seek: Option<SeekInFlight>,
    next_seek: Option<i64>,
    reconnecting: bool,
    trouble: Option<Trouble>,
    retry: Retry,
    /// Oldest and newest place of a live stream that can be reached.
    window: Option<(i64, i64)>,
    /// The viewer is behind a live stream on purpose.
    behind_on_purpose: bool,
    ready_since: u64,
    progress_at: u64,
    position_told_at: Option<u64>,
    volume: u8,
    muted: bool,
    shown: State,
    out: Vec<Output>,
}

impl Machine {
    pub(crate) fn new() -> Self {
        Self {
            phase: Phase::Idle,
            source: None,
            wants_play: false,
            suspended: false,
            buffering: None,
            moving: false,
            told_to_move: false,
            silent: false,
            reopened: false,
            position_ms: 0,
            duration_ms: None,
            has_audio: None,
            seek: None,
            next_seek: None,
            reconnecting: false,
            trouble: None,
            retry: Retry::default(),
            window: None,
            behind_on_purpose: false,
            ready_since: 0,
            progress_at: 0,
            position_told_at: None,
            volume: 100,
            muted: false,
            shown: State::Idle,
            out: Vec::new(),
        }
    }

    /// Whether time matters now: without it nothing happens until the next command.
    pub(crate) fn needs_ticks(&self) -> bool {
        !matches!(
            self.phase,
            Phase::Idle | Phase::Left | Phase::Ended | Phase::Failed
        )
    }

    /// A command has come at `now` (milliseconds of any steady clock).
    pub(crate) fn command(&mut self, command: Command, now: u64) -> Vec<Output> {
        match command {
            Command::Prepare => {}
            Command::Load(source) => self.load(source, now),
            Command::Play => self.play(now),
            Command::Pause => {
                self.wants_play = false;
                self.behind_on_purpose = true;
            }
            Command::Seek { position_ms } if self.kind().is_live() => {
                self.rewind_to(position_ms, now);
            }
            Command::Seek { position_ms } => self.seek_to(position_ms, now),
            Command::GoLive => self.go_live(now),
            Command::SetVolume(volume) => {
                self.volume = volume.min(100);
                self.tell_loudness();
            }
            Command::SetMuted(muted) => {
                self.muted = muted;
                self.tell_loudness();
            }
            Command::SuspendAudioFocus => {
                self.suspended = true;
                self.behind_on_purpose = true;
            }
            Command::ReturnAudioFocus => self.suspended = false,
            Command::Stop => self.stop(),
        }
        self.settle(now)
    }

    /// The pipeline has told something at `now`.
    pub(crate) fn fact(&mut self, fact: Fact, now: u64) -> Vec<Output> {
        let open = matches!(self.phase, Phase::Opening | Phase::Ready);
        match fact {
            Fact::Ready if open => self.ready(now),
            Fact::Moving(moving) => self.moving = moving,
            Fact::Buffering(percent) if open => {
                self.progress_at = now;
                self.buffering = (percent < 100).then_some(percent);
            }
            Fact::Position(position) if self.phase == Phase::Ready && self.seek.is_none() => {
                self.position(position, now);
            }
            Fact::Duration(duration) if open => {
                self.duration_ms = duration.filter(|d| *d > 0);
            }
            Fact::HasAudio(has) if open && self.has_audio != Some(has) => {
                self.has_audio = Some(has);
                self.out.push(Output::Event(Event::HasAudio(has)));
            }
            Fact::Window { start_ms, end_ms } if open => self.window = Some((start_ms, end_ms)),
            Fact::Progress => {
                self.progress_at = now;
                if self.kind().is_live() {
                    self.steady(now);
                }
            }
            Fact::SeekRefused if self.seek.is_some() => {
                self.seek = None;
                self.next_seek = None;
                self.tell_position(now);
            }
            Fact::EndOfStream => self.end_of_stream(),
            Fact::SoundLost if open && !self.silent => self.reopen_silently(now),
            Fact::Fault(error) if open && self.kind().is_live() => self.live_fault(error, now),
            Fact::Fault(PlayError::Network(why)) if open && self.is_remote() => {
                self.lose_network(&why, now);
            }
            Fact::Fault(error) if open => self.fail(error),
            // Facts of a pipeline that has already been closed.
            _ => {}
        }
        self.settle(now)
    }

    /// Time has passed. To be called several times a second while [`Self::needs_ticks`].
    pub(crate) fn tick(&mut self, now: u64) -> Vec<Output> {
        match self.phase {
            Phase::WaitingToReconnect { until } => {
                if self
                    .trouble
                    .is_some_and(|t| now.saturating_sub(t.since) >= GIVE_UP_MS)
                {
                    self.fail(PlayError::Network("gave up".into()));
                } else if now >= until {
                    self.open(now);
                }
            }
            Phase::Opening | Phase::Ready => {
                let waiting =
                    self.phase == Phase::Opening || self.seek.is_some() || self.wish_to_move();
                if !waiting {
                    self.progress_at = now;
                } else if now.saturating_sub(self.progress_at) >= self.patience_ms() {
                    if self.kind().is_live() {
                        self.live_fault(PlayError::Network("no data".into()), now);
                    } else if self.is_remote() {
                        self.lose_network("no data", now);
                    } else if !self.reopened {
                        self.reopened = true;
                        self.remember_target();
                        self.close();
                        self.open(now);
                    } else {
                        self.fail(PlayError::Damaged("nothing comes out of it".into()));
                    }
                }
            }
            Phase::Idle | Phase::Left | Phase::Ended | Phase::Failed => {}
        }
        self.settle(now)
    }

    /// How long nothing may come out. A decoder may lose a stream while it opens or seeks
    /// (`uridecodebin3` 1.22 did now and then); a file on the disk is opened once more before it is
    /// called damaged.
    fn patience_ms(&self) -> u64 {
        if let Some(patience) = self.live_patience_ms() {
            patience
        } else if self.is_remote() || self.reopened {
            STALL_MS
        } else {
            FIRST_STALL_MS
        }
    }

    fn load(&mut self, source: Source, now: u64) {
        self.close();
        self.reopened = false;
        self.wants_play = !source.paused;
        self.position_ms = if source.kind.is_live() {
            0
        } else {
            source.start_ms.max(0)
        };
        self.duration_ms = None;
        self.has_audio = None;
        self.next_seek = None;
        self.reconnecting = false;
        self.trouble = None;
        self.retry = Retry::default();
        self.silent = false;
        self.position_told_at = None;
        self.source = Some(source);
        self.open(now);
    }

    fn open(&mut self, now: u64) {
        let Some(mut source) = self.source.clone() else {
            return;
        };
        if source.kind == SourceKind::Whep && !self.wish_to_move() {
            self.phase = Phase::Left;
            self.reconnecting = false;
            return;
        }
        if source.kind.is_live() {
            self.position_ms = 0;
            self.next_seek = None;
            self.window = None;
            self.behind_on_purpose = false;
            self.retry.attempt(now);
        }
        source.start_ms = self.position_ms;
        self.phase = Phase::Opening;
        self.progress_at = now;
        self.moving = false;
        self.told_to_move = false;
        self.buffering = None;
        self.seek = None;
        let hold_pictures = source.start_ms > 0;
        self.act(Action::Open {
            source,
            hold_pictures,
            silent: self.silent,
        });
    }

    fn play(&mut self, now: u64) {
        self.wants_play = true;
        match self.phase {
            Phase::Ended if self.kind().is_live() => {
                self.close();
                self.open(now);
            }
            Phase::Ended => {
                self.phase = Phase::Ready;
                self.start_seek(0, now);
            }
            Phase::Failed => {
                self.trouble = None;
                self.retry = Retry::default();
                self.open(now);
            }
            _ => {}
        }
    }

    fn seek_to(&mut self, position_ms: i64, now: u64) {
        let longest = self.duration_ms.unwrap_or(i64::MAX);
        let target = position_ms.clamp(0, longest);
        match self.phase {
            Phase::Idle | Phase::Left | Phase::Failed => {}
            // There is no pipeline to ask yet; `ready` goes there first.
            Phase::Opening | Phase::WaitingToReconnect { .. } => {
                self.position_ms = target;
                self.next_seek = Some(target);
                self.tell_position(now);
            }
            Phase::Ready if self.seek.is_some() => {
                self.position_ms = target;
                self.next_seek = Some(target);
            }
            Phase::Ready | Phase::Ended => {
                self.phase = Phase::Ready;
                self.start_seek(target, now);
            }
        }
    }

    fn start_seek(&mut self, target: i64, now: u64) {
        self.position_ms = target;
        self.progress_at = now;
        self.seek = Some(SeekInFlight {
            target,
            exact: false,
        });
        self.act(Action::Seek {
            position_ms: target,
            exact: false,
        });
    }

    fn ready(&mut self, now: u64) {
        self.progress_at = now;
        if self.phase == Phase::Opening {
            self.phase = Phase::Ready;
            self.reconnecting = false;
            self.ready_since = now;
            let start = self.next_seek.take().unwrap_or(self.position_ms);
            if start > 0 && !self.kind().is_live() {
                let longest = self.duration_ms.unwrap_or(i64::MAX);
                self.start_seek(start.min(longest), now);
            } else {
                self.tell_position(now);
            }
            return;
        }
        let Some(seek) = self.seek else { return };
        if let Some(next) = self.next_seek.take() {
            if self.kind().is_live() {
                self.start_live_seek(next, now);
                return;
            }
            self.start_seek(next.min(self.duration_ms.unwrap_or(i64::MAX)), now);
        } else if !seek.exact {
            self.seek = Some(SeekInFlight {
                exact: true,
                ..seek
            });
            self.act(Action::Seek {
                position_ms: seek.target,
                exact: true,
            });
        } else {
            self.seek = None;
            self.position_ms = seek.target;
            self.tell_position(now);
        }
    }

    fn position(&mut self, position: i64, now: u64) {
        let longest = self.duration_ms.unwrap_or(i64::MAX);
        let position = position.clamp(0, longest);
        if position != self.position_ms {
            self.progress_at = now;
            self.steady(now);
        }
        self.position_ms = position;
        self.catch_up(now);
        let due = self
            .position_told_at
            .is_none_or(|t| now.saturating_sub(t) >= POSITION_EVERY_MS);
        if due && self.shown == State::Playing {
            self.tell_position(now);
        }
    }

    /// It moves. Doing so for a while ends a trouble.
    fn steady(&mut self, now: u64) {
        if self.phase == Phase::Ready && now.saturating_sub(self.ready_since) >= RECOVERED_MS {
            self.trouble = None;
            self.retry.succeeded();
        }
    }

    fn end_of_stream(&mut self) {
        // While a seek is under way this is the old place's end; the seek flushes it away, and
        // if the new place is the end too, it is told again.
        if self.phase != Phase::Ready || self.seek.is_some() || self.next_seek.is_some() {
            return;
        }
        self.phase = Phase::Ended;
        self.buffering = None;
        self.trouble = None;
        if let Some(duration) = self.duration_ms {
            self.position_ms = duration;
        }
        self.out.push(Output::Event(Event::Position {
            position_ms: self.position_ms,
            duration_ms: self.duration_ms,
        }));
    }

    fn reopen_silently(&mut self, now: u64) {
        self.remember_target();
        self.close();
        self.silent = true;
        self.open(now);
    }

    fn lose_network(&mut self, why: &str, now: u64) {
        self.remember_target();
        self.close();
        let trouble = self.trouble.get_or_insert(Trouble {
            since: now,
            attempts: 0,
        });
        if now.saturating_sub(trouble.since) >= GIVE_UP_MS {
            self.fail(PlayError::Network(why.to_owned()));
            return;
        }
        let wait = BACK_OFF_MS[trouble.attempts.min(BACK_OFF_MS.len() - 1)];
        trouble.attempts += 1;
        self.reconnecting = true;
        self.phase = Phase::WaitingToReconnect { until: now + wait };
    }

    /// A pipeline that goes away in the middle of a seek leaves the viewer's wish behind.
    fn remember_target(&mut self) {
        if let Some(target) = self.next_seek.take().or(self.seek.map(|s| s.target)) {
            self.position_ms = target;
        }
    }

    fn fail(&mut self, error: PlayError) {
        self.remember_target();
        self.close();
        self.reconnecting = false;
        self.phase = Phase::Failed;
        self.out.push(Output::Event(Event::Failed(error)));
    }

    fn stop(&mut self) {
        self.close();
        self.reconnecting = false;
        self.trouble = None;
        self.source = None;
        self.wants_play = false;
        self.next_seek = None;
        self.phase = Phase::Idle;
    }

    fn close(&mut self) {
        let has_pipeline = matches!(self.phase, Phase::Opening | Phase::Ready | Phase::Ended);
        if has_pipeline {
            self.act(Action::Close);
        }
        // Every caller says next what it is instead.
        self.phase = Phase::Idle;
        self.moving = false;
        self.told_to_move = false;
        self.buffering = None;
        self.seek = None;
    }

    fn kind(&self) -> SourceKind {
        self.source
            .as_ref()
            .map_or_else(Default::default, |s| s.kind)
    }

    fn is_remote(&self) -> bool {
        self.source.as_ref().is_some_and(|s| {
            let scheme = s.uri.split(':').next().unwrap_or_default();
            scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
        })
    }

    fn wish_to_move(&self) -> bool {
        self.wants_play && !self.suspended
    }

    fn act(&mut self, action: Action) {
        self.out.push(Output::Action(action));
    }

    fn tell_loudness(&mut self) {
        self.act(Action::Loudness {
            volume: self.volume,
            muted: self.muted,
        });
    }

    fn tell_position(&mut self, now: u64) {
        self.position_told_at = Some(now);
        self.out.push(Output::Event(Event::Position {
            position_ms: self.position_ms,
            duration_ms: self.duration_ms,
        }));
        self.tell_window();
    }

    /// Makes pipeline and screen agree with what is known now, and hands everything out.
    fn settle(&mut self, now: u64) -> Vec<Output> {
        self.leave_or_join(now);
        if self.phase == Phase::Ready {
            let move_it = self.wish_to_move() && self.buffering.is_none();
            if move_it != self.told_to_move {
                self.told_to_move = move_it;
                self.act(Action::SetMoving(move_it));
            }
        }
        let state = self.state();
        if state != self.shown {
            self.shown = state;
            self.out.push(Output::Event(Event::State(state)));
        }
        std::mem::take(&mut self.out)
    }

    fn state(&self) -> State {
        match self.phase {
            Phase::Idle => State::Idle,
            Phase::Ended => State::Ended,
            Phase::Failed => State::Failed,
            Phase::Left => State::Paused,
            Phase::WaitingToReconnect { .. } => State::Reconnecting,
            Phase::Opening if self.reconnecting => State::Reconnecting,
            Phase::Opening => State::Loading,
            // A seek away from the end, or to where it was left, is not over before its picture
            // is there.
            Phase::Ready
                if self.seek.is_some()
                    && matches!(
                        self.shown,
                        State::Ended | State::Loading | State::Reconnecting
                    ) =>
            {
                self.shown
            }
            Phase::Ready => match (self.wish_to_move(), self.buffering, self.moving) {
                (true, Some(percent), _) => State::Buffering(percent),
                (true, None, true) => State::Playing,
                (false, _, false) => State::Paused,
                // On its way: the screen keeps what it has until the pipeline is there.
                _ => self.shown,
            },
        }
    }
}

#[cfg(test)]
mod tests;
