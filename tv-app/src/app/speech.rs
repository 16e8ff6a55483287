//! Reading aloud through speech-dispatcher, the Linux standard, by its command `spd-say`, which starts
//! the dispatcher when it is not running.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Left to itself the dispatcher knows PulseAudio alone, and a box draws on the bare device.
const SETTINGS: &str = "AudioOutputMethod \"pulse,alsa\"\n";

/// A piece takes at most so long, and so long a character besides: without a sound device the
/// dispatcher answers nothing, and `spd-say` would wait for ever.
const LONGEST: (Duration, Duration) = (Duration::from_secs(15), Duration::from_secs(1));

/// How often it is looked whether a piece has been said.
const LOOK: Duration = Duration::from_millis(20);

/// The speech program and what it is saying.
pub(super) struct Speech {
    /// Where the dispatcher's settings are.
    folder: PathBuf,
    /// Counts texts; even while nothing is being said. A thread whose number is not the newest
    /// is to be silent.
    turn: Arc<AtomicU64>,
    /// Told in another thread which piece is being said; `None` when that is over.
    says: Says,
}

type Says = Arc<dyn Fn(Option<usize>) + Send + Sync>;

impl Speech {
    /// The dispatcher's settings are kept in a folder of this one. `says` is told in another thread
    /// which piece is being said, and `None` when that is over.
    pub(super) fn new(folder: &Path, says: Says) -> Self {
        Self {
            folder: folder.join("speech"),
            turn: Arc::default(),
            says,
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
            let folder = self.folder.clone();
            spawn(move || {
                run(&folder, &["--cancel"], LONGEST.0);
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
        let folder = self.folder.clone();
        let says = Arc::clone(&self.says);
        spawn(move || {
            for (index, piece) in pieces.iter().enumerate() {
                if turn.load(Ordering::Acquire) != mine {
                    return;
                }
                says(Some(index));
                let characters = u32::try_from(piece.chars().count()).unwrap_or(u32::MAX);
                let limit = LONGEST
                    .0
                    .saturating_add(LONGEST.1.saturating_mul(characters));
                let said = ["--wait", "--language", "zh", "--", piece];
                if !run(&folder, &said, limit) {
                    break;
                }
            }
            if turn
                .compare_exchange(mine, mine + 1, Ordering::AcqRel, Ordering::Relaxed)
                .is_ok()
            {
                says(None);
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

/// Runs `spd-say`; whether it did what it was told within the time.
fn run(folder: &Path, arguments: &[&str], limit: Duration) -> bool {
    let mut command = Command::new("spd-say");
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if let Some(settings) = settings(folder, own_settings().as_deref()) {
        command.env("XDG_CONFIG_HOME", settings);
    }
    let ended = command.spawn().and_then(|child| wait(child, limit));
    match ended {
        Ok(Some(status)) => status.success(),
        Ok(None) => {
            tracing::warn!("nothing was said: is there a sound device?");
            false
        }
        Err(error) => {
            tracing::warn!(%error, "spd-say does not run");
            false
        }
    }
}

/// Waits for a program, and ends it when its time is over.
fn wait(mut child: Child, limit: Duration) -> std::io::Result<Option<ExitStatus>> {
    let until = Instant::now() + limit;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= until {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(LOOK);
    }
}

/// The user's own settings of the dispatcher, where they would be.
fn own_settings() -> Option<PathBuf> {
    let folder = std::env::var_os("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".config")))?;
    Some(folder.join("speech-dispatcher/speechd.conf"))
}

/// The folder of settings that the dispatcher is to be started with; `None` leaves it the user's own.
fn settings(folder: &Path, own: Option<&Path>) -> Option<PathBuf> {
    if own.is_some_and(Path::is_file) {
        return None;
    }
    let file = folder.join("speech-dispatcher/speechd.conf");
    let written = std::fs::read_to_string(&file).is_ok_and(|text| text == SETTINGS)
        || std::fs::create_dir_all(file.parent()?)
            .and_then(|()| std::fs::write(&file, SETTINGS))
            .inspect_err(|error| tracing::warn!(%error, "reading aloud knows PulseAudio alone"))
            .is_ok();
    written.then(|| folder.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dispatcher_is_told_of_alsa_unless_the_user_has_settings() {
        let folder = tempfile::tempdir().unwrap();
        let ours = folder.path().join("speech");
        let own = folder.path().join("speechd.conf");
        for _ in 0..2 {
            assert_eq!(settings(&ours, Some(&own)), Some(ours.clone()));
            let file = ours.join("speech-dispatcher/speechd.conf");
            let text = std::fs::read_to_string(file).unwrap();
            assert!(text.contains("alsa"), "{text}");
        }
        std::fs::write(&own, "").unwrap();
        assert_eq!(settings(&ours, Some(&own)), None);
    }

    #[test]
    fn who_says_nothing_is_not_waited_for() {
        let silent = Command::new("sleep").arg("1000").spawn().unwrap();
        assert_eq!(wait(silent, Duration::from_millis(50)).unwrap(), None);
        let quick = Command::new("true").spawn().unwrap();
        let status = wait(quick, Duration::from_secs(60)).unwrap();
        assert!(status.is_some_and(|status| status.success()));
    }
}
