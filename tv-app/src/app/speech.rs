//! Reading aloud through speech-dispatcher, the Linux standard, by its command `spd-say`.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::later;
use crate::screens::Input;

/// The speech program and what it is saying.
pub(super) struct Speech {
    /// Counts texts; even while nothing is being said. A thread whose number is not the newest
    /// is to be silent.
    turn: Arc<AtomicU64>,
}

impl Speech {
    pub(super) fn new() -> Self {
        Self {
            turn: Arc::default(),
        }
    }

    /// Stops what is being said.
    pub(super) fn stop(&self) {
        let turn = self.turn.load(Ordering::Acquire);
        if turn % 2 == 1
            && self
                .turn
                .compare_exchange(turn, turn + 1, Ordering::AcqRel, Ordering::Relaxed)
                .is_ok()
        {
            spawn(|| {
                run(&["--cancel"]);
            });
        }
    }

    /// Says the pieces one after the other. `false` when no speech program is installed.
    pub(super) fn speak(&self, pieces: Vec<String>) -> bool {
        if !is_installed() {
            return false;
        }
        self.stop();
        let turn = Arc::clone(&self.turn);
        let mine = turn.load(Ordering::Acquire) + 1;
        turn.store(mine, Ordering::Release);
        spawn(move || {
            for (index, piece) in pieces.iter().enumerate() {
                if turn.load(Ordering::Acquire) != mine {
                    return;
                }
                later(move |app| app.input(&Input::Speaking(Some(index))));
                if !run(&["--wait", "--language", "zh", "--", piece]) {
                    break;
                }
            }
            if turn
                .compare_exchange(mine, mine + 1, Ordering::AcqRel, Ordering::Relaxed)
                .is_ok()
            {
                later(|app| app.input(&Input::Speaking(None)));
            }
        })
    }
}

fn spawn(work: impl FnOnce() + Send + 'static) -> bool {
    let spawned = std::thread::Builder::new()
        .name("speech".into())
        .spawn(work);
    spawned
        .inspect_err(|error| tracing::warn!(%error, "no thread to speak in"))
        .is_ok()
}

/// Whether there is a speech program on this box.
#[must_use]
pub fn is_installed() -> bool {
    std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|folder| folder.join("spd-say").is_file())
    })
}

fn run(arguments: &[&str]) -> bool {
    let status = Command::new("spd-say")
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    match status {
        Ok(status) => status.success(),
        Err(error) => {
            tracing::warn!(%error, "spd-say does not run");
            false
        }
    }
}
