//! What the player tests share: a player whose events can be waited for, clips, a web server.
#![allow(dead_code, reason = "each test file uses a part of it")]

pub mod live;
pub mod relay;
pub mod server;
pub mod sound;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use gst::prelude::*;
use media_player::testing::{ClipSpec, make_clip};
use media_player::{
    Command, Event, EventSink, Frame, GstPlayer, Player, Settings, Sound, SoundTap, Source, State,
};

/// Longest wait for anything. Much more than it takes; the box may be busy.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// The real player and what it has said.
pub struct Harness {
    pub player: GstPlayer,
    events: Receiver<Event>,
    /// Everything received so far.
    pub seen: Vec<Event>,
    /// Everything taken so far when `next` takes pictures.
    pub frames: Vec<Frame>,
}

pub const COUNTING: Settings = Settings {
    sound: Sound::Silent,
    skip_late_pictures: false,
};

impl Harness {
    pub fn new() -> Self {
        Self::with(COUNTING)
    }

    pub fn with(settings: Settings) -> Self {
        let (sender, events) = channel();
        let sink: EventSink = Arc::new(move |event| {
            let _ = sender.send(event);
        });
        let player = GstPlayer::with(settings, sink);
        Self {
            player,
            events,
            seen: Vec::new(),
            frames: Vec::new(),
        }
    }

    /// One that lets somebody hear what it plays.
    pub fn listening(settings: Settings, tap: SoundTap) -> Self {
        let (sender, events) = channel();
        let sink: EventSink = Arc::new(move |event| {
            let _ = sender.send(event);
        });
        Self {
            player: GstPlayer::with_sound_tap(settings, sink, tap),
            events,
            seen: Vec::new(),
            frames: Vec::new(),
        }
    }

    pub fn load(&self, uri: &str) {
        self.load_from(uri, 0, false);
    }

    pub fn load_from(&self, uri: &str, start_ms: i64, paused: bool) {
        self.player.send(Command::Load(Source {
            uri: uri.to_owned(),
            bearer: None,
            start_ms,
            paused,
            ..Source::default()
        }));
    }

    /// Loads anything.
    pub fn play(&self, source: Source) {
        self.player.send(Command::Load(source));
    }

    /// Takes pictures and events until one is what the caller waits for.
    pub fn wait_for(&mut self, what: &str, mut found: impl FnMut(&Event) -> bool) -> Event {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(event) = self.events.recv_timeout(left) else {
                panic!(
                    "no {what}; last events: {:?}",
                    &self.seen[self.seen.len().saturating_sub(12)..]
                );
            };
            if event == Event::FrameReady
                && let Some(frame) = self.player.take_frame()
            {
                self.frames.push(frame);
            }
            self.seen.push(event.clone());
            if found(&event) {
                return event;
            }
        }
    }

    pub fn wait_state(&mut self, state: State) {
        self.wait_for(&format!("{state:?}"), |e| *e == Event::State(state));
    }

    pub fn wait_frame(&mut self) -> Frame {
        let before = self.frames.len();
        while self.frames.len() == before {
            self.wait_for("picture", |e| *e == Event::FrameReady);
        }
        self.frames.last().cloned().expect("one was taken")
    }

    /// Waits until a position is told that is this far.
    pub fn wait_position(&mut self, at_least: i64) -> i64 {
        let event = self.wait_for(
            "position",
            |e| matches!(e, Event::Position { position_ms, .. } if *position_ms >= at_least),
        );
        match event {
            Event::Position { position_ms, .. } => position_ms,
            _ => unreachable!("it was a position"),
        }
    }

    pub fn states(&self) -> Vec<State> {
        let state = |e: &Event| match e {
            Event::State(s) => Some(*s),
            _ => None,
        };
        self.seen.iter().filter_map(state).collect()
    }
}

/// A folder with a clip in it, and the clip.
pub fn clip(spec: &ClipSpec, name: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    make_clip(&path, spec).expect("a clip");
    (folder, path)
}

pub fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// Runs a pipeline to its end.
pub fn make(description: &str) {
    gst::init().expect("GStreamer");
    let pipeline = gst::parse::launch(description).expect("a pipeline");
    pipeline.set_state(gst::State::Playing).expect("it starts");
    let bus = pipeline.bus().expect("a bus");
    let wanted = [gst::MessageType::Eos, gst::MessageType::Error];
    let last = bus
        .timed_pop_filtered(
            gst::ClockTime::from_mseconds(PATIENCE.as_millis() as u64),
            &wanted,
        )
        .expect("an end");
    assert_eq!(last.type_(), gst::MessageType::Eos, "{last:?}");
    pipeline.set_state(gst::State::Null).expect("it stops");
}
