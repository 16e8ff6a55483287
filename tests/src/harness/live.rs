//! A live meeting with everybody in it: the host in Chromium, stations and homes as programs of
//! their own, and somebody who watches the streams inside the server.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use backend_api::clock::ManualClock;
use backend_api::config::Config;
use contract::terminal::TerminalKind;
use media_relay::Tap;
use media_studio::live;
use media_studio::testing::Viewer;
use reqwest::Method;
use serde_json::{Value, json};
use store::terminals::NewTerminal;
use tempfile::TempDir;
use tv_app::cache::{Cache, Enrolment};
use tv_app::clock::SystemClock;

use super::Backend;
use super::backend::{LOGIN, PASSWORD};

/// What a browser may take on a machine with more work than cores.
const PATIENCE: Duration = Duration::from_secs(90);

/// Sound comes all the time, if it comes.
const SOUND: Duration = Duration::from_secs(60);
/// A tone that is heard, of full loudness. Browsers take a steady tone for noise and turn it down.
const HEARD: f64 = 0.008;
/// A tone that is not heard, of full loudness.
pub const SILENT: f64 = 0.003;

/// Lets a clock that stands still go with the time of the machine.
pub struct Going {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Going {
    /// From now on.
    #[must_use]
    pub fn start(clock: &ManualClock) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (over, clock) = (Arc::clone(&stop), clock.clone());
        let thread = std::thread::spawn(move || {
            let mut last = Instant::now();
            while !over.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(10));
                let passed = last.elapsed().as_millis();
                last += Duration::from_millis(u64::try_from(passed).unwrap_or(0));
                clock.advance_ms(i64::try_from(passed).unwrap_or(0));
            }
        });
        Self {
            stop,
            thread: Some(thread),
        }
    }
}

impl Drop for Going {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // It has nothing that could fail.
            let _ = thread.join();
        }
    }
}

/// Makes the township, with the demonstration's sections, and its villages: QH, QH0, QH1….
///
/// # Errors
/// When the folder cannot be written or is refused.
pub fn township(backend: &Backend, folder: &Path, villages: &[&str]) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)?;
    std::fs::copy(
        demo_township::township_folder().join("township.toml"),
        folder.join("township.toml"),
    )?;
    let mut list = "code,parent,kind,name\nQH,,镇,清河镇\n".to_owned();
    for (number, name) in villages.iter().enumerate() {
        writeln!(list, "QH{number},QH,村,{name}")?;
    }
    std::fs::write(folder.join("organizations.csv"), list)?;
    let report = backend.import(folder)?;
    ensure!(!report.has_complaints(), "{report}");
    Ok(())
}

fn begin_conference(backend: &Backend, token: &str, title: &str) -> anyhow::Result<String> {
    let now_ms = backend_api::clock::Clock::now_ms(&backend.clock);
    let draft = json!({
        "title": title,
        "kind": "conference",
        "organization_code": "QH",
        "audience_code": "QH",
        "starts_at_ms": now_ms + 60_000,
        "planned_ms": 4 * 3_600_000,
        "record": false,
    });
    let made = backend.ask(token, &Method::POST, "/meetings", &draft)?;
    let id = made["meeting"]["id"].as_str().context("no meeting id")?;
    backend.ask(
        token,
        &Method::POST,
        &format!("/meetings/{id}/start"),
        &Value::Null,
    )?;
    Ok(id.to_owned())
}

/// A township of one village whose conference is live, and whose clock goes.
pub struct Conference {
    /// The server.
    pub backend: Backend,
    /// The meeting.
    pub meeting: String,
    token: String,
    _going: Going,
    folder: TempDir,
}

impl Conference {
    /// Begins. `change` may alter the server's configuration.
    ///
    /// # Errors
    /// When the server does not start or refuses.
    pub fn start(change: impl FnOnce(&mut Config)) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let backend = Backend::start(&folder.path().join("server"), change)?;
        let going = Going::start(&backend.clock);
        township(&backend, &folder.path().join("content"), &["河西村"])?;
        let (_, token) = backend.administrator()?;
        let meeting = begin_conference(&backend, &token, "全镇视频会议")?;
        Ok(Self {
            backend,
            meeting,
            token,
            _going: going,
            folder,
        })
    }

    /// A folder of its own for something with this name.
    #[must_use]
    pub fn folder(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Asks the meeting's API as the one who directs it.
    ///
    /// # Errors
    /// As [`Backend::ask`].
    pub fn ask(&self, method: &Method, what: &str, body: &Value) -> anyhow::Result<Value> {
        let path = format!("/meetings/{}/{what}", self.meeting);
        self.backend.ask(&self.token, method, &path, body)
    }
}

/// A packet of the studio as the relay has it.
#[must_use]
pub fn to_relay(packet: live::Packet) -> media_relay::Packet {
    media_relay::Packet {
        media: match packet.media {
            live::Media::Video => media_relay::Media::Video,
            live::Media::Audio => media_relay::Media::Audio,
        },
        rtp: packet.rtp,
        at: packet.at,
    }
}

/// A packet of the relay as the studio has it.
#[must_use]
pub fn to_studio(packet: media_relay::Packet) -> live::Packet {
    live::Packet {
        media: match packet.media {
            media_relay::Media::Video => live::Media::Video,
            media_relay::Media::Audio => live::Media::Audio,
        },
        rtp: packet.rtp,
        at: packet.at,
    }
}

/// A terminal's folder, enrolled already. Answers its id.
///
/// # Errors
/// When the database or the folder refuse.
pub fn enrol(
    backend: &Backend,
    folder: &Path,
    kind: TerminalKind,
    organization_code: &str,
    name: &str,
) -> anyhow::Result<String> {
    let token = token(organization_code, name);
    let sha256 = backend_api::services::secrets::sha256_hex(&token);
    let (code, named) = (organization_code.to_owned(), name.to_owned());
    let terminal = backend.store()?.write(move |tx| {
        let organization = store::organizations::by_code(tx, &code)?
            .ok_or(store::Error::NotFound("organization"))?;
        let new = NewTerminal {
            kind,
            name: named.clone(),
            organization_id: organization.id,
            token_sha256: sha256.clone(),
        };
        store::terminals::create(tx, &new, super::NOW_MS)
    })?;
    let cache = Cache::open(folder, Arc::new(SystemClock::new()))?;
    cache.set_enrolment(&Enrolment {
        server_url: backend.url(),
        token,
        terminal_id: terminal.id.clone(),
        kind,
        name: name.to_owned(),
        organization: terminal.organization,
    })?;
    Ok(terminal.id)
}

/// The token of a terminal that [`enrol`] made.
#[must_use]
pub fn token(organization_code: &str, name: &str) -> String {
    // Header values are plain ASCII.
    backend_api::services::secrets::sha256_hex(&format!("{organization_code}/{name}"))
}

/// The built console.
///
/// # Errors
/// When it was not built.
pub fn console() -> anyhow::Result<PathBuf> {
    let console = Path::new(env!("CARGO_MANIFEST_DIR")).join("../backend-api/console");
    ensure!(
        console.join("dist/index.html").is_file(),
        "the console is not built: run `packaging/console.sh build` first"
    );
    Ok(console)
}

/// A host in Chromium, at the console's page.
pub struct Host {
    child: Child,
    orders: ChildStdin,
    said: Receiver<Value>,
    /// The meeting.
    pub meeting: String,
}

impl Host {
    /// Signs in, makes a conference with this title, goes live and waits for the program.
    ///
    /// # Errors
    /// When anything of that does not happen; with what the page said.
    pub fn start(backend: &Backend, title: &str, sound: &Path) -> anyhow::Result<Self> {
        backend.administrator()?;
        let mut child = Command::new("node")
            .arg(console()?.join("e2e/host.mjs"))
            .env("BASE_URL", backend.url())
            .env("LOGIN", LOGIN)
            .env("PASSWORD", PASSWORD)
            .env("MEETING", title)
            .env("FAKE_AUDIO", sound)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("node does not start")?;
        let orders = child.stdin.take().context("no stdin")?;
        let output = BufReader::new(child.stdout.take().context("no stdout")?);
        let (tell, said) = channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if let Ok(value) = serde_json::from_str(&line) {
                    // Nobody listens any more at the end.
                    let _ = tell.send(value);
                }
            }
        });
        let mut host = Self {
            child,
            orders,
            said,
            meeting: String::new(),
        };
        host.meeting = host.wait("meeting")?["id"]
            .as_str()
            .context("no meeting id")?
            .to_owned();
        host.wait("program")?;
        Ok(host)
    }

    /// Waits until the page's driver says this.
    ///
    /// # Errors
    /// When it says that something failed, or nothing.
    pub fn wait(&self, event: &str) -> anyhow::Result<Value> {
        let began = Instant::now();
        loop {
            let left = PATIENCE.saturating_sub(began.elapsed());
            let said = self
                .said
                .recv_timeout(left)
                .with_context(|| format!("the host's page never said {event}"))?;
            match said["event"].as_str() {
                Some(name) if name == event => return Ok(said),
                Some("failed" | "error" | "page_error") => bail!("the host's page: {said}"),
                _ => {}
            }
        }
    }

    /// Has a command carried out and waits until it is.
    ///
    /// # Errors
    /// As [`Host::wait`].
    pub fn order(&mut self, command: &str) -> anyhow::Result<Value> {
        self.begin(command)?;
        self.wait("done")
    }

    /// Gives a command without waiting.
    ///
    /// # Errors
    /// When the driver is gone.
    pub fn begin(&mut self, command: &str) -> anyhow::Result<()> {
        writeln!(self.orders, "{command}")?;
        Ok(self.orders.flush()?)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // Chromium goes with the driver when its input ends.
        let _ = writeln!(self.orders, "quit");
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(5) {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Watches a route inside the server: what comes out is what anybody with that route sees and
/// hears.
pub struct Watcher {
    viewer: Arc<Viewer>,
    tap: Tap,
}

impl Watcher {
    /// Begins with a keyframe.
    ///
    /// # Errors
    /// When there is no relay or a decoder is missing.
    pub fn start(backend: &Backend, route: &str) -> anyhow::Result<Self> {
        let media = backend.server()?.media();
        let relay = media.relay().map_err(|e| anyhow::anyhow!("{e:?}"))?;
        let viewer = Arc::new(Viewer::start(media.epoch())?);
        let into = Arc::clone(&viewer);
        let tap = relay.tap(route, move |packet| {
            into.push(&to_studio(packet));
        });
        tap.request_keyframe();
        Ok(Self { viewer, tap })
    }

    /// What it has decoded.
    #[must_use]
    pub fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    /// Asks for a keyframe.
    pub fn request_keyframe(&self) {
        self.tap.request_keyframe();
    }

    /// Waits until all of these tones (Hz) are heard at the same time; the others are never heard. A
    /// browser on a busy machine captures in bursts, and sound that comes a second late is left out of
    /// the mix: not every half second has all that is said.
    ///
    /// # Errors
    /// When no sound comes, when a tone of `silent` is heard, or when not all of `heard` are for
    /// 90 s.
    pub fn hears(&self, heard: &[f64], silent: &[f64]) -> anyhow::Result<()> {
        let began = Instant::now();
        loop {
            self.viewer.forget_sound();
            let before = self.viewer.samples();
            let came = self
                .viewer
                .wait(SOUND, |viewer| viewer.samples() > before + 30_000);
            ensure!(came, "no sound");
            let loudness = |hz: &f64| self.viewer.tone(*hz);
            let others: Vec<f64> = silent.iter().map(loudness).collect();
            ensure!(
                others.iter().all(|tone| *tone < SILENT),
                "{silent:?} are heard: {others:?}"
            );
            let tones: Vec<f64> = heard.iter().map(loudness).collect();
            if tones.iter().all(|tone| *tone > HEARD) {
                return Ok(());
            }
            ensure!(began.elapsed() < PATIENCE, "of {heard:?} only {tones:?}");
        }
    }
}

/// A WAV file with one tone, 48 kHz, for the browser's microphone. It swells four times a second, as
/// speech does: a steady tone is noise to a browser, which takes it away after some seconds.
///
/// # Errors
/// When it cannot be written.
pub fn write_tone(path: &Path, hz: f64, seconds: u32) -> anyhow::Result<()> {
    const RATE: u32 = 48_000;
    /// A second; whole numbers of them fit into what is listened to at a time.
    const SYLLABLES: f64 = 4.0;
    let count = RATE * seconds;
    let mut bytes = Vec::with_capacity(44 + count as usize * 2);
    bytes.extend_from_slice(b"RIFF");
    bytes.extend_from_slice(&(36 + count * 2).to_le_bytes());
    bytes.extend_from_slice(b"WAVEfmt ");
    bytes.extend_from_slice(&16_u32.to_le_bytes());
    bytes.extend_from_slice(&1_u16.to_le_bytes());
    bytes.extend_from_slice(&1_u16.to_le_bytes());
    bytes.extend_from_slice(&RATE.to_le_bytes());
    bytes.extend_from_slice(&(RATE * 2).to_le_bytes());
    bytes.extend_from_slice(&2_u16.to_le_bytes());
    bytes.extend_from_slice(&16_u16.to_le_bytes());
    bytes.extend_from_slice(b"data");
    bytes.extend_from_slice(&(count * 2).to_le_bytes());
    for step in 0..count {
        let seconds = f64::from(step) / f64::from(RATE);
        let phase = std::f64::consts::TAU * hz * seconds;
        let swell = (std::f64::consts::PI * SYLLABLES * seconds).sin().powi(2);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "at most two fifths of the range"
        )]
        let sample = (phase.sin() * swell * 13_000.0) as i16;
        bytes.extend_from_slice(&sample.to_le_bytes());
    }
    Ok(std::fs::write(path, bytes)?)
}
