//! The host's picture from elsewhere: an encoder that calls by SRT, as OBS and a hall's camera
//! mixer do, in place of the host's page.

use std::net::UdpSocket;
use std::time::{Duration, Instant};

use e2e::harness::live::{Conference, Watcher};
use gst::prelude::*;
use reqwest::Method;
use serde_json::{Value, json};

/// Anything the media do, on a machine with more work than cores.
const SOON: Duration = Duration::from_secs(90);
/// So long is nothing to come.
const NOTHING: Duration = Duration::from_secs(3);
/// The encoder's tone in Hz.
const TONE: f64 = 660.0;

/// What an encoder does: H.264 and AAC in MPEG-TS, calling by SRT.
struct Encoder(gst::Element);

impl Encoder {
    fn call(link: &Value, passphrase: &str) -> Self {
        gst::init().unwrap();
        let pipeline = gst::parse::launch(
            "videotestsrc is-live=true pattern=ball ! \
             video/x-raw,format=I420,width=1280,height=720,framerate=25/1 ! \
             x264enc tune=zerolatency speed-preset=ultrafast bitrate=1500 key-int-max=25 ! \
             video/x-h264,profile=main ! h264parse ! mux. \
             audiotestsrc is-live=true freq=660 volume=0.3 ! audio/x-raw,rate=48000,channels=2 ! \
             avenc_aac ! aacparse ! mux. \
             mpegtsmux name=mux alignment=7 ! srtsink name=out wait-for-connection=false",
        )
        .unwrap();
        let out = pipeline.clone().downcast::<gst::Bin>().unwrap();
        let out = out.by_name("out").unwrap();
        let url = link["url"].as_str().unwrap();
        let latency = link["latency_ms"].as_u64().unwrap();
        out.set_property(
            "uri",
            format!("{url}?mode=caller&latency={latency}&pbkeylen=16&passphrase={passphrase}"),
        );
        pipeline.set_state(gst::State::Playing).unwrap();
        Self(pipeline)
    }
}

impl Drop for Encoder {
    fn drop(&mut self) {
        // It was playing; nothing can be done if it does not stop.
        let _ = self.0.set_state(gst::State::Null);
    }
}

struct Township(Conference);

impl Township {
    fn with_a_live_conference() -> Self {
        let port = free_port();
        let start = Conference::start(|config| config.live.encoder_port = port);
        Self(start.unwrap())
    }

    fn ask(&self, method: &Method, what: &str, body: &Value) -> Value {
        self.0.ask(method, what, body).unwrap()
    }

    fn choose(&self, source: &str) -> Value {
        self.ask(&Method::PUT, "host-source", &json!({ "source": source }))
    }

    fn stage(&self) -> Value {
        self.ask(&Method::GET, "stage", &json!(null))
    }

    fn becomes(&self, limit: Duration, fits: impl Fn(&Value) -> bool) -> bool {
        let began = Instant::now();
        while began.elapsed() < limit {
            if fits(&self.stage()) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        false
    }
}

/// The first of ports that are free, as far as one can tell.
fn free_port() -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.local_addr().unwrap().port().min(u16::MAX - 20)
}

fn live(stage: &Value) -> bool {
    stage["host"] == "live"
}

#[test]
fn an_encoder_takes_the_place_of_the_hosts_page() {
    let township = Township::with_a_live_conference();
    let chosen = township.choose("encoder");
    let link = &chosen["encoder"];
    let passphrase = link["passphrase"].as_str().unwrap();
    assert_eq!(township.stage()["host_source"], "encoder");
    // Whoever opens the page later finds the same.
    assert_eq!(township.choose("encoder"), chosen);
    let access = township.ask(&Method::POST, "host", &json!(null));
    assert_eq!(access["source"], chosen);

    // Without the passphrase nobody gets in.
    let stranger = Encoder::call(link, "not-the-passphrase");
    assert!(!township.becomes(NOTHING, live));
    drop(stranger);

    let encoder = Encoder::call(link, passphrase);
    assert!(township.becomes(SOON, live), "{}", township.stage());
    let program = Watcher::start(
        &township.0.backend,
        &format!("{}/program", township.0.meeting),
    );
    let program = program.unwrap();
    assert!(program.viewer().wait(SOON, |viewer| viewer.frames() > 50));
    program.hears(&[TONE], &[]).unwrap();

    // Meanwhile a page that still sends is told why it may not.
    let publish = &access["publish"];
    let refused = township.0.backend.block_on(async {
        reqwest::Client::new()
            .post(format!(
                "{}{}",
                township.0.backend.url(),
                publish["url"].as_str().unwrap()
            ))
            .bearer_auth(publish["token"].as_str().unwrap())
            .header("content-type", "application/sdp")
            .body("v=0\r\n")
            .send()
            .await
            .unwrap()
    });
    assert_eq!(refused.status(), 409);

    // The encoder's cable is pulled and put in again.
    drop(encoder);
    assert!(township.becomes(SOON, |stage| {
        stage["host"] == "interrupted"
            && stage["trouble"]
                .as_str()
                .is_some_and(|words| words.contains("编码器"))
    }));
    let encoder = Encoder::call(link, passphrase);
    let back = |stage: &Value| live(stage) && stage["trouble"] == "";
    assert!(township.becomes(SOON, back), "{}", township.stage());
    let before = program.viewer().frames();
    assert!(
        program
            .viewer()
            .wait(SOON, |viewer| viewer.frames() > before + 25)
    );

    // Back to the page: the encoder is heard no longer.
    assert_eq!(township.choose("page")["encoder"], json!(null));
    assert!(township.becomes(SOON, |stage| stage["host"] == "interrupted"));
    assert_eq!(township.stage()["host_source"], "page");
    drop(encoder);
}

#[test]
fn a_server_that_starts_again_waits_for_the_same_encoder() {
    let mut township = Township::with_a_live_conference();
    let chosen = township.choose("encoder");
    township.0.backend.stop();
    township.0.backend.start_again().unwrap();
    let began = Instant::now();
    // Sessions of staff are in the database: the token is good still.
    while township.ask(&Method::POST, "host", &json!(null))["source"] != chosen {
        assert!(began.elapsed() < SOON, "it is forgotten");
        std::thread::sleep(Duration::from_millis(200));
    }
    let passphrase = chosen["encoder"]["passphrase"].as_str().unwrap();
    let _encoder = Encoder::call(&chosen["encoder"], passphrase);
    assert!(township.becomes(SOON, live), "{}", township.stage());
}
