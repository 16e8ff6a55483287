//! The real player over HTTP: tokens, refusals, and networks that go and come back.

mod common;

use common::server::Server;
use common::{Harness, clip, make, uri};
use media_player::testing::{ClipSpec, Container, frame_number};
use media_player::{Command, Event, PlayError, Player, Source, State};

fn failure(harness: &Harness) -> Option<&PlayError> {
    harness.seen.iter().find_map(|e| match e {
        Event::Failed(error) => Some(error),
        _ => None,
    })
}

#[test]
fn plays_completely_over_http() {
    for (container, name) in [
        (Container::Mp4, "a.mp4"),
        (Container::Mp4IndexLast, "a.mp4"),
        (Container::Matroska, "a.mkv"),
        (Container::MpegTs, "a.ts"),
        (Container::Hls, "a.m3u8"),
    ] {
        let spec = ClipSpec {
            seconds: 2,
            container,
            ..ClipSpec::default()
        };
        let (folder, _) = clip(&spec, name);
        let server = Server::new(folder.path().to_owned());
        let mut harness = Harness::new();
        harness.load(&server.uri(name));
        harness.wait_state(State::Ended);
        let counted = harness.player.statistics();
        assert_eq!(
            counted.frames + counted.dropped,
            u64::from(spec.frames()),
            "{container:?}"
        );
    }
}

#[test]
fn seeks_over_http() {
    for (container, name) in [(Container::Mp4, "a.mp4"), (Container::Hls, "a.m3u8")] {
        let spec = ClipSpec {
            seconds: 8,
            container,
            ..ClipSpec::default()
        };
        let (folder, _) = clip(&spec, name);
        let server = Server::new(folder.path().to_owned());
        let mut harness = Harness::new();
        harness.load_from(&server.uri(name), 0, true);
        harness.wait_state(State::Paused);
        for target in [6_400, 2_000] {
            harness.player.send(Command::Seek {
                position_ms: target,
            });
            harness.wait_for(
                "the place",
                |e| matches!(e, Event::Position { position_ms, .. } if *position_ms == target),
            );
            let number = frame_number(harness.frames.last().expect("a picture")).expect("a number");
            assert!(
                number.abs_diff(u32::try_from(target / 40).expect("fits")) <= 1,
                "{container:?} {number}"
            );
        }
    }
}

#[test]
fn a_seek_to_the_end_ends_it() {
    for (container, name) in [(Container::Mp4, "a.mp4"), (Container::Matroska, "a.mkv")] {
        let spec = ClipSpec {
            seconds: 12,
            container,
            ..ClipSpec::default()
        };
        let (folder, path) = clip(&spec, name);
        let server = Server::new(folder.path().to_owned());
        for place in [server.uri(name), uri(&path)] {
            // The sound is 21 ms longer than the picture: what lies between is an end too.
            for before_end in [-100, 0, 20, 500, 1_500] {
                seek_to_the_end_and_back(&place, 12_000 - before_end);
            }
        }
    }
}

fn seek_to_the_end_and_back(place: &str, position_ms: i64) {
    let mut harness = Harness::new();
    harness.load_from(place, 5_000, false);
    harness.wait_position(5_400);
    harness.player.send(Command::Seek { position_ms });
    harness.wait_state(State::Ended);
    harness.player.send(Command::Seek { position_ms: 3_000 });
    harness.wait_state(State::Playing);
    harness.wait_for(
        "going on",
        |e| matches!(e, Event::Position { position_ms, .. } if (3_300..9_000).contains(position_ms)),
    );
}

#[test]
fn where_only_sound_is_left_a_seek_plays_it() {
    let folder = tempfile::tempdir().expect("a folder");
    make(&format!(
        "videotestsrc num-buffers=150 ! video/x-raw,width=320,height=180,framerate=25/1 \
         ! x264enc speed-preset=ultrafast key-int-max=25 ! h264parse ! mp4mux name=m faststart=true \
         ! filesink location={}/a.mp4 \
         audiotestsrc num-buffers=563 samplesperbuffer=1024 ! audio/x-raw,rate=48000,channels=2 \
         ! avenc_aac ! aacparse ! m.",
        folder.path().display()
    ));
    let server = Server::new(folder.path().to_owned());
    for paused in [false, true] {
        let mut harness = Harness::new();
        harness.load_from(&server.uri("a.mp4"), 2_000, paused);
        harness.wait_frame();
        harness.player.send(Command::Seek { position_ms: 9_000 });
        harness.player.send(Command::Play);
        assert!(harness.wait_position(9_200) < 10_500);
        harness.wait_state(State::Ended);
        harness.player.send(Command::Seek { position_ms: 3_000 });
        harness.wait_state(State::Playing);
        let shown = harness.frames.len();
        while harness.frames.len() < shown + 5 {
            harness.wait_frame();
        }
    }
}

#[test]
fn the_token_goes_with_every_request() {
    for (container, name) in [(Container::Mp4, "a.mp4"), (Container::Hls, "a.m3u8")] {
        let (folder, _) = clip(
            &ClipSpec {
                seconds: 2,
                container,
                ..ClipSpec::default()
            },
            name,
        );
        let server = Server::new(folder.path().to_owned());
        server.demand("secret");
        let mut harness = Harness::new();
        harness.player.send(Command::Load(Source {
            uri: server.uri(name),
            bearer: Some("secret".into()),
            start_ms: 0,
            paused: false,
            ..Source::default()
        }));
        harness.wait_state(State::Ended);
        assert!(
            server.requests().iter().all(|(_, token)| *token),
            "{:?}",
            server.requests()
        );
    }
}

#[test]
fn refusals_are_told_apart() {
    let (folder, _) = clip(
        &ClipSpec {
            seconds: 1,
            ..ClipSpec::default()
        },
        "a.mp4",
    );
    let server = Server::new(folder.path().to_owned());
    for (status, wanted) in [
        (401, PlayError::Forbidden),
        (403, PlayError::Forbidden),
        (404, PlayError::NotFound),
        (410, PlayError::NotFound),
    ] {
        for name in ["a.mp4", "a.m3u8"] {
            server.answer_with(status);
            let mut harness = Harness::new();
            harness.load(&server.uri(name));
            harness.wait_state(State::Failed);
            assert_eq!(failure(&harness), Some(&wanted), "{status} {name}");
        }
    }
}

#[test]
fn goes_on_at_the_same_second_when_the_network_comes_back() {
    for (container, name) in [(Container::Mp4, "a.mp4"), (Container::Hls, "a.m3u8")] {
        let spec = ClipSpec {
            seconds: 20,
            container,
            ..ClipSpec::default()
        };
        let (folder, _) = clip(&spec, name);
        let server = Server::new(folder.path().to_owned());
        let mut harness = Harness::new();
        harness.load(&server.uri(name));
        harness.wait_position(800);
        server.unplug();
        harness.player.send(Command::Seek {
            position_ms: 15_000,
        });
        harness.wait_state(State::Reconnecting);
        assert!(failure(&harness).is_none());
        server.plug_in();
        let before = harness.frames.len();
        harness.wait_state(State::Playing);
        harness.wait_position(15_300);
        let first = frame_number(&harness.frames[before]).expect("a number");
        assert!((350..=376).contains(&first), "{container:?}: {first}");
    }
}

#[test]
fn a_connection_that_says_nothing_counts_as_lost() {
    let (folder, path) = clip(
        &ClipSpec {
            seconds: 20,
            width: 640,
            height: 360,
            ..ClipSpec::default()
        },
        "a.mp4",
    );
    let size = usize::try_from(std::fs::metadata(&path).expect("the clip").len()).expect("small");
    let server = Server::new(folder.path().to_owned());
    server.stall_after(Some(size / 4));
    let mut harness = Harness::new();
    harness.load(&server.uri("a.mp4"));
    harness.wait_state(State::Reconnecting);
    let held = harness
        .frames
        .last()
        .and_then(frame_number)
        .expect("a picture");
    assert!((50..200).contains(&held), "{held}");
    server.stall_after(None);
    let before = harness.frames.len();
    harness.wait_state(State::Playing);
    harness.wait_frame();
    let next = frame_number(&harness.frames[before]).expect("a number");
    assert!(next.abs_diff(held) <= 25, "{held} → {next}");
}

#[test]
fn a_server_that_is_not_there_yet_is_waited_for() {
    let (folder, _) = clip(
        &ClipSpec {
            seconds: 1,
            ..ClipSpec::default()
        },
        "a.mp4",
    );
    let server = Server::new(folder.path().to_owned());
    server.unplug();
    let mut harness = Harness::new();
    harness.load(&server.uri("a.mp4"));
    harness.wait_state(State::Reconnecting);
    server.plug_in();
    harness.wait_state(State::Ended);
    assert_eq!(failure(&harness), None);
}
