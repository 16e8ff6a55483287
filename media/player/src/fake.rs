//! A player without media, for screen tests. It runs the real player's state machine over a
//! pretended pipeline, on a clock that only [`FakePlayer::advance`] moves.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::machine::{Action, Fact, Machine, Output};
use crate::{
    Command, Event, EventSink, Frame, PictureMemory, PlayError, Player, Statistics, new_memory,
};

/// Resolution of the pretended time, in milliseconds.
const STEP_MS: u64 = 10;
/// Distance of the pretended keyframes, in milliseconds.
const KEYFRAME_MS: i64 = 1_000;

/// A pretended programme.
#[derive(Clone, Debug)]
pub struct Programme {
    /// Length in milliseconds; `None` for a live stream, which never ends.
    pub duration_ms: Option<i64>,
    /// Whether it has sound.
    pub has_audio: bool,
    /// Whether it has a picture.
    pub has_video: bool,
    /// Width of its pictures in pixels.
    pub width: u32,
    /// Height of its pictures in pixels.
    pub height: u32,
    /// Time from one picture to the next, in milliseconds.
    pub frame_ms: i64,
    /// Time from loading to the first picture, in milliseconds.
    pub load_ms: u64,
    /// Time each of the two steps of a seek takes, in milliseconds.
    pub seek_ms: u64,
    /// How far back a live stream without length can be rewound, in milliseconds; `None` if it
    /// cannot.
    pub window_ms: Option<i64>,
    /// What goes wrong, each once, when playing reaches the place (0: on loading).
    pub mishaps: Vec<(i64, Mishap)>,
}

impl Default for Programme {
    /// A minute of picture and sound that plays well.
    fn default() -> Self {
        Self {
            duration_ms: Some(60_000),
            has_audio: true,
            has_video: true,
            width: 320,
            height: 180,
            frame_ms: 40,
            load_ms: 50,
            seek_ms: 20,
            window_ms: None,
            mishaps: Vec::new(),
        }
    }
}

impl Programme {
    /// A programme of this length in milliseconds.
    #[must_use]
    pub fn lasting(duration_ms: i64) -> Self {
        Self {
            duration_ms: Some(duration_ms),
            ..Self::default()
        }
    }

    /// A live stream that can be rewound by so many milliseconds.
    #[must_use]
    pub fn live(window_ms: i64) -> Self {
        Self {
            duration_ms: None,
            window_ms: Some(window_ms),
            ..Self::default()
        }
    }

    /// A programme that cannot be played at all.
    #[must_use]
    pub fn failing(error: PlayError) -> Self {
        Self::default().with(0, Mishap::Fail(error))
    }

    /// Lets something go wrong at a place in milliseconds.
    #[must_use]
    pub fn with(mut self, at_ms: i64, mishap: Mishap) -> Self {
        self.mishaps.push((at_ms, mishap));
        self
    }
}

/// Something that goes wrong with a pretended programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// It cannot go on.
    Fail(PlayError),
    /// The network is slow: buffers for so many milliseconds, from 0 to 100 %.
    Buffer {
        /// How long, in milliseconds.
        for_ms: u64,
    },
    /// The network is gone for so many milliseconds (`http(s)` locations only).
    Offline {
        /// How long, in milliseconds.
        for_ms: u64,
    },
}

/// See the module. Clones are handles to the same player: give one to the code under test and
/// keep one to move the clock.
#[derive(Clone)]
pub struct FakePlayer {
    inner: Arc<Mutex<Inner>>,
    events: EventSink,
}

struct Inner {
    machine: Machine,
    now: u64,
    programmes: HashMap<String, Programme>,
    fallback: Programme,
    /// Made by `Load`, dropped by `Stop`.
    loaded: Option<Loaded>,
    statistics: Statistics,
    commands: Vec<Command>,
    volume: u8,
    muted: bool,
    memory: PictureMemory,
}

/// All that belongs to what is loaded.
#[derive(Default)]
struct Loaded {
    pipe: Option<FakePipeline>,
    offline_until: u64,
    /// Mishaps happen once for a load, not again after reconnecting.
    happened: usize,
    /// The picture that waits to be fetched.
    picture: Option<Picture>,
}

#[derive(Clone, Copy)]
struct Picture {
    position_ms: i64,
    width: u32,
    height: u32,
}

/// The pretended pipeline.
struct FakePipeline {
    programme: Programme,
    opened: bool,
    ready_at: Option<u64>,
    position_ms: i64,
    hold_pictures: bool,
    moving: bool,
    buffering: Option<(u64, u64)>,
    last_picture: Option<i64>,
    ended: bool,
}

impl FakePlayer {
    /// A player with nothing loaded. Any location plays [`Programme::default`] until scripted.
    pub fn new(events: EventSink) -> Self {
        Self {
            inner: Arc::new(Mutex::new(Inner {
                machine: Machine::new(),
                now: 0,
                programmes: HashMap::new(),
                fallback: Programme::default(),
                loaded: None,
                statistics: Statistics::default(),
                commands: Vec::new(),
                volume: 100,
                muted: false,
                memory: new_memory(),
            })),
            events,
        }
    }

    /// Says what is at a location.
    pub fn script(&self, uri: &str, programme: Programme) {
        self.inner
            .lock()
            .programmes
            .insert(uri.to_owned(), programme);
    }

    /// Says what is at every location that is not scripted.
    pub fn script_others(&self, programme: Programme) {
        self.inner.lock().fallback = programme;
    }

    /// Lets `ms` milliseconds pass. Events are sent before this returns.
    pub fn advance(&self, ms: u64) {
        let mut left = ms;
        while left > 0 {
            let step = left.min(STEP_MS);
            left -= step;
            let events = self.inner.lock().step(step);
            // Without the lock, so that the sink may ask this player for the frame.
            events.into_iter().for_each(|event| (self.events)(event));
        }
    }

    /// Every command so far, in order.
    #[must_use]
    pub fn commands(&self) -> Vec<Command> {
        self.inner.lock().commands.clone()
    }

    /// Volume (0–100) and whether the sound is off.
    #[must_use]
    pub fn loudness(&self) -> (u8, bool) {
        let inner = self.inner.lock();
        (inner.volume, inner.muted)
    }
}

impl Player for FakePlayer {
    fn send(&self, command: Command) {
        let events = self.inner.lock().command(command);
        events.into_iter().for_each(|event| (self.events)(event));
    }

    fn paint_into(&self, memory: PictureMemory) {
        self.inner.lock().memory = memory;
    }

    fn take_frame(&self) -> Option<Frame> {
        let (picture, memory) = {
            let mut inner = self.inner.lock();
            let picture = inner.loaded.as_mut()?.picture.take()?;
            inner.statistics.frames += 1;
            (picture, Arc::clone(&inner.memory))
        };
        Some(paint(picture, &memory))
    }

    fn statistics(&self) -> Statistics {
        self.inner.lock().statistics
    }
}

/// One plain colour for each second, so that a screen test sees that the picture changes.
fn paint(picture: Picture, memory: &PictureMemory) -> Frame {
    let second = picture.position_ms / 1_000;
    let channel = |factor: i64| u8::try_from((second * factor + 64) % 192 + 32).unwrap_or(u8::MAX);
    let colour = [channel(47), channel(89), channel(151)];
    let mut pixels = memory(picture.width, picture.height);
    for pixel in (*pixels).as_mut().chunks_exact_mut(3) {
        pixel.copy_from_slice(&colour);
    }
    Frame {
        width: picture.width,
        height: picture.height,
        data: pixels.into(),
        position_ms: picture.position_ms,
    }
}

impl Inner {
    fn command(&mut self, command: Command) -> Vec<Event> {
        self.commands.push(command.clone());
        match &command {
            Command::Load(_) => {
                self.loaded = Some(Loaded::default());
                self.statistics = Statistics::default();
            }
            Command::Stop => self.loaded = None,
            _ => {}
        }
        let outputs = self.machine.command(command, self.now);
        let mut events = Vec::new();
        self.carry_out(outputs, &mut events);
        events
    }

    fn step(&mut self, ms: u64) -> Vec<Event> {
        self.now += ms;
        let mut events = Vec::new();
        for fact in self.run_pipe(ms, &mut events) {
            let outputs = self.machine.fact(fact, self.now);
            self.carry_out(outputs, &mut events);
        }
        if self.machine.needs_ticks() {
            let outputs = self.machine.tick(self.now);
            self.carry_out(outputs, &mut events);
        }
        events
    }

    fn carry_out(&mut self, outputs: Vec<Output>, events: &mut Vec<Event>) {
        for output in outputs {
            match output {
                Output::Event(event) => events.push(event),
                Output::Action(action) => {
                    let answer = self.act(action);
                    if let Some(fact) = answer {
                        let outputs = self.machine.fact(fact, self.now);
                        self.carry_out(outputs, events);
                    }
                }
            }
        }
    }

    fn pipe(&mut self) -> Option<&mut FakePipeline> {
        self.loaded.as_mut()?.pipe.as_mut()
    }

    fn act(&mut self, action: Action) -> Option<Fact> {
        match action {
            Action::Open {
                source,
                hold_pictures,
                ..
            } => {
                let programme = self
                    .programmes
                    .get(&source.uri)
                    .unwrap_or(&self.fallback)
                    .clone();
                let loaded = self.loaded.as_mut()?;
                loaded.pipe = Some(FakePipeline {
                    ready_at: Some(self.now + programme.load_ms),
                    opened: false,
                    // A live stream has been on since the clock began.
                    position_ms: programme.window_ms.map_or(0, |_| live_edge(self.now)),
                    programme,
                    hold_pictures,
                    moving: false,
                    buffering: None,
                    last_picture: None,
                    ended: false,
                });
                None
            }
            Action::Close => {
                self.loaded.as_mut()?.pipe = None;
                None
            }
            Action::SetMoving(moving) => {
                self.pipe()?.moving = moving;
                Some(Fact::Moving(moving))
            }
            Action::Seek { position_ms, exact } => {
                let now = self.now;
                let pipe = self.pipe()?;
                if pipe.programme.duration_ms.is_none() && pipe.programme.window_ms.is_none() {
                    return Some(Fact::SeekRefused);
                }
                pipe.position_ms = if exact {
                    position_ms
                } else {
                    position_ms - position_ms % KEYFRAME_MS
                };
                pipe.ready_at = Some(now + pipe.programme.seek_ms);
                pipe.hold_pictures = false;
                pipe.last_picture = None;
                pipe.ended = false;
                None
            }
            Action::Loudness { volume, muted } => {
                self.volume = volume;
                self.muted = muted;
                None
            }
        }
    }

    fn run_pipe(&mut self, ms: u64, events: &mut Vec<Event>) -> Vec<Fact> {
        let now = self.now;
        let mut facts = Vec::new();
        let Some(Loaded {
            pipe: Some(pipe),
            offline_until,
            happened,
            picture: waiting,
        }) = &mut self.loaded
        else {
            return facts;
        };
        if now < *offline_until {
            facts.push(Fact::Fault(PlayError::Network("offline".into())));
            return facts;
        }
        if let Some((since, until)) = pipe.buffering {
            if now >= until {
                pipe.buffering = None;
                facts.push(Fact::Buffering(100));
            } else {
                let percent = (now - since) * 100 / (until - since);
                facts.push(Fact::Buffering(u8::try_from(percent).unwrap_or(99)));
            }
            return facts;
        }
        if let Some(ready_at) = pipe.ready_at {
            if now < ready_at {
                facts.push(Fact::Progress);
                return facts;
            }
            if !pipe.opened {
                pipe.opened = true;
                facts.push(Fact::Duration(pipe.programme.duration_ms));
                facts.push(Fact::HasAudio(pipe.programme.has_audio));
            }
            pipe.ready_at = None;
            facts.extend(window(pipe, now));
            facts.push(Fact::Ready);
        } else if pipe.moving && !pipe.ended {
            facts.extend(window(pipe, now));
            pipe.position_ms += i64::try_from(ms).unwrap_or(i64::MAX);
            if pipe
                .programme
                .duration_ms
                .is_some_and(|d| pipe.position_ms >= d)
            {
                pipe.ended = true;
                facts.push(Fact::EndOfStream);
            } else {
                facts.push(Fact::Position(pipe.position_ms));
            }
        }
        if let Some((at, mishap)) = pipe.programme.mishaps.get(*happened)
            && pipe.position_ms >= *at
            && !pipe.hold_pictures
        {
            *happened += 1;
            match mishap {
                Mishap::Fail(error) => return vec![Fact::Fault(error.clone())],
                Mishap::Buffer { for_ms } => {
                    pipe.buffering = Some((now, now + (*for_ms).max(1)));
                    facts.push(Fact::Buffering(0));
                }
                Mishap::Offline { for_ms } => {
                    *offline_until = now + for_ms;
                    facts.push(Fact::Fault(PlayError::Network("offline".into())));
                }
            }
        }
        let number = pipe.position_ms / pipe.programme.frame_ms.max(1);
        let shows = pipe.programme.has_video && !pipe.hold_pictures && !pipe.ended;
        if shows && pipe.last_picture != Some(number) {
            pipe.last_picture = Some(number);
            let picture = Picture {
                position_ms: number * pipe.programme.frame_ms.max(1),
                width: pipe.programme.width,
                height: pipe.programme.height,
            };
            if waiting.replace(picture).is_some() {
                self.statistics.dropped += 1;
            } else {
                events.push(Event::FrameReady);
            }
        }
        facts
    }
}

fn live_edge(now: u64) -> i64 {
    i64::try_from(now).unwrap_or(i64::MAX)
}

/// What can be reached of a live stream.
fn window(pipe: &FakePipeline, now: u64) -> Option<Fact> {
    let window_ms = pipe.programme.window_ms?;
    let end_ms = live_edge(now);
    Some(Fact::Window {
        start_ms: (end_ms - window_ms).max(0),
        end_ms,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Source, State};

    type Log = Arc<Mutex<Vec<Event>>>;

    fn player() -> (FakePlayer, Log) {
        let log = Log::default();
        let sink = Arc::clone(&log);
        (FakePlayer::new(Arc::new(move |e| sink.lock().push(e))), log)
    }

    fn load(uri: &str) -> Command {
        let uri = uri.to_owned();
        Command::Load(Source {
            uri,
            bearer: None,
            start_ms: 0,
            paused: false,
            ..Source::default()
        })
    }

    fn states(log: &Log) -> Vec<State> {
        let log = log.lock();
        let state = |e: &Event| match e {
            Event::State(s) => Some(*s),
            _ => None,
        };
        log.iter().filter_map(state).collect()
    }

    #[test]
    fn plays_to_the_end_and_paints_every_frame_once() {
        let (player, log) = player();
        player.script("file:///a", Programme::lasting(2_000));
        player.send(load("file:///a"));
        let mut places = Vec::new();
        for _ in 0..300 {
            player.advance(10);
            places.extend(player.take_frame().map(|f| f.position_ms));
        }
        assert_eq!(states(&log), [State::Loading, State::Playing, State::Ended]);
        assert_eq!(places, (0..50).map(|n| n * 40).collect::<Vec<_>>());
        assert_eq!(
            player.statistics(),
            Statistics {
                frames: 50,
                dropped: 0
            }
        );
    }

    #[test]
    fn goes_on_at_the_same_second_after_the_network_was_gone() {
        let (player, log) = player();
        let uri = "http://tv.example/a.mp4";
        player.script(
            uri,
            Programme::default().with(5_000, Mishap::Offline { for_ms: 3_000 }),
        );
        player.send(load(uri));
        player.advance(6_000);
        assert_eq!(states(&log).last(), Some(&State::Reconnecting));
        player.take_frame();
        while states(&log).last() != Some(&State::Playing) {
            player.advance(10);
        }
        let frame = player.take_frame().expect("a picture");
        assert_eq!(frame.position_ms, 5_000);
    }

    fn behind(log: &Log) -> Option<(i64, i64)> {
        log.lock().iter().rev().find_map(|e| match e {
            Event::LiveWindow {
                behind_ms,
                window_ms,
            } => Some((*behind_ms, *window_ms)),
            _ => None,
        })
    }

    #[test]
    fn a_live_stream_is_rewound_within_its_window_and_goes_back_to_now() {
        let (player, log) = player();
        player.advance(100_000);
        player.script("http://a.m3u8", Programme::live(40_000));
        player.send(Command::Load(Source::live_hls("http://a.m3u8")));
        player.advance(5_000);
        let (late, window) = behind(&log).expect("a window");
        assert!(late < 1_000, "{late}");
        assert_eq!(window, 40_000);
        let rewind = |position_ms| player.send(Command::Seek { position_ms });
        rewind(75_000);
        player.advance(2_000);
        let (late, _) = behind(&log).expect("a window");
        assert!((30_000..31_500).contains(&late), "{late}");
        // Further than the window reaches.
        rewind(0);
        player.advance(2_000);
        let (late, _) = behind(&log).expect("a window");
        assert!((39_000..=40_000).contains(&late), "{late}");
        player.send(Command::GoLive);
        player.advance(2_000);
        assert!(behind(&log).is_some_and(|(late, _)| late < 1_500));
        assert_eq!(states(&log), [State::Loading, State::Playing]);
    }

    #[test]
    fn a_whep_stream_is_left_while_paused_and_comes_back_for_ever() {
        let (player, log) = player();
        player.script_others(Programme {
            duration_ms: None,
            ..Programme::default()
        });
        player.send(Command::Load(Source::whep("http://a/whep", None)));
        player.advance(1_000);
        player.send(Command::Pause);
        assert_eq!(states(&log).last(), Some(&State::Paused));
        player.send(Command::Play);
        assert_eq!(states(&log).last(), Some(&State::Loading));
        player.advance(1_000);
        player.script_others(
            Programme {
                duration_ms: None,
                ..Programme::default()
            }
            .with(0, Mishap::Offline { for_ms: 600_000 }),
        );
        player.send(Command::Load(Source::whep("http://a/whep", None)));
        player.advance(600_000);
        assert_eq!(states(&log).last(), Some(&State::Reconnecting));
        player.advance(5_000);
        assert_eq!(states(&log).last(), Some(&State::Playing));
    }

    #[test]
    fn buffers_and_goes_on() {
        let (player, log) = player();
        player.script(
            "http://a",
            Programme::lasting(3_000).with(1_000, Mishap::Buffer { for_ms: 500 }),
        );
        player.send(load("http://a"));
        player.advance(1_300);
        assert!(matches!(
            states(&log).last(),
            Some(State::Buffering(1..=99))
        ));
        player.advance(5_000);
        assert_eq!(states(&log).last(), Some(&State::Ended));
    }

    #[test]
    fn pictures_that_nobody_takes_are_counted_as_dropped() {
        let (player, log) = player();
        player.send(load("file:///a"));
        player.advance(1_050);
        let ready = log
            .lock()
            .iter()
            .filter(|e| **e == Event::FrameReady)
            .count();
        assert_eq!(ready, 1);
        assert!(player.statistics().dropped >= 20);
    }

    #[test]
    fn a_failing_programme_says_why_before_it_says_failed() {
        let (player, log) = player();
        player.script(
            "file:///a",
            Programme::failing(PlayError::Damaged("x".into())),
        );
        player.send(load("file:///a"));
        player.advance(100);
        let log = log.lock();
        let tail = &log[log.len() - 2..];
        assert_eq!(tail[0], Event::Failed(PlayError::Damaged("x".into())));
        assert_eq!(tail[1], Event::State(State::Failed));
    }

    const FILM: &str = "file:///film";
    const REMOTE: &str = "http://tv/film";
    const LIVE: &str = "http://tv/live.m3u8";
    const WHEP: &str = "http://tv/whep";

    /// One to whom something of every kind, and something of each that goes wrong, can be played.
    fn furnished() -> (FakePlayer, Log) {
        let (player, log) = player();
        player.script(FILM, Programme::lasting(20_000));
        let slow = Mishap::Buffer { for_ms: 700 };
        let gone = Mishap::Offline { for_ms: 2_000 };
        let remote = Programme::lasting(15_000).with(1_000, slow);
        player.script(REMOTE, remote.with(3_000, gone.clone()));
        player.script(LIVE, Programme::live(40_000));
        let broadcast = Programme {
            duration_ms: None,
            ..Programme::default()
        };
        player.script(WHEP, broadcast.with(4_000, gone));
        player.script("file:///damaged", Programme::failing(PlayError::NotFound));
        (player, log)
    }

    fn any_source() -> impl Strategy<Value = Source> {
        let source = prop_oneof![
            (0_i64..20_000).prop_map(|start_ms| Source {
                start_ms,
                ..Source::programme(FILM)
            }),
            Just(Source::programme(REMOTE)),
            Just(Source::programme("file:///damaged")),
            Just(Source::live_hls(LIVE)),
            Just(Source::whep(WHEP, None)),
        ];
        (source, any::<bool>()).prop_map(|(source, paused)| Source { paused, ..source })
    }

    /// A command, and how long nothing is done after it.
    fn step() -> impl Strategy<Value = (Command, u64)> {
        let command = prop_oneof![
            2 => any_source().prop_map(Command::Load),
            2 => (-1_000_i64..120_000).prop_map(|position_ms| Command::Seek { position_ms }),
            1 => Just(Command::Play),
            1 => Just(Command::Pause),
            1 => Just(Command::GoLive),
            1 => Just(Command::Stop),
        ];
        (command, prop_oneof![0_u64..500, 500_u64..9_000])
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        /// After whatever was played, to its end or not, sought, stopped or damaged, a source is
        /// played as by a player that has never played anything.
        #[test]
        fn nothing_of_a_source_is_left_for_the_next(
            before in proptest::collection::vec(step(), 0..12),
            loaded in any_source(),
            after in proptest::collection::vec(step(), 0..8),
        ) {
            let ((old, old_log), (new, new_log)) = (furnished(), furnished());
            old.advance(60_000);
            new.advance(60_000);
            for (command, ms) in before {
                old.send(command);
                old.advance(ms);
                new.advance(ms);
            }
            let first = (Command::Load(loaded), 3_000);
            for (command, ms) in std::iter::once(first).chain(after) {
                for (player, log) in [(&old, &old_log), (&new, &new_log)] {
                    // What was told of the source before is not compared; and what is on the screen
                    // already is not told again.
                    log.lock().clear();
                    player.send(command.clone());
                    player.advance(ms);
                    log.lock().retain(|event| {
                        !matches!(event, Event::State(State::Loading | State::Paused))
                    });
                }
                prop_assert_eq!(&*old_log.lock(), &*new_log.lock());
                prop_assert_eq!(old.statistics(), new.statistics());
                let taken = |player: &FakePlayer| player.take_frame().map(|frame| frame.position_ms);
                prop_assert_eq!(taken(&old), taken(&new));
            }
        }
    }
}
