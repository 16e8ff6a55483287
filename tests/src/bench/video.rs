//! Playing a 1080p30 programme, beside only decoding and converting it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use gst::prelude::*;
use serde::{Deserialize, Serialize};
use tv_app::clock::SystemClock;
use tv_app::remote::RemoteKey;
use tv_app::screens::Route;

use super::figures::percentile;
use super::television::Television;
use crate::harness::process;

/// How often the start of the programme is measured.
const STARTS: usize = 20;
/// Until decoding is in step.
const WARM: Duration = Duration::from_secs(3);
/// How long is measured.
const MEASURED: Duration = Duration::from_secs(20);
/// A programme that has not begun by then does not begin.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long the minute on the screen stays the same.
const MINUTE: Duration = Duration::from_secs(60);
/// So long before and after its change nothing is measured.
const MARGIN: Duration = Duration::from_secs(1);

/// What came of playing.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Playing {
    /// 确定 to the first picture in ms, p95.
    pub start_ms: f64,
    /// Every start.
    pub starts_ms: Vec<f64>,
    /// Processor time a second of playing, in ms.
    pub cpu_ms_per_s: f64,
    /// Pictures shown.
    pub frames: u64,
    /// Pictures not shown.
    pub dropped: u64,
    /// Largest resident memory in MB.
    pub resident_mb: f64,
}

/// Plays the programme in the application.
///
/// # Errors
/// When it does not play.
pub fn play(data: &Path, film: &str) -> anyhow::Result<Playing> {
    let routes = vec![
        Route::Home,
        Route::Programme {
            id: film.to_owned(),
        },
    ];
    let tv = Television::alone(data, routes)?;
    tv.run_for(WARM);
    let mut playing = Playing::default();
    for _ in 0..STARTS {
        tv.rest();
        let began = Instant::now();
        tv.press(RemoteKey::Ok);
        ensure!(
            matches!(tv.route(), Route::Player { .. }),
            "确定 opened {:?}",
            tv.route()
        );
        let painted = tv.screen.frames_painted();
        let shown = tv.run_until(PATIENCE, |tv| {
            tv.app.player_statistics().frames > 0 && tv.screen.frames_painted() > painted
        });
        ensure!(shown, "the programme does not begin");
        playing
            .starts_ms
            .push(began.elapsed().as_secs_f64() * 1_000.0);
        tv.press(RemoteKey::Back);
        ensure!(
            matches!(tv.route(), Route::Programme { .. }),
            "返回 led to {:?}",
            tv.route()
        );
    }
    playing.start_ms = percentile(&playing.starts_ms, 95);
    tv.rest();
    // The first button: from the beginning, or on from the first moments.
    tv.press(RemoteKey::Ok);
    let moving = tv.run_until(PATIENCE, |tv| {
        matches!(tv.route(), Route::Player { .. }) && tv.app.player_statistics().frames > 0
    });
    ensure!(moving, "the programme does not begin again");
    loop_for(WARM)?;
    let before = tv.app.player_statistics();
    let (cpu, began) = (process::cpu_time()?, Instant::now());
    playing.resident_mb = loop_for(MEASURED)?;
    let (after, seconds) = (tv.app.player_statistics(), began.elapsed().as_secs_f64());
    playing.cpu_ms_per_s = (process::cpu_time()? - cpu).as_secs_f64() * 1_000.0 / seconds;
    playing.frames = after.frames - before.frames;
    playing.dropped = after.dropped - before.dropped;
    tv.app.quit();
    Ok(playing)
}

/// Runs the application's own event loop, and answers the largest resident memory meanwhile.
fn loop_for(time: Duration) -> anyhow::Result<f64> {
    let watcher = std::thread::spawn(move || {
        let began = Instant::now();
        let mut largest: f64 = 0.0;
        while began.elapsed() < time {
            std::thread::sleep(Duration::from_millis(250).min(time));
            largest = largest.max(process::resident_mb(std::process::id())?);
        }
        slint::quit_event_loop()?;
        anyhow::Ok(largest)
    });
    slint::run_event_loop_until_quit()?;
    watcher
        .join()
        .map_err(|_| anyhow::anyhow!("the watcher panicked"))?
}

/// Decodes and converts the file at its own pace and shows nothing: processor time a second, in
/// ms. What any player needs with these decoders.
///
/// # Errors
/// When it cannot be decoded.
pub fn bare(file: &Path) -> anyhow::Result<f64> {
    gst::init()?;
    let description = format!(
        "filesrc location=\"{}\" ! qtdemux name=file \
         file.video_0 ! queue ! h264parse ! avdec_h264 ! videoconvert ! video/x-raw,format=RGBx ! fakesink sync=true \
         file.audio_0 ! queue ! aacparse ! avdec_aac ! audioconvert ! audioresample ! fakesink sync=true",
        file.display()
    );
    let pipeline = gst::parse::launch(&description)?;
    pipeline.set_state(gst::State::Playing)?;
    let (reached, ..) = pipeline.state(gst::ClockTime::from_seconds(10));
    reached.context("the file does not play")?;
    std::thread::sleep(WARM);
    let (cpu, began) = (process::cpu_time()?, Instant::now());
    std::thread::sleep(MEASURED);
    let used = process::cpu_time()? - cpu;
    let seconds = began.elapsed().as_secs_f64();
    pipeline.set_state(gst::State::Null)?;
    Ok(used.as_secs_f64() * 1_000.0 / seconds)
}

/// Frames painted at Home without any input, with the server connected, while the minute on the screen stays
/// the same: for most of a minute from its change on. Also how often the event loop woke.
///
/// # Errors
/// When the application does not start.
pub fn idle(data: &Path, server: &str) -> anyhow::Result<(u64, u64)> {
    let tv = Television::start(
        data,
        vec![Route::Home],
        Some(server),
        Arc::new(SystemClock::new()),
    )?;
    tv.run_for(Duration::from_secs(5));
    tv.rest();
    // The screen goes by the server's time, which is known by now.
    let minute_ms = i64::try_from(MINUTE.as_millis())?;
    let past_ms = tv.app.cache().server_time().at_ms.rem_euclid(minute_ms);
    let rest = Duration::from_millis(u64::try_from(minute_ms - past_ms)?);
    tv.run_for(rest + MARGIN);
    tv.rest();
    let over = Arc::new(AtomicBool::new(false));
    let (frames, wakeups) = (tv.screen.frames_painted(), tv.screen.wakeups());
    let ended = Arc::clone(&over);
    let timer = std::thread::spawn(move || {
        std::thread::sleep(MINUTE - 4 * MARGIN);
        ended.store(true, Ordering::Release);
        slint::quit_event_loop()
    });
    slint::run_event_loop_until_quit()?;
    ensure!(
        over.load(Ordering::Acquire),
        "the application left by itself"
    );
    timer
        .join()
        .map_err(|_| anyhow::anyhow!("the timer panicked"))??;
    let counted = (
        tv.screen.frames_painted() - frames,
        tv.screen.wakeups() - wakeups,
    );
    tv.app.quit();
    Ok(counted)
}
