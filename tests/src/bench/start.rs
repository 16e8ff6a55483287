//! The program itself: how soon it shows Home, and how much memory it takes.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};

use crate::harness::process;
use crate::harness::program::built_beside;

/// How often the start is measured.
const STARTS: usize = 20;
/// How long Home is left alone until its memory is looked at, and how often.
const LOOK_EVERY: Duration = Duration::from_millis(500);
const LOOKS: usize = 20;

/// A running program that is killed when it is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(data: &Path, server: &str) -> anyhow::Result<Running> {
    let child = Command::new(built_beside("tv-app")?)
        .args([
            "--headless",
            "--report-first-frame",
            "--server",
            server,
            "--data",
        ])
        .arg(data)
        .env("RUST_LOG", "error")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("tv-app does not start")?;
    Ok(Running(child))
}

fn wait_for_frame(running: &mut Running) -> anyhow::Result<()> {
    let output = running.0.stdout.take().context("no stdout")?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    ensure!(
        line.trim() == "first-frame home",
        "tv-app said {line:?} instead of showing Home"
    );
    Ok(())
}

/// Milliseconds from starting the process to the first painted Home, of twenty starts.
///
/// # Errors
/// When it does not show Home.
pub fn first_frames(data: &Path, server: &str) -> anyhow::Result<Vec<f64>> {
    let mut took = Vec::with_capacity(STARTS);
    for _ in 0..STARTS {
        let began = Instant::now();
        let mut running = start(data, server)?;
        wait_for_frame(&mut running)?;
        took.push(began.elapsed().as_secs_f64() * 1_000.0);
    }
    Ok(took)
}

/// Resident memory at Home, the largest of ten seconds, in MB.
///
/// # Errors
/// When it does not show Home.
pub fn memory_at_home(data: &Path, server: &str) -> anyhow::Result<f64> {
    let mut running = start(data, server)?;
    wait_for_frame(&mut running)?;
    let mut largest: f64 = 0.0;
    for _ in 0..LOOKS {
        std::thread::sleep(LOOK_EVERY);
        largest = largest.max(process::resident_mb(running.0.id())?);
    }
    Ok(largest)
}
