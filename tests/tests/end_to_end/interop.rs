//! Media to and from implementations of WHIP and WHEP that are not ours: GStreamer's own plugin in a
//! process of its own, and Janus. `packaging/interop.sh` builds and starts them and runs these;
//! without it they are left out. Chromium both ways is part of the meeting's test.

use std::io::{BufRead as _, BufReader};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use backend_api::config::Config;
use e2e::harness::live::{Conference, Watcher};
use media_player::publish::{
    Camera, Capture, GstPublisher, Microphone, PublishCommand, Publisher as _, TestPattern,
};
use media_player::{GstPlayer, Player as _, Source, SourceKind};
use reqwest::Method;
use serde_json::{Value, json};

/// Anything the media do, on a machine with more work than cores.
const SOON: Duration = Duration::from_secs(40);
/// Sessions are to outlive every consent and keepalive timer; the one that is known to have killed
/// sessions unnoticed fires after 15 s.
const LONG: Duration = Duration::from_secs(65);
/// Pictures at 25 a second during [`LONG`], with room for a slow machine.
const PICTURES: u64 = 1_000;

const CAMERA: &str = "videotestsrc is-live=true pattern=ball ! \
    video/x-raw,format=I420,width=1280,height=720,framerate=25/1";
const MICROPHONE: &str =
    "audiotestsrc is-live=true freq=660 volume=0.3 ! audio/x-raw,rate=48000,channels=2";
const H264: &str = "x264enc tune=zerolatency speed-preset=ultrafast bitrate=1500 key-int-max=25 ! \
    video/x-h264,profile=constrained-baseline";

/// A pipeline with GStreamer's elements in a process of its own.
struct Peer {
    child: Child,
    video: Arc<AtomicU64>,
    audio: Arc<AtomicU64>,
}

impl Peer {
    fn start(pipeline: &str) -> Self {
        let program = std::env::var_os("INTEROP_PEER")
            .expect("packaging/interop.sh builds the peer and says where it is");
        let mut child = Command::new(program)
            .arg(pipeline)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (video, audio) = (Arc::<AtomicU64>::default(), Arc::<AtomicU64>::default());
        let counts = [
            ("count_video", video.clone()),
            ("count_audio", audio.clone()),
        ];
        let output = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                let Some((name, count)) = line.split_once(' ') else {
                    continue;
                };
                for (of, counter) in &counts {
                    if name == *of {
                        counter.store(count.parse().unwrap(), Ordering::Relaxed);
                    }
                }
            }
        });
        Self {
            child,
            video,
            audio,
        }
    }

    fn counts(&self) -> [u64; 2] {
        [&self.video, &self.audio].map(|count| count.load(Ordering::Relaxed))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The address at which others reach this machine. They do not offer the loopback interface, and a
/// server on that would have our side offer nothing else.
fn own_address() -> IpAddr {
    let route = UdpSocket::bind("0.0.0.0:0").unwrap();
    // Sends nothing: only looks which address leads out.
    route.connect("198.51.100.1:9").unwrap();
    route.local_addr().unwrap().ip()
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((own_address(), 0)).unwrap();
    listener.local_addr().unwrap()
}

fn until(what: &str, limit: Duration, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < limit, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Waits until there is an HTTP server at this address.
fn answers(address: SocketAddr) {
    until("the peer's endpoint", SOON, || {
        TcpStream::connect(address).is_ok()
    });
}

/// The television's player has pictures from there for longer than any timer.
fn watches(url: &str) {
    let player = GstPlayer::new(Arc::new(|_| {}));
    player.send(media_player::Command::Load(Source {
        uri: url.to_owned(),
        kind: SourceKind::Whep,
        ..Source::default()
    }));
    let mut pictures = 0;
    until("the first picture", SOON, || player.take_frame().is_some());
    let began = Instant::now();
    while began.elapsed() < LONG {
        pictures += u64::from(player.take_frame().is_some());
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(pictures > PICTURES, "{pictures} pictures");
}

/// What the television sends there comes to the peer for longer than any timer.
fn sends(url: &str, peer: &Peer) {
    let publisher = GstPublisher::new(Arc::new(|_| {}));
    publisher.send(PublishCommand::Open(Capture {
        camera: Camera::Test(TestPattern::Ball),
        microphone: Microphone::Test(440),
        ..Capture::default()
    }));
    publisher.send(PublishCommand::Start {
        url: url.to_owned(),
        bearer: None,
    });
    until("the first picture", SOON, || peer.counts()[0] > 0);
    let [pictures, sounds] = peer.counts();
    std::thread::sleep(LONG);
    let [video, audio] = peer.counts();
    assert!(video - pictures > PICTURES / 2, "{video} pictures");
    assert!(audio - sounds > PICTURES, "{audio} pieces of sound");
}

#[test]
#[ignore = "packaging/interop.sh runs it"]
fn the_television_sends_to_janus() {
    let peer = Peer::start(
        "udpsrc address=127.0.0.1 port=5014 ! fakesink name=count_video async=false \
         udpsrc address=127.0.0.1 port=5012 ! fakesink name=count_audio async=false",
    );
    let janus = SocketAddr::new(own_address(), 7080);
    answers(janus);
    sends(&format!("http://{janus}/whip"), &peer);
}

#[test]
#[ignore = "packaging/interop.sh runs it"]
fn the_television_watches_whepserversink() {
    let address = free_address();
    let _peer = Peer::start(&format!(
        "whepserversink name=out stun-server=\"\" signaller::host-addr=http://{address} \
         video-caps=video/x-h264 audio-caps=audio/x-opus \
         {CAMERA} ! out. {MICROPHONE} ! out."
    ));
    answers(address);
    watches(&format!("http://{address}/whep/endpoint"));
}

#[test]
#[ignore = "packaging/interop.sh runs it"]
fn the_television_sends_to_whipserversrc() {
    let address = free_address();
    let peer = Peer::start(&format!(
        "whipserversrc name=in stun-server=\"\" signaller::host-addr=http://{address} \
         video-codecs=\"<H264>\" audio-codecs=\"<OPUS>\" \
         in.video_0 ! queue ! fakesink name=count_video async=false \
         in.audio_0 ! queue ! fakesink name=count_audio async=false"
    ));
    answers(address);
    sends(&format!("http://{address}/whip/endpoint"), &peer);
}

/// URL and token of one of the host's links.
fn link(conference: &Conference, access: &Value, name: &str) -> (String, String) {
    let link = &access[name];
    let path = link["url"].as_str().unwrap();
    let token = link["token"].as_str().unwrap();
    (
        format!("{}{path}", conference.backend.url()),
        token.to_owned(),
    )
}

#[test]
#[ignore = "packaging/interop.sh runs it"]
fn the_relay_takes_whipclientsink_and_feeds_whepclientsrc() {
    // Others do not offer the loopback interface.
    let everywhere = |config: &mut Config| config.live.udp = ([0, 0, 0, 0], 0).into();
    let conference = Conference::start(everywhere).unwrap();
    let access = conference.ask(&Method::POST, "host", &json!(null)).unwrap();
    let (url, token) = link(&conference, &access, "publish");
    let _sender = Peer::start(&format!(
        "whipclientsink name=out stun-server=\"\" signaller::whip-endpoint={url} signaller::auth-token={token} \
         video-caps=video/x-h264 audio-caps=audio/x-opus \
         {CAMERA} ! {H264} ! out. {MICROPHONE} ! out."
    ));
    let program = format!("{}/program", conference.meeting);
    let watcher = Watcher::start(&conference.backend, &program).unwrap();
    assert!(watcher.viewer().wait(SOON, |viewer| viewer.frames() > 25));
    let (url, token) = link(&conference, &access, "program");
    let receiver = Peer::start(&format!(
        "whepclientsrc name=in stun-server=\"\" signaller::whep-endpoint={url} signaller::auth-token={token} \
         video-codecs=\"<H264>\" audio-codecs=\"<OPUS>\" \
         in.video_0 ! queue ! fakesink name=count_video async=false \
         in.audio_0 ! queue ! fakesink name=count_audio async=false"
    ));
    until("the first picture", SOON, || receiver.counts()[0] > 0);
    let [pictures, _] = receiver.counts();
    let frames = watcher.viewer().frames();
    std::thread::sleep(LONG);
    let [video, audio] = receiver.counts();
    assert!(video - pictures > PICTURES, "{video} pictures");
    assert!(audio > 0, "no sound");
    assert!(watcher.viewer().frames() - frames > 1_000);
}
