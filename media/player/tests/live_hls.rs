//! Live HLS over HTTP: begins near now, rewinds, comes back.

mod common;

use common::Harness;
use common::live::LivePlaylist;
use common::server::Server;
use media_player::{Command, Event, PlayError, Player, Source, State};

const WINDOW: u32 = 20;

struct Broadcast {
    _playlist: LivePlaylist,
    server: Server,
    folder: tempfile::TempDir,
}

impl Broadcast {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self {
            _playlist: LivePlaylist::start(folder.path(), WINDOW),
            server: Server::new(folder.path().to_owned()),
            folder,
        }
    }

    /// Waits until so many segments have been written.
    fn has_segments(&self, wanted: usize) {
        let playlist = self.folder.path().join("live.m3u8");
        let deadline = std::time::Instant::now() + common::PATIENCE;
        let written = || {
            std::fs::read_to_string(&playlist)
                .map(|text| text.lines().filter(|line| line.ends_with(".ts")).count())
                .unwrap_or_default()
        };
        while written() < wanted {
            assert!(std::time::Instant::now() < deadline, "no segments");
            std::thread::yield_now();
        }
    }

    fn source(&self) -> Source {
        Source::live_hls(self.server.uri("live.m3u8"))
    }
}

fn window(event: &Event) -> Option<(i64, i64)> {
    match event {
        Event::LiveWindow {
            behind_ms,
            window_ms,
        } => Some((*behind_ms, *window_ms)),
        _ => None,
    }
}

/// The newest window, once one fulfils the condition.
fn wait_window(harness: &mut Harness, what: &str, wanted: impl Fn(i64, i64) -> bool) -> (i64, i64) {
    let event = harness.wait_for(what, |e| {
        window(e).is_some_and(|(behind, length)| wanted(behind, length))
    });
    window(&event).expect("it was one")
}

#[test]
fn begins_near_now_rewinds_and_goes_back_to_now() {
    let broadcast = Broadcast::start();
    broadcast.has_segments(12);
    let mut harness = Harness::new();
    harness.play(broadcast.source());
    harness.wait_state(State::Playing);
    let (behind, _) = wait_window(&mut harness, "a window", |_, length| length >= 6_000);
    assert!(behind <= 3_000, "begins {behind} ms behind");
    assert!(harness.seen.contains(&Event::HasAudio(true)));
    let now = harness.wait_position(0);
    let told = harness.seen.iter().any(|e| {
        matches!(
            e,
            Event::Position {
                duration_ms: Some(_),
                ..
            }
        )
    });
    assert!(!told, "what is live has no length");

    let target = now - 6_000;
    harness.player.send(Command::Seek {
        position_ms: target,
    });
    wait_window(&mut harness, "the rewind", |behind, _| behind > 4_000);
    let frame = harness.wait_frame();
    assert!(
        frame.position_ms.abs_diff(target) <= 3_000,
        "{} for {target}",
        frame.position_ms
    );
    // It plays on from there.
    harness.wait_for(
        "going on",
        |e| matches!(e, Event::Position { position_ms, .. } if *position_ms > target + 1_000),
    );
    let (behind, _) = wait_window(&mut harness, "a window", |_, _| true);
    assert!(behind > 3_000, "{behind}");

    harness.player.send(Command::GoLive);
    wait_window(&mut harness, "now", |behind, _| behind < 2_500);
    assert!(harness.wait_frame().position_ms > now);
}

#[test]
fn comes_back_at_now_when_the_network_does() {
    let broadcast = Broadcast::start();
    broadcast.has_segments(6);
    let mut harness = Harness::new();
    harness.play(broadcast.source());
    let before = harness.wait_position(0);
    broadcast.server.unplug();
    harness.wait_state(State::Reconnecting);
    broadcast.server.plug_in();
    harness.wait_state(State::Playing);
    let frame = harness.wait_frame();
    assert!(
        frame.position_ms > before,
        "{} ≤ {before}",
        frame.position_ms
    );
    let (behind, _) = wait_window(&mut harness, "a window", |_, _| true);
    assert!(behind <= 3_000, "{behind}");
    let failed = harness.seen.iter().any(|e| matches!(e, Event::Failed(_)));
    assert!(!failed);
}

#[test]
fn a_broadcast_that_has_not_begun_is_waited_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::new(folder.path().to_owned());
    let mut harness = Harness::new();
    harness.play(Source::live_hls(server.uri("live.m3u8")));
    harness.wait_state(State::Reconnecting);
    let _playlist = LivePlaylist::start(folder.path(), WINDOW);
    harness.wait_state(State::Playing);
}

#[test]
fn a_refusal_is_final() {
    let broadcast = Broadcast::start();
    broadcast.server.answer_with(403);
    let mut harness = Harness::new();
    harness.play(broadcast.source());
    harness.wait_state(State::Failed);
    assert!(harness.seen.contains(&Event::Failed(PlayError::Forbidden)));
}
