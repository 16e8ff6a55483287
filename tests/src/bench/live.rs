//! The relay under 80 viewers, with losses and switches; the mixer with two sources on air; a home
//! that opens the live playlist.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{anyhow, ensure};
use axum::Router;
use axum::extract::{Path as UrlPath, State};
use axum::http::StatusCode;
use axum::routing::get;
use media_player::{Command, GstPlayer, Player as _, Source, SourceKind};
use media_relay::testing::{Publisher, PublisherOptions, Viewer, ViewerOptions};
use media_relay::{Relay, Route, Settings};
use media_studio::live::{
    Layout, Mixer, MixerEvent, MixerSettings, Packager, PackagerEvent, PackagerSettings, Packet,
    Scene,
};
use media_studio::testing::{TestSource, TestSourceSettings};
use parking_lot::Mutex;
use tokio::runtime::Runtime;

use super::figures::{self, percentile, progress};
use super::glass;
use super::wait::{PATIENCE, wait};
use crate::harness::process;

/// Stations of a township, about.
const VIEWERS: usize = 80;
/// Until everything is in step.
const WARM: Duration = Duration::from_secs(4);
/// What is measured.
const MEASURED: Duration = Duration::from_secs(15);
/// How often the program is switched.
const SWITCHES: u8 = 20;

/// Measures everything and prints it.
///
/// # Errors
/// When something does not work at all.
pub fn run() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    progress("80 viewers");
    eighty(&runtime)?;
    progress("losses");
    losses(&runtime)?;
    progress("switching");
    switching(&runtime)?;
    progress("mixing");
    mixing()?;
    progress("a home by HLS");
    hls(&runtime)?;
    progress("the age of pictures");
    glass::run(&runtime)
}

fn relay() -> anyhow::Result<Relay> {
    Ok(Relay::start(Settings::local())?)
}

fn publish(
    runtime: &Runtime,
    relay: &Relay,
    stream: &str,
    options: PublisherOptions,
) -> anyhow::Result<Publisher> {
    let publisher = Publisher::start(options, |offer| {
        let answer = runtime.block_on(relay.publish(stream, &offer));
        Ok(answer.map_err(|error| error.to_string())?.sdp)
    })
    .map_err(|error| anyhow!(error))?;
    wait("the publisher", || publisher.is_connected())?;
    Ok(publisher)
}

fn subscribe(
    runtime: &Runtime,
    relay: &Relay,
    route: &str,
    options: ViewerOptions,
) -> anyhow::Result<Viewer> {
    Viewer::start(options, |offer| {
        let answer = runtime.block_on(relay.subscribe(route, &offer));
        Ok(answer.map_err(|error| error.to_string())?.sdp)
    })
    .map_err(|error| anyhow!(error))
}

fn eighty(runtime: &Runtime) -> anyhow::Result<()> {
    let relay = relay()?;
    let _publisher = publish(runtime, &relay, "program", PublisherOptions::default())?;
    let viewers = (0..VIEWERS)
        .map(|_| subscribe(runtime, &relay, "program", ViewerOptions::default()))
        .collect::<anyhow::Result<Vec<_>>>()?;
    wait("80 pictures", || {
        viewers
            .iter()
            .all(|viewer| viewer.tally().first_video.is_some())
    })?;
    let joins: Vec<f64> = viewers
        .iter()
        .filter_map(|viewer| viewer.tally().first_video)
        .map(|first| first.as_secs_f64() * 1_000.0)
        .collect();
    figures::RELAY_JOIN.print(percentile(&joins, 95))?;
    std::thread::sleep(WARM);
    let (before, began) = (process::thread_time("media-relay")?, Instant::now());
    std::thread::sleep(MEASURED);
    let busy = process::thread_time("media-relay")? - before;
    figures::RELAY_80.print(busy.as_secs_f64() / began.elapsed().as_secs_f64() * 100.0)?;
    let closed = viewers
        .iter()
        .filter(|viewer| viewer.tally().closed)
        .count();
    ensure!(closed == 0, "{closed} viewers were lost");
    Ok(())
}

fn losses(runtime: &Runtime) -> anyhow::Result<()> {
    let relay = relay()?;
    let publisher = publish(runtime, &relay, "program", PublisherOptions::default())?;
    let viewers = (0..10)
        .map(|seed| {
            let options = ViewerOptions {
                loss: 0.05,
                seed: seed + 1,
                ..ViewerOptions::default()
            };
            subscribe(runtime, &relay, "program", options)
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    std::thread::sleep(WARM + MEASURED);
    // What was lost last is still being asked for again.
    drop(publisher);
    std::thread::sleep(Duration::from_secs(1));
    let missing: usize = viewers
        .iter()
        .map(|viewer| viewer.tally().missing_video())
        .sum();
    #[expect(clippy::cast_precision_loss, reason = "a few at most")]
    figures::RELAY_LOSS.print(missing as f64)?;
    Ok(())
}

fn switching(runtime: &Runtime) -> anyhow::Result<()> {
    let relay = relay()?;
    let mut publishers = Vec::new();
    for tag in 0..=SWITCHES {
        let options = PublisherOptions {
            tag,
            bits_per_second: 300_000,
            ..PublisherOptions::default()
        };
        publishers.push(publish(runtime, &relay, &format!("s{tag}"), options)?);
    }
    relay.set_route("program", Route::of("s0"));
    let viewer = subscribe(runtime, &relay, "program", ViewerOptions::default())?;
    wait("the first source", || {
        viewer.tally().sources.contains_key(&0)
    })?;
    let mut took = Vec::new();
    for tag in 1..=SWITCHES {
        let began = Instant::now();
        relay.set_route("program", Route::of(&format!("s{tag}")));
        wait("the other source", || {
            viewer.tally().sources.contains_key(&tag)
        })?;
        took.push(began.elapsed().as_secs_f64() * 1_000.0);
    }
    Ok(figures::RELAY_SWITCH.print(percentile(&took, 95))?)
}

/// What the process spends in a second of time, in seconds.
fn load() -> anyhow::Result<f64> {
    std::thread::sleep(WARM);
    let (before, began) = (process::cpu_time()?, Instant::now());
    std::thread::sleep(MEASURED);
    Ok((process::cpu_time()? - before).as_secs_f64() / began.elapsed().as_secs_f64())
}

fn mixing() -> anyhow::Result<()> {
    let epoch = Instant::now();
    let folder = tempfile::tempdir()?;
    let mixer: Arc<Mutex<Option<Mixer>>> = Arc::default();
    let mut sources = Vec::new();
    for (id, tone) in [("host", 440.0), ("west", 620.0)] {
        let into = Arc::clone(&mixer);
        let settings = TestSourceSettings {
            busy: true,
            ..TestSourceSettings::new(epoch, [40, 90, 160], tone)
        };
        let source = TestSource::start(&settings, move |packet| {
            if let Some(mixer) = into.lock().as_ref() {
                mixer.push(id, packet);
            }
        })?;
        sources.push(source);
    }
    // What the sources themselves cost is taken off.
    let alone = load()?;
    let packager = Arc::new(Packager::start(
        PackagerSettings {
            epoch,
            folder: folder.path().to_owned(),
            segment: Duration::from_secs(1),
            window: 40,
        },
        |_| {},
    )?);
    let out = Arc::clone(&packager);
    let made = Mixer::start(
        MixerSettings {
            epoch,
            width: 1280,
            height: 720,
            frame_rate: 25,
            bitrate_kbps: 2_000,
            title: "全镇视频会议".to_owned(),
        },
        move |event| {
            if let MixerEvent::Program(packet) = event {
                out.push(packet);
            }
        },
    )?;
    made.add("host", "清河镇");
    made.add("west", "河西村会议室");
    made.set_scene(Scene {
        layout: Layout::SideBySide,
        host: Some("host".to_owned()),
        speakers: vec!["west".to_owned()],
    });
    *mixer.lock() = Some(made);
    for source in &sources {
        source.request_keyframe();
    }
    let together = load()?;
    figures::MIXER.print((together - alone) * 100.0)?;
    *mixer.lock() = None;
    Ok(())
}

async fn segment(
    State(folder): State<Arc<Path>>,
    UrlPath(file): UrlPath<String>,
) -> Result<Vec<u8>, StatusCode> {
    tokio::fs::read(folder.join(file))
        .await
        .map_err(|_| StatusCode::NOT_FOUND)
}

/// Two sources, a dark one and a bright one, of which one goes on air: so a picture tells how old
/// it is.
struct Lamp {
    sources: [TestSource; 2],
    bright: Arc<AtomicBool>,
}

impl Lamp {
    fn start(
        epoch: Instant,
        sink: impl Fn(Packet) + Clone + Send + Sync + 'static,
    ) -> anyhow::Result<Self> {
        let bright = Arc::new(AtomicBool::new(false));
        let source = |own: bool| {
            let (on_air, send) = (Arc::clone(&bright), sink.clone());
            let colour = if own { [230; 3] } else { [20; 3] };
            let settings = TestSourceSettings::new(epoch, colour, 440.0);
            TestSource::start(&settings, move |packet| {
                if on_air.load(Ordering::Relaxed) == own {
                    send(packet);
                }
            })
        };
        Ok(Self {
            sources: [source(false)?, source(true)?],
            bright,
        })
    }

    fn is_bright(&self) -> bool {
        self.bright.load(Ordering::Relaxed)
    }

    fn request_keyframe(&self) {
        self.sources[usize::from(self.is_bright())].request_keyframe();
    }

    /// Dark becomes bright, bright becomes dark.
    fn change(&self) {
        self.bright.fetch_xor(true, Ordering::Relaxed);
        self.request_keyframe();
    }
}

fn hls(runtime: &Runtime) -> anyhow::Result<()> {
    let epoch = Instant::now();
    let folder = tempfile::tempdir()?;
    let wanted = Arc::new(AtomicBool::new(false));
    let ask = Arc::clone(&wanted);
    let packager = Arc::new(Packager::start(
        PackagerSettings {
            epoch,
            folder: folder.path().to_owned(),
            segment: Duration::from_secs(1),
            window: 40,
        },
        move |event| {
            if matches!(event, PackagerEvent::KeyframeWanted) {
                ask.store(true, Ordering::Relaxed);
            }
        },
    )?);
    let lamp = Lamp::start(epoch, move |packet| packager.push(packet))?;
    // Asked for between two looks at the picture.
    let turn = || {
        if wanted.swap(false, Ordering::Relaxed) {
            lamp.request_keyframe();
        }
        std::thread::sleep(Duration::from_millis(3));
    };
    let served: Arc<Path> = folder.path().into();
    let router = Router::new()
        .route("/{file}", get(segment))
        .with_state(served);
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))?;
    let address = listener.local_addr()?;
    runtime.spawn(async move { axum::serve(listener, router).await });
    while epoch.elapsed() < Duration::from_secs(12) {
        turn();
    }
    let (mut starts, mut ages) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        let began = Instant::now();
        let player = GstPlayer::new(Arc::new(|_| {}));
        player.send(Command::Load(Source {
            uri: format!("http://{address}/live.m3u8"),
            kind: SourceKind::LiveHls,
            ..Source::default()
        }));
        while player.take_frame().is_none() {
            ensure!(began.elapsed() < PATIENCE, "no picture by HLS");
            turn();
        }
        starts.push(began.elapsed().as_secs_f64() * 1_000.0);
        while began.elapsed() < WARM {
            turn();
        }
        lamp.change();
        let changed = Instant::now();
        loop {
            ensure!(changed.elapsed() < PATIENCE, "the change is not seen");
            let bright = player.take_frame().and_then(|frame| {
                let bytes = (*frame.data).as_ref();
                bytes.get(bytes.len() / 2).map(|value| *value > 120)
            });
            if bright == Some(lamp.is_bright()) {
                break;
            }
            turn();
        }
        ages.push(changed.elapsed().as_secs_f64() * 1_000.0);
    }
    figures::HLS_START.print(percentile(&starts, 95))?;
    Ok(figures::HLS_LATENCY.print(percentile(&ages, 50))?)
}
