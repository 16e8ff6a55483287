//! What Linux knows of a process.

use std::fs;
use std::time::Duration;

use anyhow::{Context as _, ensure};

/// Unit of the processor times in `/proc`, the same on all machines Linux runs on.
const TICK: Duration = Duration::from_millis(10);

/// Processor time of this process so far, all threads, also those that have ended.
///
/// # Errors
/// When `/proc` cannot be read.
pub fn cpu_time() -> anyhow::Result<Duration> {
    let stat = fs::read_to_string("/proc/self/stat").context("/proc/self/stat")?;
    // The name, the second field, may hold spaces; it ends with the last parenthesis.
    let (_, fields) = stat.rsplit_once(") ").context("/proc/self/stat: no name")?;
    let times: Vec<u32> = fields
        .split(' ')
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse().ok())
        .collect();
    ensure!(times.len() == 2, "/proc/self/stat: no processor times");
    Ok(TICK * times.iter().sum())
}

/// Memory of a process that is in RAM, in MB (1024 × 1024).
///
/// # Errors
/// When there is no such process.
pub fn resident_mb(pid: u32) -> anyhow::Result<f64> {
    let path = format!("/proc/{pid}/status");
    let status = fs::read_to_string(&path).with_context(|| path.clone())?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .with_context(|| format!("{path}: no VmRSS"))?;
    let kib: f64 = line
        .trim()
        .trim_end_matches("kB")
        .trim()
        .parse()
        .context("VmRSS")?;
    Ok(kib / 1024.0)
}
