use std::net::UdpSocket;
use std::sync::Arc;
use std::time::Instant;

use media_studio::live::{Restream, RestreamEvent, RestreamSettings, SourceState};
use media_studio::testing::{TestSource, play, tone};
use parking_lot::Mutex;

use crate::ingest::Taken;
use crate::tools::{Log, PATIENCE, RED, small};

/// A port that nobody uses now.
pub fn free_port() -> u16 {
    UdpSocket::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// A source that is sent on.
pub struct Sending {
    pub events: Arc<Log<RestreamEvent>>,
    source: Arc<Mutex<Option<TestSource>>>,
}

impl Drop for Sending {
    fn drop(&mut self) {
        // The source holds the restream, whose events ask the source for keyframes.
        let source = self.source.lock().take();
        drop(source);
    }
}

impl Sending {
    pub fn start(target: &str) -> Self {
        let epoch = Instant::now();
        let events: Arc<Log<RestreamEvent>> = Arc::default();
        let source: Arc<Mutex<Option<TestSource>>> = Arc::default();
        let (log, asked) = (Arc::clone(&events), Arc::clone(&source));
        let settings = RestreamSettings {
            epoch,
            target: target.to_owned(),
        };
        let restream = Restream::start(settings, move |event| {
            if matches!(event, RestreamEvent::KeyframeWanted)
                && let Some(source) = &*asked.lock()
            {
                source.request_keyframe();
            }
            log.add(event);
        })
        .unwrap();
        let started = TestSource::start(&small(epoch, RED, 440.0), move |packet| {
            restream.push(packet);
        })
        .unwrap();
        *source.lock() = Some(started);
        Self { events, source }
    }
}

#[test]
fn a_head_end_decodes_what_comes_by_udp() {
    let target = format!("udp://127.0.0.1:{}", free_port());
    let sending = Sending::start(&target);
    sending.events.wait(0, "an output", |events| {
        events
            .iter()
            .any(|event| matches!(event, RestreamEvent::State(SourceState::Live)))
    });
    // The receiver comes in the middle, as one does.
    let played = play(&target, PATIENCE, |played| {
        played.pictures.len() > 50 && played.sound.len() > 96_000
    })
    .unwrap();
    assert_eq!(played.sizes, [(640, 360)]);
    assert!(tone(&played.sound[48_000..96_000], 48_000, 440.0) > 0.15);
}

#[test]
fn an_output_that_fails_is_tried_again() {
    // A host that does not exist: reserved by RFC 2606.
    let sending = Sending::start("udp://nobody.invalid:9");
    sending.events.wait(0, "two failures", |events| {
        let failures = events
            .iter()
            .filter(|event| matches!(event, RestreamEvent::Failed(_)));
        failures.count() >= 2
    });
}

#[test]
fn a_receiver_that_comes_late_and_again_is_served() {
    let port = free_port();
    let _sending = Sending::start(&format!("srt://127.0.0.1:{port}?mode=caller"));
    for _ in 0..2 {
        let taken = Taken::start(&format!("srt://:{port}?mode=listener"));
        taken.state(0, SourceState::Live);
        taken.sees_and_hears(RED, 440.0);
    }
}

#[test]
fn other_targets_are_refused() {
    for target in ["", "file:///tmp/x", "udp://239.0.0.1", "rtmp://a/b"] {
        let settings = RestreamSettings {
            epoch: Instant::now(),
            target: target.into(),
        };
        assert!(Restream::start(settings, |_| {}).is_err(), "{target}");
    }
}
