//! The TV program itself, as a process, operated and observed through its virtual TV.

use std::collections::VecDeque;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tv_app::remote::RemoteKey;

/// How long it may take to serve its page.
const STARTING: Duration = Duration::from_secs(60);
/// How often its state is asked for while something is waited for.
const ASK_EVERY: Duration = Duration::from_millis(20);
/// Lines of its log that are kept for failures.
const LAST_WORDS: usize = 40;
/// What it logs before the address of its page.
const ADDRESS: &str = "虚拟电视：";

/// A running TV. Dropping it kills it.
pub struct Program {
    child: Child,
    page: String,
    http: reqwest::Client,
    runtime: Runtime,
    log: Arc<Mutex<VecDeque<String>>>,
    started: Instant,
}

/// The folder that Cargo built this program into: `debug` or `release` in its target folder.
///
/// # Errors
/// When the program does not know where it lies.
pub fn build_folder() -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe()?;
    let folder = own.parent().context("this program lies in no folder")?;
    // Tests lie one folder deeper than programs.
    let folder = if folder.ends_with("deps") {
        folder.parent().context("this program lies in no folder")?
    } else {
        folder
    };
    Ok(folder.to_owned())
}

/// Where a program lies that was built together with this one.
///
/// # Errors
/// When it was not built; says how to.
pub fn built_beside(name: &str) -> anyhow::Result<PathBuf> {
    let folder = build_folder()?;
    let path = folder.join(name);
    let release = if folder.ends_with("release") {
        "--release "
    } else {
        ""
    };
    ensure!(
        path.is_file(),
        "{} is missing: run `cargo build {release}-p {name}` first",
        path.display()
    );
    Ok(path)
}

impl Program {
    /// Starts it on a terminal's folder, with a server or without a network.
    ///
    /// # Errors
    /// When it ends or does not serve its page in time; with the end of its log.
    pub fn start(data: &Path, server: Option<&str>) -> anyhow::Result<Self> {
        Self::start_with(data, server, &[])
    }

    /// As [`Program::start`], with more options.
    ///
    /// # Errors
    /// As [`Program::start`].
    pub fn start_with(data: &Path, server: Option<&str>, options: &[&str]) -> anyhow::Result<Self> {
        let mut command = Command::new(built_beside("tv-app")?);
        command
            .args(["--virtual", "127.0.0.1:0", "--data"])
            .arg(data)
            .args(options);
        if let Some(server) = server {
            command.args(["--server", server]);
        }
        command
            .env("RUST_LOG", "info")
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stderr(Stdio::piped());
        let started = Instant::now();
        let mut child = command.spawn().context("tv-app does not start")?;
        let output = child.stderr.take().context("no stderr")?;
        let log = Arc::new(Mutex::new(VecDeque::new()));
        let (page, served) = channel();
        let lines = Arc::clone(&log);
        std::thread::spawn(move || listen(BufReader::new(output), &lines, &page));
        let mut program = Self {
            child,
            page: String::new(),
            http: reqwest::Client::new(),
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?,
            log,
            started,
        };
        program.page = program.address(&served)?;
        Ok(program)
    }

    fn address(&self, served: &Receiver<String>) -> anyhow::Result<String> {
        served
            .recv_timeout(STARTING)
            .with_context(|| format!("tv-app does not serve its page:\n{}", self.last_words()))
    }

    /// What it shows: route, zone, item, depth, dialog, online, pending.
    ///
    /// # Errors
    /// When it does not answer; with the end of its log.
    pub fn state(&self) -> anyhow::Result<Value> {
        let url = format!("{}state", self.page);
        let asked = self
            .runtime
            .block_on(async { self.http.get(&url).send().await?.json().await });
        asked.with_context(|| format!("tv-app does not answer:\n{}", self.last_words()))
    }

    /// Presses a key and lets go.
    ///
    /// # Errors
    /// When it does not take it.
    pub fn press(&self, key: RemoteKey) -> anyhow::Result<()> {
        let url = format!("{}key", self.page);
        let body = json!({ "key": key.name() }).to_string();
        let request = self
            .http
            .post(&url)
            .header("content-type", "application/json")
            .body(body);
        let answer = self.runtime.block_on(request.send())?;
        ensure!(
            answer.status().is_success(),
            "the key {key:?} was answered with {}",
            answer.status()
        );
        Ok(())
    }

    /// Waits until its state fits and answers that state.
    ///
    /// # Errors
    /// When it does not fit in time; with what was waited for, the last state and the log's end.
    pub fn wait_for(
        &self,
        what: &str,
        time: Duration,
        mut fits: impl FnMut(&Value) -> bool,
    ) -> anyhow::Result<Value> {
        let began = Instant::now();
        loop {
            let state = self.state()?;
            if fits(&state) {
                return Ok(state);
            }
            if began.elapsed() > time {
                bail!(
                    "waited in vain for {what}; its state is {state}; its log ends with\n{}",
                    self.last_words()
                );
            }
            std::thread::sleep(ASK_EVERY);
        }
    }

    /// How long ago it was started.
    #[must_use]
    pub fn age(&self) -> Duration {
        self.started.elapsed()
    }

    /// Its process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Kills it with SIGKILL, as a power cut does.
    ///
    /// # Errors
    /// When it had ended by itself before.
    pub fn kill(mut self) -> anyhow::Result<()> {
        if let Some(status) = self.child.try_wait()? {
            bail!(
                "tv-app had ended by itself ({status}):\n{}",
                self.last_words()
            );
        }
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    fn last_words(&self) -> String {
        self.log
            .lock()
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join("\n")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Keeps the end of the log and tells the address of the page.
fn listen(output: impl std::io::BufRead, log: &Mutex<VecDeque<String>>, page: &Sender<String>) {
    for line in output.lines().map_while(Result::ok) {
        if let Some((_, address)) = line.split_once(ADDRESS) {
            // Nobody waits for it a second time.
            let _ = page.send(address.trim().to_owned());
        }
        let mut log = log.lock();
        if log.len() == LAST_WORDS {
            log.pop_front();
        }
        log.push_back(line);
    }
}
