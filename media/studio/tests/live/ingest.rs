use std::sync::Arc;
use std::time::Instant;

use gst::prelude::*;
use media_studio::live::{Ingest, IngestEvent, IngestSettings, SourceState};
use media_studio::testing::Viewer;

use crate::restream::{Sending, free_port};
use crate::tools::{GREEN, Log, PATIENCE, RED};

/// A source taken in, and somebody who watches it.
pub struct Taken {
    ingest: Ingest,
    viewer: Arc<Viewer>,
    states: Arc<Log<SourceState>>,
}

impl Taken {
    pub fn start(source: &str) -> Self {
        let epoch = Instant::now();
        let viewer = Arc::new(Viewer::start(epoch).unwrap());
        let states: Arc<Log<SourceState>> = Arc::default();
        let (see, log) = (Arc::clone(&viewer), Arc::clone(&states));
        let settings = IngestSettings {
            epoch,
            source: source.to_owned(),
            resolve: None,
        };
        let ingest = Ingest::start(settings, move |event| match event {
            IngestEvent::Packet(packet) => see.push(&packet),
            IngestEvent::State(state) => log.add(state),
            IngestEvent::Failed(_) => {}
        })
        .unwrap();
        Self {
            ingest,
            viewer,
            states,
        }
    }

    pub fn state(&self, from: usize, wanted: SourceState) {
        self.states.wait(from, &format!("{wanted:?}"), |states| {
            states.contains(&wanted)
        });
    }

    pub fn sees_and_hears(&self, colour: [u8; 3], hz: f64) {
        let seen = self.viewer.wait(PATIENCE, |viewer| {
            viewer
                .picture()
                .is_some_and(|picture| picture.is(picture.width / 2, picture.height / 2, colour))
        });
        assert!(
            seen,
            "{:?}",
            self.viewer
                .picture()
                .map(|p| p.rgb(p.width / 2, p.height / 2))
        );
        self.viewer.forget_sound();
        let heard = self.viewer.wait(PATIENCE, |viewer| viewer.tone(hz) > 0.1);
        assert!(heard, "{} of {hz} Hz", self.viewer.tone(hz));
    }
}

/// An encoder as OBS is one: H.264 and AAC in a transport stream over SRT.
struct Encoder(gst::Pipeline);

impl Encoder {
    fn start(port: u16, colour: [u8; 3], tone: u32, x264: &str) -> Self {
        gst::init().unwrap();
        let [red, green, blue] = colour.map(u32::from);
        let colour = 0xff00_0000 | red << 16 | green << 8 | blue;
        let pipeline = gst::parse::launch(&format!(
            "mpegtsmux name=mux alignment=7 ! srtsink uri=srt://127.0.0.1:{port}?mode=caller wait-for-connection=false sync=false \
             videotestsrc is-live=true pattern=solid-color foreground-color={colour} ! \
             video/x-raw,format=I420,width=640,height=360,framerate=25/1 ! \
             x264enc speed-preset=ultrafast key-int-max=25 {x264} ! h264parse ! queue ! mux. \
             audiotestsrc is-live=true freq={tone} volume=0.2 ! audio/x-raw,rate=48000,channels=2 ! \
             avenc_aac ! aacparse ! queue ! mux."
        ))
        .unwrap()
        .downcast::<gst::Pipeline>()
        .unwrap();
        pipeline.set_state(gst::State::Playing).unwrap();
        Self(pipeline)
    }
}

impl Drop for Encoder {
    fn drop(&mut self) {
        self.0.set_state(gst::State::Null).unwrap();
    }
}

#[test]
fn an_encoder_by_srt_goes_and_comes_back() {
    let port = free_port();
    let taken = Taken::start(&format!("srt://:{port}?mode=listener"));
    let encoder = Encoder::start(
        port,
        RED,
        440,
        "tune=zerolatency ! video/x-h264,profile=baseline",
    );
    taken.state(0, SourceState::Live);
    taken.sees_and_hears(RED, 440.0);
    let from = taken.states.len();
    drop(encoder);
    taken.state(from, SourceState::Interrupted);
    let from = taken.states.len();
    let _encoder = Encoder::start(
        port,
        GREEN,
        660,
        "tune=zerolatency ! video/x-h264,profile=baseline",
    );
    taken.state(from, SourceState::Live);
    taken.sees_and_hears(GREEN, 660.0);
}

#[test]
fn reordered_pictures_are_encoded_again() {
    let port = free_port();
    let taken = Taken::start(&format!("srt://:{port}?mode=listener"));
    let _encoder = Encoder::start(
        port,
        RED,
        440,
        "bframes=3 b-adapt=false ! video/x-h264,profile=high",
    );
    taken.sees_and_hears(RED, 440.0);
    // Decoded in the order they came, none went back in time.
    assert!(taken.viewer.wait_frames(40, PATIENCE));
    let before = taken.viewer.keyframes();
    taken.ingest.request_keyframe();
    assert!(
        taken
            .viewer
            .wait(PATIENCE, |viewer| viewer.keyframes() > before)
    );
}

#[test]
fn our_own_restream_is_taken_in_again() {
    let port = free_port();
    let sending = Sending::start(&format!(
        "srt://:{port}?mode=listener&passphrase=liushugou-2026"
    ));
    let taken = Taken::start(&format!(
        "srt://127.0.0.1:{port}?mode=caller&passphrase=liushugou-2026"
    ));
    taken.state(0, SourceState::Live);
    taken.sees_and_hears(RED, 440.0);
    drop(sending);
    taken.state(0, SourceState::Interrupted);
}

#[test]
fn the_test_source_flows() {
    let taken = Taken::start("test:523");
    taken.state(0, SourceState::Live);
    assert!(taken.viewer.wait_frames(50, PATIENCE));
    assert!(
        taken
            .viewer
            .wait(PATIENCE, |viewer| viewer.tone(523.0) > 0.1)
    );
    let before = taken.viewer.keyframes();
    taken.ingest.request_keyframe();
    assert!(
        taken
            .viewer
            .wait(PATIENCE, |viewer| viewer.keyframes() > before)
    );
}
