//! A program of the system reads a file within limits: of time, of memory, of what it may write, with nothing of this
//! process' environment. It is ended when its time is over.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::runtime::Handle;

use super::told::Unturned;

/// How long a program may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// Memory and processor time it may take, and how large a file may get that it writes.
const LIMITS: [&str; 5] = [
    "--as=1073741824",
    "--cpu=50",
    "--fsize=67108864",
    "--nofile=64",
    "--core=0",
];

/// Bytes that a program may write to its standard output.
const MOST_SAID: u64 = 32 * 1024 * 1024;

/// A folder of its own that is gone in the end.
pub(super) struct Scratch(PathBuf);

impl Scratch {
    /// A new folder with the file in it.
    pub(super) fn with(parent: &Path, bytes: &[u8]) -> Result<Self, Unturned> {
        let failed = |error: std::io::Error| Unturned::Tool("scratch", error.to_string());
        let folder = parent.join(uuid::Uuid::new_v4().to_string());
        fs::create_dir_all(&folder).map_err(failed)?;
        let scratch = Self(folder);
        fs::write(scratch.place("in"), bytes).map_err(failed)?;
        Ok(scratch)
    }

    /// A file in it.
    pub(super) fn place(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left is cleared away when the server starts.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What a program said, and whether it ended well.
pub(super) struct Said {
    pub(super) well: bool,
    pub(super) out: String,
    pub(super) errors: String,
}

/// Runs a program in a folder. Blocks, on a thread where the runtime can be waited for.
pub(super) fn run(
    scratch: &Scratch,
    program: &'static str,
    arguments: &[&str],
) -> Result<Said, Unturned> {
    let failed = |error: std::io::Error| Unturned::Tool(program, error.to_string());
    let (out, errors) = (scratch.place("said"), scratch.place("errors"));
    let mut command = Command::new("prlimit");
    command
        .args(LIMITS)
        .arg("--")
        .arg(program)
        .args(arguments)
        .current_dir(&scratch.0)
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("HOME", &scratch.0)
        .env("LANG", "C.UTF-8")
        .stdin(Stdio::null())
        .stdout(File::create(&out).map_err(failed)?)
        .stderr(File::create(&errors).map_err(failed)?)
        .kill_on_drop(true);
    let ended = Handle::current().block_on(async {
        let mut child = command.spawn().map_err(failed)?;
        match tokio::time::timeout(PATIENCE, child.wait()).await {
            Ok(ended) => ended.map_err(failed),
            Err(_) => {
                // It is waited for, so that nobody writes into the folder any more.
                let _ = child.kill().await;
                Err(Unturned::TooSlow)
            }
        }
    })?;
    let read = |path: &Path| -> Result<String, Unturned> {
        let size = fs::metadata(path).map_err(failed)?.len();
        if size > MOST_SAID {
            return Err(Unturned::TooLarge);
        }
        let bytes = fs::read(path).map_err(failed)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    let said = Said {
        well: ended.success(),
        out: read(&out)?,
        errors: read(&errors)?,
    };
    // What prlimit says when there is no such program.
    if !said.well && said.errors.contains("failed to execute") {
        return Err(Unturned::Tool(program, said.errors));
    }
    // Ended by the limit of its time, of what it writes, or of its memory.
    match std::os::unix::process::ExitStatusExt::signal(&ended) {
        Some(9 | 24) => Err(Unturned::TooSlow),
        Some(6 | 25) => Err(Unturned::TooLarge),
        _ => Ok(said),
    }
}
