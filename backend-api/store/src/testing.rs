//! Databases for tests, on both engines, gone with the test.
//!
//! PostgreSQL is Debian's, started here: one private server without network, on a socket in the
//! temporary folder, shared by all test processes of a user that run at the same time. Each test
//! gets its own database, copied from a migrated template. A watchdog shell holds the server; it
//! stops it and deletes its data ten seconds after the last test process has ended, and should
//! the watchdog itself be killed, the kernel stops the server (`PR_SET_PDEATHSIG`). As PostgreSQL
//! refuses to run as root, root starts it as `postgres` or `nobody`.

mod encrypted;
mod line;
mod pair;
mod rows;

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use postgres::{Client, NoTls};
use tempfile::TempDir;
use uuid::Uuid;

pub use encrypted::EncryptedServer;
pub use line::Line;
pub use pair::Pair;
pub use rows::{TableRow, rows};

use crate::driver::postgres::{Patience, Session, migrate};
use crate::migrations;
use crate::{DatabaseUrl, Result, Store, WriteTx};

/// Holds the server: `$1` folder, `$2` folder of binaries, then the command that changes user.
const WATCHDOG: &str = r#"
base=$1; bin=$2; shift 2
exec 8>>"$base/alive.lock"; flock -n -x 8 || exit 1
"$@" "$bin/postgres" -D "$base/data" >"$base/log" 2>&1 &
server=$!
until "$bin/pg_isready" -q -h "$base/run" -U postgres; do
    kill -0 $server 2>/dev/null || exit 1
    sleep 0.05
done
echo ready; exec >/dev/null
while :; do
    flock -x "$base/users.lock" true
    sleep 10
    exec 9>>"$base/users.lock"
    flock -n -x 9 && break
    exec 9>&-
done
kill -INT $server; wait $server
rm -rf "$base/data" "$base/run"
"#;

/// Settings of every server.
const SETTINGS: &str =
    "listen_addresses = ''\nmax_connections = 300\nunix_socket_permissions = 0700\n";

/// What a server is for.
#[derive(Clone, Copy)]
enum Care {
    /// Tests, whose data is thrown away.
    Fast,
    /// Measuring: a commit is on disk, as in production.
    Durable,
}

impl Care {
    /// Settings that trade safety for speed, or do not.
    fn settings(self) -> &'static str {
        match self {
            Self::Fast => {
                "shared_buffers = 32MB\nfsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"
            }
            Self::Durable => "shared_buffers = 256MB\n",
        }
    }

    fn folder(self) -> &'static str {
        match self {
            Self::Fast => "store-tests-postgres",
            Self::Durable => "store-tests-postgres-durable",
        }
    }
}

/// An empty, migrated database of its own for one test; deleted when dropped.
pub struct TestDatabase {
    url: String,
    place: Place,
}

enum Place {
    Sqlite {
        _folder: TempDir,
    },
    Postgres {
        admin: String,
        name: String,
        socket: PathBuf,
    },
}

impl TestDatabase {
    /// A database on SQLite.
    ///
    /// # Panics
    /// The temporary folder cannot be written.
    #[must_use]
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("cannot make a temporary folder");
        let url = format!("sqlite:{}", folder.path().join("test.sqlite").display());
        Self {
            url,
            place: Place::Sqlite { _folder: folder },
        }
    }

    /// A database on PostgreSQL, or `None` if it is not installed, except where `CI` is set:
    /// there nothing may be skipped.
    ///
    /// # Panics
    /// PostgreSQL does not start, or is missing where `CI` is set.
    #[must_use]
    pub fn postgres() -> Option<Self> {
        Self::on_postgres(Care::Fast)
    }

    /// As [`postgres`](Self::postgres), on a server whose commits wait for the disk: for measuring.
    ///
    /// # Panics
    /// As [`postgres`](Self::postgres).
    #[must_use]
    pub fn durable_postgres() -> Option<Self> {
        Self::on_postgres(Care::Durable)
    }

    /// As [`postgres`](Self::postgres), reached by a line that can be cut.
    ///
    /// # Panics
    /// As [`postgres`](Self::postgres).
    #[must_use]
    pub fn behind_a_line() -> Option<(Self, Line)> {
        let mut database = Self::postgres()?;
        let Place::Postgres { name, socket, .. } = &database.place else {
            return None;
        };
        let line = Line::new(socket.clone(), "postgres", name);
        line.url().clone_into(&mut database.url);
        Some((database, line))
    }

    fn on_postgres(care: Care) -> Option<Self> {
        let Some(bin) = binaries() else {
            let ci = std::env::var("CI").is_ok_and(|value| !value.is_empty() && value != "false");
            assert!(!ci, "PostgreSQL is missing: apt-get install postgresql");
            return None;
        };
        let cluster = cluster(&bin, care);
        let name = format!("test_{}", Uuid::new_v4().simple());
        let admin = cluster.url("postgres");
        let create = format!("CREATE DATABASE {name} TEMPLATE {}", cluster.template);
        connect(&admin)
            .batch_execute(&create)
            .expect("cannot create a test database");
        Some(Self {
            url: cluster.url(&name),
            place: Place::Postgres {
                admin,
                name,
                socket: cluster.run.join(".s.PGSQL.5432"),
            },
        })
    }

    /// Its URL in text, as a configuration file would have it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its URL.
    ///
    /// # Panics
    /// Never: the URL was made here.
    #[must_use]
    pub fn database_url(&self) -> DatabaseUrl {
        self.url.parse().expect("made here")
    }

    /// Opens it; may be called several times.
    ///
    /// # Panics
    /// It cannot be opened.
    #[must_use]
    pub fn open(&self) -> Store {
        Store::open(&self.database_url()).expect("cannot open the test database")
    }

    /// Whether it is on PostgreSQL.
    #[must_use]
    pub fn is_postgres(&self) -> bool {
        matches!(self.place, Place::Postgres { .. })
    }
}

/// The log goes on with this number, as after many years.
///
/// # Errors
/// The database fails.
pub fn number_entries_from(tx: &mut WriteTx<'_>, last: i64) -> Result<()> {
    tx.execute(
        "UPDATE audit_state SET seq = ?1 WHERE id = 1",
        &[last.into()],
    )?;
    Ok(())
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        match &self.place {
            // The folder deletes itself.
            Place::Sqlite { .. } => {}
            Place::Postgres { admin, name, .. } => {
                // What a failed test leaves goes with the server. Another thread, because the
                // client must not be used inside an async test.
                let (admin, drop_it) =
                    (admin.clone(), format!("DROP DATABASE {name} WITH (FORCE)"));
                let dropped = std::thread::spawn(move || {
                    Client::connect(&admin, NoTls)
                        .and_then(|mut client| client.batch_execute(&drop_it))
                });
                let _ = dropped.join();
            }
        }
    }
}

/// Makes two tests, `NAME::sqlite` and `NAME::postgres`, of each function; it is given a
/// `&TestDatabase`.
///
/// ```ignore
/// store::on_both_engines! {
///     fn remembers(database) {
///         let store = database.open();
///         // …
///     }
/// }
/// ```
#[macro_export]
macro_rules! on_both_engines {
    ($($(#[$attribute:meta])* fn $name:ident($database:ident) $body:block)*) => { $(
        $(#[$attribute])*
        fn $name($database: &$crate::testing::TestDatabase) $body

        mod $name {
            #[test]
            fn sqlite() {
                super::$name(&$crate::testing::TestDatabase::sqlite());
            }

            #[test]
            fn postgres() {
                if let Some(database) = $crate::testing::TestDatabase::postgres() {
                    super::$name(&database);
                }
            }
        }
    )* };
}

struct Cluster {
    run: PathBuf,
    template: String,
    /// Held shared as long as this process lives.
    _user: File,
}

impl Cluster {
    fn url(&self, database: &str) -> String {
        format!(
            "postgresql:///{database}?user=postgres&host={}",
            self.run.display()
        )
    }
}

fn connect(url: &str) -> Client {
    Client::connect(url, NoTls).expect("cannot reach the test server")
}

/// Newest `/usr/lib/postgresql/VERSION/bin` that has a server.
fn binaries() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut found: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let version = entry.file_name().to_str()?.parse().ok()?;
            let bin = entry.path().join("bin");
            bin.join("initdb").exists().then_some((version, bin))
        })
        .collect();
    found.sort();
    found.pop().map(|(_, bin)| bin)
}

fn cluster(bin: &Path, care: Care) -> &'static Cluster {
    static FAST: OnceLock<Cluster> = OnceLock::new();
    static DURABLE: OnceLock<Cluster> = OnceLock::new();
    let cluster = match care {
        Care::Fast => &FAST,
        Care::Durable => &DURABLE,
    };
    cluster.get_or_init(|| {
        let uid = fs::metadata("/proc/self").expect("no /proc").uid();
        let base = std::env::temp_dir().join(format!("{}-{uid}", care.folder()));
        fs::create_dir_all(&base).expect("cannot make the server's folder");
        let owner = fs::metadata(&base).expect("just made").uid();
        assert_eq!(owner, uid, "{} belongs to somebody else", base.display());

        let lock = |name: &str| {
            let path = base.join(name);
            OpenOptions::new()
                .append(true)
                .create(true)
                .open(path)
                .expect("cannot open a lock file")
        };
        // In this order the watchdog either sees this user or has stopped the server for good.
        let user = lock("users.lock");
        user.lock_shared().expect("cannot lock");
        let starting = lock("start.lock");
        starting.lock().expect("cannot lock");
        let alive = lock("alive.lock");
        match alive.try_lock() {
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => panic!("cannot lock: {error}"),
            Ok(()) => {
                drop(alive);
                start(bin, &base, care);
            }
        }
        let template = format!("template_{}", migrations::fingerprint());
        let cluster = Cluster {
            run: base.join("run"),
            template,
            _user: user,
        };
        prepare_template(&cluster);
        drop(starting);
        cluster
    })
}

fn start(bin: &Path, base: &Path, care: Care) {
    let (data, run) = (base.join("data"), base.join("run"));
    let _ = fs::remove_dir_all(&data);
    let _ = fs::remove_dir_all(&run);
    fs::create_dir(&data).expect("cannot make the data folder");
    fs::create_dir(&run).expect("cannot make the socket folder");
    let owner = server_user();
    if let Some((uid, gid)) = owner {
        for folder in [&data, &run] {
            chown(folder, Some(uid), Some(gid)).expect("cannot give the folder away");
        }
    }
    initdb(bin, &data, owner, &["--auth=trust"]);
    let change_user = change_user(owner);
    let config = data.join("postgresql.auto.conf");
    let settings = format!(
        "{SETTINGS}{}unix_socket_directories = '{}'\n",
        care.settings(),
        run.display()
    );
    fs::write(config, settings).expect("cannot write the settings");

    #[expect(
        clippy::zombie_processes,
        reason = "it outlives this process, whose end makes it act"
    )]
    let mut watchdog = Command::new("sh")
        .args(["-c", WATCHDOG, "watchdog"])
        .args([base, bin])
        .args(&change_user)
        .current_dir(base)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        // Ctrl-C at the terminal ends the tests, not the watchdog, which then tidies up.
        .process_group(0)
        .spawn()
        .expect("cannot start the watchdog");
    let mut line = String::new();
    let stdout = watchdog.stdout.take().expect("piped above");
    BufReader::new(stdout)
        .read_line(&mut line)
        .expect("cannot read from the watchdog");
    let log = || fs::read_to_string(base.join("log")).unwrap_or_default();
    assert_eq!(line.trim(), "ready", "PostgreSQL did not start: {}", log());
}

/// The beginning of a command that runs as this user, or as we do, and ends with us.
fn change_user(owner: Option<(u32, u32)>) -> Vec<String> {
    let mut command = vec!["setpriv".to_owned(), "--pdeathsig=INT".to_owned()];
    if let Some((uid, gid)) = owner {
        command.extend([
            format!("--reuid={uid}"),
            format!("--regid={gid}"),
            "--clear-groups".to_owned(),
        ]);
    }
    command
}

/// Makes an empty cluster in an empty folder that belongs to `owner`.
fn initdb(bin: &Path, data: &Path, owner: Option<(u32, u32)>, how: &[&str]) {
    let change_user = change_user(owner);
    let initialized = Command::new(&change_user[0])
        .args(&change_user[1..])
        .arg(bin.join("initdb"))
        .args([
            "--no-sync",
            "--username=postgres",
            "--encoding=UTF8",
            "--locale=C",
        ])
        .args(how)
        .arg("--pgdata")
        .arg(data)
        .current_dir(data.parent().unwrap_or(data))
        .output()
        .expect("cannot run initdb");
    assert!(
        initialized.status.success(),
        "initdb: {}",
        String::from_utf8_lossy(&initialized.stderr)
    );
}

/// User and group ids root runs the server with; `None` for others, who run it themselves.
fn server_user() -> Option<(u32, u32)> {
    if fs::metadata("/proc/self").expect("no /proc").uid() != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").expect("no /etc/passwd");
    let find = |wanted: &str| {
        users.lines().find_map(|line| {
            let fields: Vec<&str> = line.split(':').collect();
            let [name, _, uid, gid, ..] = fields[..] else {
                return None;
            };
            (name == wanted).then_some((uid.parse().ok()?, gid.parse().ok()?))
        })
    };
    let found = find("postgres").or_else(|| find("nobody"));
    Some(found.expect("neither a user postgres nor nobody"))
}

fn prepare_template(cluster: &Cluster) {
    let mut admin = connect(&cluster.url("postgres"));
    let name = &cluster.template;
    let done = admin
        .query("SELECT 1 FROM pg_database WHERE datname = $1", &[name])
        .expect("cannot ask the server");
    if !done.is_empty() {
        return;
    }
    // Under another name until it is complete, in case this process is killed here.
    let half = format!("{name}_half");
    let run = |admin: &mut Client, sql: &str| {
        admin
            .batch_execute(sql)
            .expect("cannot prepare the template");
    };
    run(
        &mut admin,
        &format!("DROP DATABASE IF EXISTS {half} WITH (FORCE)"),
    );
    run(&mut admin, &format!("CREATE DATABASE {half}"));
    let config = cluster.url(&half).parse().expect("made here");
    let mut session =
        Session::connect(&config, Patience::MAINTENANCE).expect("cannot reach the template");
    migrate(&mut session, migrations::apply_all).expect("cannot migrate the template");
    drop(session);
    // The server may take a moment to notice that the connection is gone.
    run(
        &mut admin,
        &format!(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{half}'"
        ),
    );
    run(
        &mut admin,
        &format!("ALTER DATABASE {half} RENAME TO {name}"),
    );
}
