//! A primary of PostgreSQL and a standby that follows it, of one test.

use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use super::{binaries, change_user, initdb, server_user};

/// Both servers; they end when dropped. A commit is acknowledged when both have it.
pub struct Pair {
    folder: TempDir,
    bin: PathBuf,
    owner: Option<(u32, u32)>,
    primary: Child,
    standby: Child,
}

impl Pair {
    /// Starts both, the second as the synchronous standby of the first; `None` where PostgreSQL is not installed.
    ///
    /// # Panics
    /// They do not start.
    #[must_use]
    pub fn start() -> Option<Self> {
        let bin = binaries()?;
        let folder = tempfile::tempdir().expect("cannot make a temporary folder");
        let at = folder.path();
        fs::set_permissions(at, fs::Permissions::from_mode(0o755)).expect("our own folder");
        let owner = server_user();
        for name in ["one", "two", "one.run", "two.run"] {
            let path = at.join(name);
            fs::create_dir(&path).expect("cannot make a folder");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).expect("just made");
            if let Some((uid, gid)) = owner {
                chown(&path, Some(uid), Some(gid)).expect("cannot give a folder away");
            }
        }
        initdb(&bin, &at.join("one"), owner, &["--auth=trust"]);
        configure(at, "one");
        let primary = start(at, &bin, owner, "one");
        until_ready(at, &bin, "one");
        let copied = command(owner, &bin.join("pg_basebackup"), at)
            .args(["-U", "postgres", "-X", "stream", "-c", "fast", "-R", "-h"])
            .arg(at.join("one.run"))
            .arg("-D")
            .arg(at.join("two"))
            .output()
            .expect("cannot run pg_basebackup");
        let said = String::from_utf8_lossy(&copied.stderr);
        assert!(copied.status.success(), "pg_basebackup: {said}");
        // The copy has the settings of the first, and after them where to follow.
        configure(at, "two");
        let standby = start(at, &bin, owner, "two");
        until_ready(at, &bin, "two");
        let pair = Self {
            folder,
            bin,
            owner,
            primary,
            standby,
        };
        let set = "ALTER SYSTEM SET synchronous_standby_names = '*'";
        pair.ask("one", set);
        pair.ask("one", "SELECT pg_reload_conf()");
        let follows = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'";
        pair.until("one", follows, "1");
        Some(pair)
    }

    /// A URL that names both, the standby first.
    #[must_use]
    pub fn url(&self) -> String {
        let at = self.folder.path().display();
        format!("postgresql:///postgres?user=postgres&host={at}/two.run&host={at}/one.run")
    }

    /// The primary ends at once, as with a machine that loses its power.
    pub fn kill_primary(&mut self) {
        // The server's own processes end when they see that it is gone.
        let _ = self.primary.kill();
        let _ = self.primary.wait();
    }

    /// The standby becomes the primary, and waits for no other.
    ///
    /// # Panics
    /// It does not.
    pub fn promote(&self) {
        let alone = "ALTER SYSTEM SET synchronous_standby_names = ''";
        self.ask("two", "SELECT pg_promote()");
        self.until("two", "SELECT pg_is_in_recovery()", "f");
        self.ask("two", alone);
        self.ask("two", "SELECT pg_reload_conf()");
    }

    fn ask(&self, name: &str, sql: &str) -> String {
        let at = self.folder.path();
        let said = command(self.owner, &self.bin.join("psql"), at)
            .args(["-XAtq", "-U", "postgres", "-c", sql, "-h"])
            .arg(at.join(format!("{name}.run")))
            .output()
            .expect("cannot run psql");
        let why = String::from_utf8_lossy(&said.stderr);
        assert!(said.status.success(), "{sql}: {why}");
        String::from_utf8_lossy(&said.stdout).trim().to_owned()
    }

    fn until(&self, name: &str, sql: &str, answer: &str) {
        for _ in 0..1_200 {
            if self.ask(name, sql) == answer {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("{sql} is not {answer}");
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        for server in [&mut self.primary, &mut self.standby] {
            // Its data is thrown away: no need to end in order.
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}

/// A command as the user who runs the servers.
fn command(owner: Option<(u32, u32)>, program: &Path, at: &Path) -> Command {
    let change_user = change_user(owner);
    let mut command = Command::new(&change_user[0]);
    command.args(&change_user[1..]).arg(program).current_dir(at);
    command
}

fn configure(at: &Path, name: &str) {
    let conf = at.join(name).join("postgresql.conf");
    let mut text = fs::read_to_string(&conf).expect("made by initdb");
    let run = at.join(format!("{name}.run"));
    text.push_str(&format!(
        "\nlisten_addresses = ''\nunix_socket_directories = '{}'\nfsync = off\nshared_buffers = 16MB\n",
        run.display()
    ));
    fs::write(conf, text).expect("cannot write the settings");
}

fn start(at: &Path, bin: &Path, owner: Option<(u32, u32)>, name: &str) -> Child {
    command(owner, &bin.join("postgres"), at)
        .arg("-D")
        .arg(at.join(name))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(File::create(at.join(format!("{name}.log"))).expect("cannot write the log"))
        .spawn()
        .expect("cannot start a server")
}

fn until_ready(at: &Path, bin: &Path, name: &str) {
    for _ in 0..1_200 {
        let ready = Command::new(bin.join("pg_isready"))
            .args(["-q", "-U", "postgres", "-h"])
            .arg(at.join(format!("{name}.run")))
            .status()
            .expect("cannot run pg_isready");
        if ready.success() {
            return;
        }
        thread::sleep(Duration::from_millis(50));
    }
    let log = fs::read_to_string(at.join(format!("{name}.log"))).unwrap_or_default();
    panic!("PostgreSQL did not start: {log}");
}
