//! One player, one source after another: of what was played before, nothing is left.

mod common;

use common::relay::{Front, TOKEN};
use common::server::Server;
use common::{Harness, clip, uri};
use media_player::publish::{
    Camera, Capture, GstPublisher, Microphone, PublishCommand, PublishEvent, PublishState,
    Publisher, TestPattern,
};
use media_player::testing::{ClipSpec, Container, frame_number};
use media_player::{Command, Event, Player, Source, State};

const FILM: ClipSpec = ClipSpec {
    seconds: 8,
    width: 320,
    height: 180,
    fps: 25,
    video: Some(media_player::testing::VideoCodec::H264),
    audio: Some(media_player::testing::AudioCodec::Aac),
    container: Container::Mp4,
    keyframe_every: 25,
};
/// So much of a broadcast is there: further from its beginning than a player lets a viewer of it
/// fall behind, and far behind the end of every film here.
const BROADCAST_S: u32 = 45;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    File,
    Http,
    HlsOnDemand,
    LiveHls,
    Whep,
}

const KINDS: [Kind; 5] = [
    Kind::File,
    Kind::Http,
    Kind::HlsOnDemand,
    Kind::LiveHls,
    Kind::Whep,
];

/// Something of every kind.
struct World {
    film: (tempfile::TempDir, std::path::PathBuf),
    on_demand: Server,
    broadcast: Server,
    front: Front,
    _folders: [tempfile::TempDir; 2],
    _station: GstPublisher,
}

impl World {
    fn new() -> Self {
        let film = clip(&FILM, "film.mp4");
        let spec = ClipSpec {
            container: Container::Hls,
            ..FILM
        };
        let (hls, _) = clip(&spec, "film.m3u8");
        std::fs::copy(&film.1, hls.path().join("film.mp4")).expect("a copy");
        let on_demand = Server::new(hls.path().to_owned());
        // As the backend serves it; from a server open to all, `uridecodebin3` would play it.
        on_demand.demand("secret");

        let spec = ClipSpec {
            seconds: BROADCAST_S,
            ..spec
        };
        let (live, playlist) = clip(&spec, "live.m3u8");
        // Without its end it is a broadcast that goes on.
        let text = std::fs::read_to_string(&playlist).expect("a playlist");
        assert!(text.contains("#EXT-X-ENDLIST"), "{text}");
        std::fs::write(&playlist, text.replace("#EXT-X-ENDLIST", "")).expect("it is written");
        let broadcast = Server::new(live.path().to_owned());

        let front = Front::start();
        let (sender, events) = std::sync::mpsc::channel();
        let station = GstPublisher::new(std::sync::Arc::new(move |event| drop(sender.send(event))));
        station.send(PublishCommand::Open(Capture {
            camera: Camera::Test(TestPattern::Plain(0x00d0_3030)),
            microphone: Microphone::Test(440),
            mirror: false,
        }));
        let wait = |state| loop {
            let event = events.recv_timeout(common::PATIENCE).expect("an event");
            if event == PublishEvent::State(state) {
                break;
            }
        };
        wait(PublishState::Ready);
        station.send(PublishCommand::Start {
            url: front.whip("a"),
            bearer: Some(TOKEN.to_owned()),
        });
        wait(PublishState::Sending);
        Self {
            film,
            on_demand,
            broadcast,
            front,
            _folders: [hls, live],
            _station: station,
        }
    }

    fn source(&self, kind: Kind) -> Source {
        let with_token = |uri| Source {
            bearer: Some("secret".to_owned()),
            ..Source::programme(uri)
        };
        match kind {
            Kind::File => Source::programme(uri(&self.film.1)),
            Kind::Http => with_token(self.on_demand.uri("film.mp4")),
            Kind::HlsOnDemand => with_token(self.on_demand.uri("film.m3u8")),
            Kind::LiveHls => Source::live_hls(self.broadcast.uri("live.m3u8")),
            Kind::Whep => Source::whep(self.front.whep("a"), Some(TOKEN.to_owned())),
        }
    }
}

/// What was told of the source that was loaded last, from its beginning.
fn told(harness: &Harness) -> &[Event] {
    let left = harness.seen.iter().rposition(|e| *e == Event::SourceLeft);
    &harness.seen[left.expect("something was loaded")..]
}

fn positions(events: &[Event]) -> Vec<(i64, Option<i64>)> {
    let position = |e: &Event| match e {
        Event::Position {
            position_ms,
            duration_ms,
        } => Some((*position_ms, *duration_ms)),
        _ => None,
    };
    events.iter().filter_map(position).collect()
}

/// Loads it and sees that it plays as if nothing had been played before.
fn plays_from_its_beginning(world: &World, harness: &mut Harness, kind: Kind, what: &str) {
    harness.play(world.source(kind));
    harness.wait_for("a beginning", |e| *e == Event::SourceLeft);
    harness.frames.clear();
    let first = harness.wait_frame();
    // A broadcast may be heard before it is seen.
    if !told(harness).contains(&Event::State(State::Playing)) {
        harness.wait_state(State::Playing);
    }
    let begun = harness.wait_position(0);
    let now = harness.wait_position(begun + 800);
    let events = told(harness);
    assert!(
        !events.iter().any(|e| matches!(
            e,
            Event::Failed(_) | Event::State(State::Ended | State::Reconnecting)
        )),
        "{what}: {events:?}"
    );
    let places = positions(events);
    assert!(
        places.is_sorted_by_key(|place| place.0),
        "{what}: {places:?}"
    );
    let windows: Vec<i64> = events
        .iter()
        .filter_map(|e| match e {
            Event::LiveWindow { window_ms, .. } => Some(*window_ms),
            _ => None,
        })
        .collect();
    let length = places.last().expect("it was told").1;
    match kind {
        Kind::File | Kind::Http | Kind::HlsOnDemand => {
            assert!(frame_number(&first).is_some_and(|n| n <= 1), "{what}");
            assert!(now < 6_000, "{what}: {places:?}");
            let length = length.expect("a length");
            assert!(length.abs_diff(8_000) < 500, "{what}: {length}");
            assert!(windows.is_empty(), "{what}: {windows:?}");
        }
        Kind::LiveHls => {
            assert_eq!(length, None, "{what}");
            assert!(
                begun > 30_000,
                "{what}: begins {begun} ms from its beginning"
            );
            assert!(windows.iter().all(|ms| *ms > 30_000), "{what}: {windows:?}");
            assert!(!windows.is_empty(), "{what}");
        }
        Kind::Whep => {
            assert_eq!((length, windows), (None, Vec::new()), "{what}");
            assert_eq!((first.width, first.height), (1_280, 720), "{what}");
        }
    }
}

/// Plays `before` in some way, then every kind of source.
fn every_kind_after(before: Kind) {
    let world = World::new();
    for kind in KINDS {
        for stopped in [false, true] {
            let what = format!("{kind:?} after {before:?}, stopped: {stopped}");
            let mut harness = Harness::new();
            plays_from_its_beginning(&world, &mut harness, before, &what);
            // Off its course, and held.
            harness.player.send(Command::Seek { position_ms: 5_000 });
            harness.player.send(Command::Pause);
            harness.wait_state(State::Paused);
            if stopped {
                harness.player.send(Command::Stop);
                harness.wait_state(State::Idle);
                assert!(
                    harness.player.take_frame().is_none(),
                    "{what}: a picture is left"
                );
            }
            plays_from_its_beginning(&world, &mut harness, kind, &what);
        }
    }
}

#[test]
fn every_kind_after_a_file() {
    every_kind_after(Kind::File);
}

#[test]
fn every_kind_after_http() {
    every_kind_after(Kind::Http);
}

#[test]
fn every_kind_after_hls_on_demand() {
    every_kind_after(Kind::HlsOnDemand);
}

#[test]
fn every_kind_after_live_hls() {
    every_kind_after(Kind::LiveHls);
}

#[test]
fn every_kind_after_whep() {
    every_kind_after(Kind::Whep);
}
