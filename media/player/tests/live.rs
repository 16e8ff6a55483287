//! Publisher → relay → WHEP player, with real media: what is sent arrives, and what breaks comes
//! back.

mod common;

use std::fs;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use common::relay::{Front, TOKEN};
use common::sound::Ear;
use common::{COUNTING, Harness, PATIENCE};
use media_player::publish::{
    Camera, Capture, GstPublisher, Microphone, PublishCommand, PublishError, PublishEvent,
    PublishState, Publisher, TestPattern,
};
use media_player::{Command, Event, Frame, PlayError, Player, Source, State};

/// Red and green far apart, so that colours survive the codec unmistakably.
const COLOUR: u32 = 0x00d0_3030;
const TONE: u32 = 440;

struct Station {
    publisher: GstPublisher,
    events: Receiver<PublishEvent>,
    seen: Vec<PublishEvent>,
}

impl Station {
    fn open(capture: Capture) -> Self {
        let (sender, events) = channel();
        let publisher = GstPublisher::new(Arc::new(move |event| drop(sender.send(event))));
        publisher.send(PublishCommand::Open(capture));
        Self {
            publisher,
            events,
            seen: Vec::new(),
        }
    }

    fn wait_for(&mut self, what: &str, found: impl Fn(&PublishEvent) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(event) = self.events.recv_timeout(left) else {
                panic!("no {what}: {:?}", self.seen);
            };
            let done = found(&event);
            if !matches!(event, PublishEvent::Level(_)) {
                self.seen.push(event);
            }
            if done {
                return;
            }
        }
    }

    fn wait_state(&mut self, state: PublishState) {
        self.wait_for(&format!("{state:?}"), |e| *e == PublishEvent::State(state));
    }

    fn start(&mut self, url: &str) {
        self.publisher.send(PublishCommand::Start {
            url: url.to_owned(),
            bearer: Some(TOKEN.to_owned()),
        });
        self.wait_state(PublishState::Sending);
    }

    /// A station that sends.
    fn on_air(url: &str) -> Self {
        let mut station = Self::open(capture());
        station.wait_state(PublishState::Ready);
        station.start(url);
        station
    }
}

fn capture() -> Capture {
    Capture {
        camera: Camera::Test(TestPattern::Plain(COLOUR)),
        microphone: Microphone::Test(TONE),
        mirror: false,
    }
}

fn watch(url: String) -> Source {
    Source::whep(url, Some(TOKEN.to_owned()))
}

/// Red, green and blue in the middle of a picture.
fn middle(frame: &Frame) -> [u8; 3] {
    let data = (*frame.data).as_ref();
    let at = (frame.height as usize / 2 * frame.width as usize + frame.width as usize / 2) * 3;
    [data[at], data[at + 1], data[at + 2]]
}

fn is_red(frame: &Frame) -> bool {
    let [red, green, blue] = middle(frame);
    red > 150 && green < 100 && blue < 100
}

fn failure(harness: &Harness) -> Option<&PlayError> {
    harness.seen.iter().find_map(|e| match e {
        Event::Failed(error) => Some(error),
        _ => None,
    })
}

#[test]
fn what_is_sent_is_seen_and_heard_and_mute_is_silence() {
    let front = Front::start();
    let station = Station::on_air(&front.whip("a"));
    let ear = Ear::default();
    let mut harness = Harness::listening(COUNTING, ear.tap());
    harness.play(watch(front.whep("a")));
    harness.wait_state(State::Playing);
    let frame = harness.wait_frame();
    assert_eq!((frame.width, frame.height), (1_280, 720));
    assert!(is_red(&frame), "{:?}", middle(&frame));
    // Two seconds of pictures, each newer than the one before.
    while harness.frames.len() < 50 {
        harness.wait_frame();
    }
    assert!(
        harness
            .frames
            .windows(2)
            .all(|w| w[0].position_ms < w[1].position_ms)
    );
    let has_audio = |harness: &Harness| harness.seen.contains(&Event::HasAudio(true));
    if !has_audio(&harness) {
        harness.wait_for("sound", |e| *e == Event::HasAudio(true));
    }
    let [tone, other] = ear.listen([f64::from(TONE), 660.0]);
    assert!((0.1..0.3).contains(&tone), "{tone}");
    assert!(other < 0.01, "{other}");

    station.publisher.send(PublishCommand::SetMuted(true));
    // What was on its way is heard out first.
    let deadline = Instant::now() + PATIENCE;
    while ear.listen([f64::from(TONE)])[0] > 0.001 {
        assert!(Instant::now() < deadline, "mute does not silence");
    }
    harness.wait_frame();
    station.publisher.send(PublishCommand::SetMuted(false));
    while ear.listen([f64::from(TONE)])[0] < 0.1 {
        assert!(Instant::now() < deadline, "sound does not come back");
    }
    assert_eq!(harness.states(), [State::Loading, State::Playing]);
}

#[test]
fn a_relay_that_dies_is_missed_and_a_new_one_found() {
    let front = Front::start();
    let mut station = Station::on_air(&front.whip("a"));
    let mut harness = Harness::new();
    harness.play(watch(front.whep("a")));
    harness.wait_state(State::Playing);
    harness.wait_frame();
    let grave = front.die();
    harness.wait_state(State::Reconnecting);
    station.wait_state(PublishState::Reconnecting);
    assert!(
        station
            .seen
            .iter()
            .any(|e| matches!(e, PublishEvent::Failed(PublishError::Network(_))))
    );
    // The self view goes on without a network.
    while station.publisher.take_frame().is_some() {}
    station.wait_for("self view", |e| *e == PublishEvent::FrameReady);

    let _front = grave.rise();
    station.wait_state(PublishState::Sending);
    let before = harness.frames.len();
    harness.wait_state(State::Playing);
    harness.wait_frame();
    assert!(is_red(&harness.frames[before]));
    assert_eq!(failure(&harness), None);
}

#[test]
fn a_wrong_token_is_final() {
    let front = Front::start();
    let mut harness = Harness::new();
    harness.play(Source::whep(front.whep("a"), Some("wrong".into())));
    harness.wait_state(State::Failed);
    assert_eq!(failure(&harness), Some(&PlayError::Forbidden));

    let mut station = Station::open(capture());
    station.publisher.send(PublishCommand::Start {
        url: front.whip("a"),
        bearer: None,
    });
    station.wait_state(PublishState::Failed);
    assert!(
        station
            .seen
            .iter()
            .any(|e| matches!(e, PublishEvent::Failed(PublishError::Refused(_))))
    );
    // With the right one it goes on.
    station.start(&front.whip("a"));
}

#[test]
fn leaving_tells_the_server() {
    let front = Front::start();
    let mut station = Station::on_air(&front.whip("a"));
    let mut harness = Harness::new();
    harness.play(watch(front.whep("a")));
    harness.wait_state(State::Playing);
    assert_eq!(front.sessions(), (1, 1));
    // Well before the relay's own two minutes without a packet.
    let until = |wanted| {
        let deadline = Instant::now() + Duration::from_secs(60);
        while front.sessions() != wanted {
            assert!(Instant::now() < deadline, "{:?}", front.sessions());
            std::thread::yield_now();
        }
    };
    harness.player.send(Command::Pause);
    harness.wait_state(State::Paused);
    until((1, 0));
    harness.player.send(Command::Play);
    harness.wait_state(State::Playing);
    until((1, 1));
    drop(harness);
    until((1, 0));
    station.publisher.send(PublishCommand::StopSending);
    station.wait_state(PublishState::Ready);
    until((0, 0));
    // The camera stays on, and sending begins again.
    station.start(&front.whip("a"));
    until((1, 0));
    drop(station);
    until((0, 0));
}

#[test]
fn only_a_microphone_and_only_a_camera() {
    let front = Front::start();
    let ear = Ear::default();
    let mut speaking = Station::open(Capture {
        camera: Camera::None,
        ..capture()
    });
    speaking.start(&front.whip("voice"));
    let mut harness = Harness::listening(COUNTING, ear.tap());
    harness.play(watch(front.whep("voice")));
    harness.wait_state(State::Playing);
    assert!(ear.listen([f64::from(TONE)])[0] > 0.1);
    assert!(speaking.publisher.picture().is_none());

    let mut showing = Station::open(Capture {
        microphone: Microphone::None,
        ..capture()
    });
    showing.start(&front.whip("picture"));
    harness.play(watch(front.whep("picture")));
    harness.wait_state(State::Playing);
    assert!(is_red(&harness.wait_frame()));
    harness.wait_for("silence", |e| *e == Event::HasAudio(false));
}

#[test]
fn the_directors_picture_is_a_jpeg_of_now_and_not_mirrored() {
    // White left of yellow and so on: the left edge of the bars is grey, the right one blue.
    let mut station = Station::open(Capture {
        camera: Camera::Test(TestPattern::Bars),
        microphone: Microphone::None,
        mirror: true,
    });
    station.wait_for("self view", |e| *e == PublishEvent::FrameReady);
    let frame = station.publisher.take_frame().expect("a picture");
    let data = (*frame.data).as_ref();
    let left = &data[..3];
    assert!(
        left[2] > 150 && left[0] < 60,
        "blue is left in a mirror: {left:?}"
    );
    let jpeg = station.publisher.picture().expect("a picture");
    let picture = image::load_from_memory(&jpeg).expect("a JPEG").to_rgb8();
    assert_eq!(picture.dimensions(), (320, 180));
    let right = picture.get_pixel(315, 5).0;
    assert!(right[2] > 150 && right[0] < 60, "blue is right: {right:?}");
}

#[test]
fn a_camera_that_is_not_there_is_said_and_waited_for() {
    let mut station = Station::open(Capture {
        camera: Camera::Device("v4l2src:/dev/video-that-is-not-there".into()),
        ..capture()
    });
    station.wait_state(PublishState::Failed);
    assert!(
        station
            .seen
            .iter()
            .any(|e| matches!(e, PublishEvent::Failed(PublishError::NoCamera(_))))
    );
    // Another one is taken at once.
    station.publisher.send(PublishCommand::Open(capture()));
    station.wait_state(PublishState::Ready);
}

/// Threads and open files of this process.
fn threads_and_files() -> (usize, usize) {
    let count = |path| fs::read_dir(path).expect("Linux").count();
    (count("/proc/self/task"), count("/proc/self/fd"))
}

#[test]
fn twenty_reconnections_leave_nothing_behind() {
    let front = Front::start();
    let _station = Station::on_air(&front.whip("a"));
    let mut harness = Harness::new();
    let mut early = (0, 0);
    for round in 0..20 {
        harness.play(watch(front.whep("a")));
        harness.wait_state(State::Playing);
        harness.wait_frame();
        harness.frames.clear();
        if round == 3 {
            early = threads_and_files();
        }
    }
    // The old ones may take a moment to end; what leaks never does.
    let deadline = Instant::now() + PATIENCE;
    loop {
        let late = threads_and_files();
        if late.0 <= early.0 + 3 && late.1 <= early.1 + 3 && front.sessions() == (1, 1) {
            break;
        }
        assert!(
            Instant::now() < deadline,
            "{early:?} → {late:?}, {:?}",
            front.sessions()
        );
        std::thread::yield_now();
    }
}

/// A spike's sessions died at 15 s without anybody noticing; ICE's other timeouts are at 30 s.
#[test]
fn a_session_lasts_longer_than_every_timeout_of_ice() {
    let front = Front::start();
    let mut station = Station::on_air(&front.whip("a"));
    let mut harness = Harness::new();
    harness.play(watch(front.whep("a")));
    harness.wait_state(State::Playing);
    let begun = harness.wait_position(0);
    while harness.wait_position(begun) < begun + 70_000 {
        harness.frames.clear();
        harness.seen.retain(|e| matches!(e, Event::State(_)));
        station.wait_for("level", |e| matches!(e, PublishEvent::Level(_)));
        station.seen.retain(|e| matches!(e, PublishEvent::State(_)));
    }
    assert_eq!(harness.states(), [State::Loading, State::Playing]);
    assert_eq!(
        station.seen.last(),
        Some(&PublishEvent::State(PublishState::Sending))
    );
    assert_eq!(front.sessions(), (1, 1));
}
