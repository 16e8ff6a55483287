//! One suite, two players: what a screen test sees from the fake one is what a television sees.

mod common;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use common::{COUNTING, PATIENCE, clip, uri};
use media_player::fake::{FakePlayer, Programme};
use media_player::testing::ClipSpec;
use media_player::{Command, Event, GstPlayer, PlayError, Player, Source, State};

/// A player and the way to let its time pass.
struct Subject {
    player: Box<dyn Player>,
    clock: Option<FakePlayer>,
    events: Receiver<Event>,
    seen: Vec<Event>,
}

impl Subject {
    fn until(&mut self, wanted: &dyn Fn(&Event) -> bool) {
        // Ten minutes of the fake's time; real time is bounded by PATIENCE.
        for _ in 0..60_000 {
            let event = match &self.clock {
                Some(clock) => match self.events.try_recv() {
                    Ok(event) => event,
                    Err(_) => {
                        clock.advance(10);
                        continue;
                    }
                },
                None => self
                    .events
                    .recv_timeout(PATIENCE)
                    .expect("an event in time"),
            };
            if event == Event::FrameReady {
                self.player.take_frame();
            }
            self.seen.push(event.clone());
            if wanted(&event) {
                return;
            }
        }
        panic!("it never comes: {:?}", self.seen);
    }

    fn until_state(&mut self, state: State) {
        self.until(&|e| *e == Event::State(state));
    }

    fn load(&self, uri: &str, start_ms: i64, paused: bool) {
        let uri = uri.to_owned();
        let bearer = None;
        self.player.send(Command::Load(Source {
            uri,
            bearer,
            start_ms,
            paused,
            ..Source::default()
        }));
    }

    /// States and what kind of thing went wrong, in order; positions and pictures left out.
    fn story(&self) -> Vec<Event> {
        let told =
            |e: &&Event| matches!(e, Event::State(_) | Event::Failed(_) | Event::HasAudio(_));
        self.seen.iter().filter(told).cloned().collect()
    }
}

const GOOD: ClipSpec = ClipSpec {
    seconds: 3,
    width: 320,
    height: 180,
    fps: 25,
    video: Some(media_player::testing::VideoCodec::H264),
    audio: Some(media_player::testing::AudioCodec::Aac),
    container: media_player::testing::Container::Mp4,
    keyframe_every: 25,
};

/// Runs the scene with both players and returns their stories.
fn both(scene: impl Fn(&mut Subject, &str)) -> (Vec<Event>, Vec<Event>) {
    let (_folder, path) = clip(&GOOD, "a.mp4");
    let (sender, events) = channel();
    let player = GstPlayer::with(COUNTING, Arc::new(move |e| drop(sender.send(e))));
    let mut real = Subject {
        player: Box::new(player),
        clock: None,
        events,
        seen: Vec::new(),
    };
    scene(&mut real, &uri(&path));

    let (sender, events) = channel();
    let player = FakePlayer::new(Arc::new(move |e| drop(sender.send(e))));
    player.script(&uri(&path), Programme::lasting(3_000));
    player.script("file:///nowhere", Programme::failing(PlayError::NotFound));
    let clock = Some(player.clone());
    let mut fake = Subject {
        player: Box::new(player),
        clock,
        events,
        seen: Vec::new(),
    };
    scene(&mut fake, &uri(&path));
    (real.story(), fake.story())
}

fn sorted(mut story: Vec<Event>) -> Vec<String> {
    // Sound may be known before or after the first state; the order of states is what counts.
    story.sort_by_key(|e| matches!(e, Event::HasAudio(_)));
    story.iter().map(|e| format!("{e:?}")).collect()
}

#[test]
fn from_beginning_to_end_and_again() {
    let (real, fake) = both(|subject, uri| {
        subject.load(uri, 0, false);
        subject.until_state(State::Ended);
        subject.player.send(Command::Play);
        subject.until_state(State::Playing);
        subject.player.send(Command::Stop);
        subject.until_state(State::Idle);
    });
    assert_eq!(sorted(real), sorted(fake));
}

#[test]
fn pausing_seeking_and_going_on() {
    let (real, fake) = both(|subject, uri| {
        subject.load(uri, 0, true);
        subject.until_state(State::Paused);
        subject.player.send(Command::Seek { position_ms: 2_000 });
        subject.until(&|e| {
            matches!(
                e,
                Event::Position {
                    position_ms: 2_000,
                    ..
                }
            )
        });
        subject.player.send(Command::Play);
        subject.until_state(State::Playing);
        subject.player.send(Command::SuspendAudioFocus);
        subject.until_state(State::Paused);
        subject.player.send(Command::ReturnAudioFocus);
        subject.until_state(State::Ended);
    });
    assert_eq!(sorted(real), sorted(fake));
}

#[test]
fn beginning_in_the_middle() {
    let (real, fake) = both(|subject, uri| {
        subject.load(uri, 1_500, false);
        subject.until_state(State::Playing);
        subject.until_state(State::Ended);
    });
    assert_eq!(sorted(real), sorted(fake));
}

#[test]
fn what_is_not_there() {
    let (real, fake) = both(|subject, _| {
        subject.load("file:///nowhere", 0, false);
        subject.until_state(State::Failed);
    });
    assert_eq!(sorted(real), sorted(fake));
}
