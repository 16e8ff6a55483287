//! How old a picture is when a viewer has it. The source flashes at every whole second of the time
//! line; the viewer is the television's player, with its jitter buffer and in step with the sound.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::mpsc::channel;
use std::sync::{Arc, OnceLock, Weak};
use std::time::{Duration, Instant};

use anyhow::{anyhow, ensure};
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::post;
use media_player::{Command, Frame, GstPlayer, Player as _, Source, SourceKind};
use media_relay::testing::Publisher;
use media_relay::{Injector, Relay, Route, Settings, Tap};
use media_studio::live::{Layout, Mixer, MixerEvent, MixerSettings, Scene};
use media_studio::testing::{TestSource, TestSourceSettings};
use parking_lot::Mutex;
use tokio::runtime::Runtime;

use super::figures::{self, percentile, progress};
use super::wait::wait;
use crate::harness::live::{to_relay, to_studio};

/// Until picture and sound are in step.
const WARM: Duration = Duration::from_secs(6);
/// Flashes that are looked for.
const FLASHES: usize = 20;
/// Longer than anything that works takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// Measures both ways and prints them.
///
/// # Errors
/// When something does not work at all.
pub(super) fn run(runtime: &Runtime) -> anyhow::Result<()> {
    let epoch = Instant::now();
    let relay = Relay::start(Settings {
        epoch,
        ..Settings::local()
    })?;
    let address = serve(runtime, relay.clone())?;
    let _host = Sender::start(runtime, &relay, "host", epoch, true)?;
    relay.set_route("program", Route::of("host"));
    figures::RELAY_GLASS.print(percentile(&ages(address, epoch)?, 50))?;

    let _west = Sender::start(runtime, &relay, "west", epoch, false)?;
    let _mixed = Mixing::start(&relay, epoch)?;
    relay.set_route("program", Route::of("mix"));
    Ok(figures::PROGRAM_GLASS.print(percentile(&ages(address, epoch)?, 50))?)
}

/// A camera that sends by WHIP.
struct Sender {
    _source: Arc<TestSource>,
    _publisher: Publisher,
}

impl Sender {
    fn start(
        runtime: &Runtime,
        relay: &Relay,
        stream: &str,
        epoch: Instant,
        flash: bool,
    ) -> anyhow::Result<Self> {
        let (send, packets) = channel();
        let settings = TestSourceSettings {
            flash,
            ..TestSourceSettings::new(epoch, [235; 3], 440.0)
        };
        let source = TestSource::start(&settings, move |packet| {
            // Fails only when the publisher has gone.
            let _ = send.send(to_relay(packet));
        })?;
        let source = Arc::new(source);
        let asked = Arc::clone(&source);
        let publisher = Publisher::forward(
            Ipv4Addr::LOCALHOST.into(),
            epoch,
            packets,
            move || asked.request_keyframe(),
            |offer| {
                let answer = runtime.block_on(relay.publish(stream, &offer));
                Ok(answer.map_err(|error| error.to_string())?.sdp)
            },
        )
        .map_err(|error| anyhow!(error))?;
        wait("the publisher", || publisher.is_connected())?;
        Ok(Self {
            _source: source,
            _publisher: publisher,
        })
    }
}

/// Host and station side by side.
struct Mixing {
    _mixer: Arc<Mixer>,
    _taps: Vec<Tap>,
}

impl Mixing {
    fn start(relay: &Relay, epoch: Instant) -> anyhow::Result<Self> {
        let wanted: Arc<OnceLock<Weak<Mixer>>> = Arc::default();
        let ask = Arc::clone(&wanted);
        let out: Mutex<Injector> = Mutex::new(relay.inject("mix", move || {
            if let Some(mixer) = ask.get().and_then(Weak::upgrade) {
                mixer.request_keyframe();
            }
        }));
        let settings = MixerSettings {
            epoch,
            width: 1280,
            height: 720,
            frame_rate: 25,
            bitrate_kbps: 2_000,
            title: "全镇视频会议".to_owned(),
        };
        let mixer = Arc::new(Mixer::start(settings, move |event| {
            if let MixerEvent::Program(packet) = event {
                out.lock().push(to_relay(packet));
            }
        })?);
        // Set once, here.
        let _ = wanted.set(Arc::downgrade(&mixer));
        let mut taps = Vec::new();
        for (id, name) in [("host", "清河镇"), ("west", "河西村会议室")] {
            mixer.add(id, name);
            let into = Arc::downgrade(&mixer);
            taps.push(relay.tap(id, move |packet| {
                if let Some(mixer) = into.upgrade() {
                    mixer.push(id, to_studio(packet));
                }
            }));
        }
        mixer.set_scene(Scene {
            layout: Layout::SideBySide,
            host: Some("host".to_owned()),
            speakers: vec!["west".to_owned()],
        });
        for tap in &taps {
            tap.request_keyframe();
        }
        Ok(Self {
            _mixer: mixer,
            _taps: taps,
        })
    }
}

/// Ages of the first bright pictures of flashes, in ms.
fn ages(address: SocketAddr, epoch: Instant) -> anyhow::Result<Vec<f64>> {
    let player = GstPlayer::new(Arc::new(|_| {}));
    player.send(Command::Load(Source {
        uri: format!("http://{address}/whep"),
        kind: SourceKind::Whep,
        ..Source::default()
    }));
    let began = Instant::now();
    let (mut ages, mut bright) = (Vec::new(), true);
    while ages.len() < FLASHES {
        ensure!(began.elapsed() < PATIENCE, "{} flashes seen", ages.len());
        std::thread::sleep(Duration::from_millis(1));
        let Some(frame) = player.take_frame() else {
            continue;
        };
        let seen = epoch.elapsed();
        let before = std::mem::replace(&mut bright, is_bright(&frame));
        if bright && !before && began.elapsed() > WARM {
            ages.push(f64::from(seen.subsec_micros()) / 1_000.0);
        }
    }
    progress(&format!("ages: {ages:.0?}"));
    Ok(ages)
}

/// The left half, where the host is.
fn is_bright(frame: &Frame) -> bool {
    let (width, height) = (frame.width as usize, frame.height as usize);
    let bytes = (*frame.data).as_ref();
    let at = ((height / 2) * width + width / 4) * bytes.len() / (width * height).max(1);
    bytes.get(at).is_some_and(|value| *value > 120)
}

/// Answers WHEP offers for the program.
fn serve(runtime: &Runtime, relay: Relay) -> anyhow::Result<SocketAddr> {
    let router = Router::new().route("/whep", post(watch)).with_state(relay);
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))?;
    let address = listener.local_addr()?;
    runtime.spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

async fn watch(
    State(relay): State<Relay>,
    offer: String,
) -> Result<impl IntoResponse, (StatusCode, String)> {
    let answer = relay.subscribe("program", &offer).await;
    let answer = answer.map_err(|error| (StatusCode::BAD_REQUEST, error.to_string()))?;
    let headers = [
        (header::CONTENT_TYPE, "application/sdp".to_owned()),
        (header::LOCATION, format!("/sessions/{}", answer.session)),
    ];
    Ok((StatusCode::CREATED, headers, answer.sdp))
}
