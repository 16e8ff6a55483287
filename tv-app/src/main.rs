//! Starts the television application: reads the options, starts the screen, the keys and the
//! application, and runs until it is left.

use std::cell::Cell;
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use clap::Parser;
use media_player::Player;
use media_player::publish::GstPublisher;
use media_player::record::GstRecorder;
use parking_lot::RwLock;
use tracing_subscriber::EnvFilter;

use tv_app::app::{App, Capturing, Parts, later};
use tv_app::cache::{Cache, Storage};
use tv_app::client::ClientConfig;
use tv_app::clock::{Clock, SystemClock};
use tv_app::networks::NetworkManager;
use tv_app::platform::backend::{self, Backend, Started};
use tv_app::platform::headless::Headless;
use tv_app::platform::virtual_tv::{VirtualOptions, VirtualTv};
use tv_app::platform::{link, supervisor};
use tv_app::preview::{self, PreviewOptions};
use tv_app::remote::evdev::{self, Mode, SharedKeymap};
use tv_app::remote::{RemoteKey, gamepad, keyfile};
use tv_app::screens::settings::{RawKey, choice, name};

/// 智慧党建电视：电视盒子上的程序
#[derive(Parser)]
#[command(version)]
struct CommandLine {
    /// Address of the township's server
    #[arg(long, env = "ZHDJ_SERVER", value_name = "URL")]
    server: Option<String>,

    /// Folder for everything the terminal keeps
    #[arg(
        long,
        env = "ZHDJ_TV_DATA",
        value_name = "FOLDER",
        default_value = "/var/lib/zhdj-tv"
    )]
    data: PathBuf,

    /// Only say what this box lacks, one thing a line; exit status 1 if anything
    #[arg(long)]
    check: bool,

    /// Say on standard output which screen the first painted frame shows (for the bench)
    #[arg(long, hide = true, requires = "headless")]
    report_first_frame: bool,

    /// Use a made-up camera and microphone and keep that choice, for tests and demonstrations:
    /// PICTURE is ball, bars or a colour (e.g. 20a0ff), HERTZ a tone from 20 to 20000
    #[arg(long, value_name = "PICTURE:HERTZ", value_parser = test_capture)]
    test_capture: Option<TestCapture>,

    /// There is nothing else on this box: no key leaves the program (always so without a desktop)
    #[arg(long, env = "ZHDJ_KIOSK")]
    kiosk: bool,

    #[command(flatten)]
    preview: PreviewOptions,

    #[command(flatten)]
    screen: backend::Options,
}

/// The two settings that the option stands for.
#[derive(Clone)]
struct TestCapture {
    camera: String,
    microphone: String,
}

fn test_capture(text: &str) -> Result<TestCapture, String> {
    let (camera, microphone) =
        choice::test_settings(text).ok_or("请写成 ball:440 这样：画面:赫兹")?;
    Ok(TestCapture { camera, microphone })
}

fn main() -> anyhow::Result<()> {
    tv_app::platform::memory::settle();
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,i_slint_core=warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let options = CommandLine::parse();
    if options.check {
        return check();
    }
    if let Some(job) = &options.preview.preview {
        return preview::run(job, &options.preview);
    }
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let cache = Cache::open(&options.data, Arc::clone(&clock))
        .with_context(|| format!("打不开数据目录 {}", options.data.display()))?;
    if cache.storage() != Storage::Disk {
        tracing::error!(
            "写不了数据目录 {}：先在内存里运行，关机后不保留。请检查这个目录和磁盘",
            options.data.display()
        );
    }
    if let Some(test) = &options.test_capture {
        cache.set_setting(name::CAMERA, &test.camera)?;
        cache.set_setting(name::MICROPHONE, &test.microphone)?;
    }
    let started = backend::start(&options.screen)?;
    let keymap_file = options.data.join("keymap.toml");
    let keymap: SharedKeymap = Arc::new(RwLock::new(keyfile::read(&keymap_file)));
    let parts = Parts {
        cache,
        clock: Arc::clone(&clock),
        player: Box::new(|events| {
            Box::new(media_player::GstPlayer::new(events)) as Box<dyn Player>
        }),
        publisher: Some(Capturing {
            publisher: Box::new(|events| Box::new(GstPublisher::new(events))),
            devices: media_player::publish::devices,
            recorder: Box::new(|events| Box::new(GstRecorder::new(events))),
            check: media_player::publish::check,
        }),
        networks: Some(Arc::new(NetworkManager)),
        client: options
            .server
            .map(|url| ClientConfig::new(&url, &host_name())),
        resume: true,
        learn: learner(Arc::clone(&keymap), keymap_file),
        speaks: true,
        wait_for_font: false,
        kiosk: options.kiosk || started.backend == Backend::Kms,
    };
    let app = App::start(parts)?;
    started.prepare(slint::ComponentHandle::window(app.window()));
    if let Some(screen) = started
        .headless
        .as_ref()
        .filter(|_| options.report_first_frame)
    {
        report_first_frame(screen, &app);
    }
    if let Err(error) = link::watch(|| later(App::network_came)) {
        tracing::warn!(%error, "networks that come are not noticed; what waits tries by itself");
    }
    let _inputs = start_inputs(&app, started.backend, keymap, clock);
    let _page = start_page(&app, &started, &options.screen)?;
    let _told = supervisor::tell(app.status());
    stop_on_signals()?;
    slint::run_event_loop_until_quit()?;
    app.quit();
    if app.is_restarting() {
        return Err(begin_anew());
    }
    Ok(())
}

/// Puts a new run of this program in the place of this one, also where nothing looks after it that would start it
/// again. Returns only when that is not possible; whoever looks after it then does.
fn begin_anew() -> anyhow::Error {
    let program = match std::env::current_exe() {
        Ok(program) => program,
        Err(error) => return error.into(),
    };
    tracing::info!("beginning anew");
    let mut anew = std::process::Command::new(&program);
    let error = anew.args(std::env::args_os().skip(1)).exec();
    anyhow::Error::new(error).context(format!("{} 重新启动不了", program.display()))
}

/// Says what the box lacks for everything to work.
fn check() -> anyhow::Result<()> {
    let mut missing = media_player::elements::missing().map_err(anyhow::Error::msg)?;
    media_player::http::client(reqwest::Client::builder)?;
    if media_player::http::trusts_nobody() {
        missing.push("ca-certificates");
    }
    if !tv_app::app::reads_aloud() {
        missing.push("speech-dispatcher");
    }
    for name in &missing {
        writeln!(std::io::stdout(), "{name}")?;
    }
    anyhow::ensure!(missing.is_empty(), "这台机器缺少 {} 样东西", missing.len());
    Ok(())
}

/// Says once that a frame was painted, and what it shows.
fn report_first_frame(screen: &Headless, app: &App) {
    let (status, said) = (app.status(), Cell::new(false));
    screen.on_frame(move |_, _| {
        if !said.replace(true) {
            let route = status.lock()["route"]["screen"].clone();
            // The bench has gone away: nobody to tell.
            let _ = writeln!(
                std::io::stdout(),
                "first-frame {}",
                route.as_str().unwrap_or("nothing")
            );
        }
    });
}

/// Learns a key at once and writes it into the user's file.
fn learner(keymap: SharedKeymap, file: PathBuf) -> Box<dyn Fn(RawKey, RemoteKey)> {
    Box::new(move |raw, key| {
        let mut keymap = keymap.write();
        match raw {
            RawKey::Code(code) => keymap.set_key(code, Some(key)),
            RawKey::Scan(scancode) => keymap.set_scancode(scancode, Some(key)),
        }
        if let Err(error) = keyfile::write(&file, &keymap) {
            tracing::error!(%error, file = %file.display(), "the learnt key cannot be kept");
        }
    })
}

/// Keeps the sources of keys alive.
struct Inputs {
    _evdev: Option<evdev::EvdevInput>,
}

fn start_inputs(
    app: &App,
    backend: Backend,
    keymap: SharedKeymap,
    clock: Arc<dyn Clock>,
) -> Inputs {
    let Some(hub) = app.hub() else {
        return Inputs { _evdev: None };
    };
    let mode = match backend {
        Backend::Kms => Mode::Exclusive,
        Backend::Window { .. } => Mode::BesideWindow,
        // Keys of the machine that only serves the page are not meant for the TV.
        Backend::Headless | Backend::Virtual(_) => return Inputs { _evdev: None },
    };
    let observer: evdev::Observer = Arc::new(|seen| {
        let raw = match (seen.scancode, seen.code) {
            (_, Some(code)) => RawKey::Code(code),
            (Some(scancode), None) => RawKey::Scan(scancode),
            (None, None) => return,
        };
        later(move |app| app.raw_key(raw));
    });
    let options = evdev::Options {
        mode,
        keymap,
        clock,
        observer: Some(observer),
        folder: "/dev/input".into(),
    };
    let evdev = evdev::start(options, hub.sender())
        .inspect_err(|error| tracing::warn!(%error, "no remote controls from the kernel"))
        .ok();
    if evdev.is_some() {
        app.allow_learning();
    }
    if gamepad::start(hub.sender()).is_none() {
        tracing::info!("no gamepads");
    }
    Inputs { _evdev: evdev }
}

fn start_page(
    app: &App,
    started: &Started,
    options: &backend::Options,
) -> anyhow::Result<Option<VirtualTv>> {
    let (Backend::Virtual(address), Some(screen), Some(hub)) =
        (started.backend, &started.headless, app.hub())
    else {
        return Ok(None);
    };
    let keys = hub.sender();
    let status = app.status();
    let page = VirtualTv::start(
        screen,
        VirtualOptions {
            address,
            allow_remote: options.virtual_allow_remote,
            keys: Arc::new(move |event| {
                if keys.send(event).is_err() {
                    tracing::debug!("a key came after the end");
                }
            }),
            state: Arc::new(move || status.lock().clone()),
        },
    )?;
    tracing::info!("虚拟电视：http://{}/", page.address());
    Ok(Some(page))
}

/// Ends in order on SIGTERM and SIGINT, with everything written down.
fn stop_on_signals() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    std::thread::Builder::new()
        .name("signals".into())
        .spawn(move || {
            runtime.block_on(async {
                let mut term =
                    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
                    {
                        Ok(term) => term,
                        Err(error) => {
                            tracing::error!(%error, "cannot wait for signals");
                            return;
                        }
                    };
                tokio::select! {
                    _ = term.recv() => {}
                    _ = tokio::signal::ctrl_c() => {}
                }
            });
            later(App::quit);
        })?;
    Ok(())
}

fn host_name() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .map(|name| name.trim().to_owned())
        .unwrap_or_default()
}
