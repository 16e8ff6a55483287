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

/// What a process holds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Held {
    /// Memory in RAM, in MB (1024 × 1024).
    pub resident_mb: f64,
    /// Threads.
    pub threads: usize,
    /// Open files, sockets and pipes.
    pub descriptors: usize,
}

/// What a process holds now.
///
/// # Errors
/// When there is no such process.
pub fn held(pid: u32) -> anyhow::Result<Held> {
    let count = |what: &str| {
        let path = format!("/proc/{pid}/{what}");
        anyhow::Ok(fs::read_dir(&path).with_context(|| path.clone())?.count())
    };
    Ok(Held {
        resident_mb: resident_mb(pid)?,
        threads: count("task")?,
        descriptors: count("fd")?,
    })
}

/// Processor time so far of the threads of this process whose name begins like this.
///
/// # Errors
/// When `/proc` cannot be read.
pub fn thread_time(name: &str) -> anyhow::Result<Duration> {
    let mut ticks = 0_u32;
    for task in fs::read_dir("/proc/self/task").context("/proc/self/task")? {
        // A thread may end while it is looked at.
        let Ok(stat) = fs::read_to_string(task?.path().join("stat")) else {
            continue;
        };
        let Some((head, fields)) = stat.rsplit_once(") ") else {
            continue;
        };
        if !head
            .split_once('(')
            .is_some_and(|(_, thread)| thread.starts_with(name))
        {
            continue;
        }
        let times = fields.split(' ').skip(11).take(2);
        ticks += times
            .filter_map(|field| field.parse::<u32>().ok())
            .sum::<u32>();
    }
    Ok(TICK * ticks)
}
