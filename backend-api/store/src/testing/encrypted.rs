//! A PostgreSQL server of one test that takes encrypted connections only, with certificates that it makes
//! itself by the program `openssl`.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use super::{binaries, change_user, initdb, server_user};

/// The server; it ends when dropped.
pub struct EncryptedServer {
    folder: TempDir,
    bin: PathBuf,
    port: u16,
    /// Whom its files belong to, if not us.
    owner: Option<(u32, u32)>,
    server: Child,
}

impl EncryptedServer {
    /// Starts one with a certificate for `localhost`, signed by an authority; `None` where PostgreSQL is not
    /// installed.
    ///
    /// # Panics
    /// It does not start.
    #[must_use]
    pub fn start() -> Option<Self> {
        let bin = binaries()?;
        let folder = tempfile::tempdir().expect("cannot make a temporary folder");
        let at = folder.path();
        fs::set_permissions(at, fs::Permissions::from_mode(0o755)).expect("our own folder");
        make_certificates(at);
        let owner = server_user();
        let data = at.join("data");
        fs::create_dir(&data).expect("cannot make the data folder");
        give(&data, owner);
        let password = at.join("password");
        fs::write(&password, "geheim\n").expect("cannot write the password");
        let password = format!("--pwfile={}", password.display());
        initdb(&bin, &data, owner, &["--auth=scram-sha-256", &password]);
        let port = free_port();
        let settings = format!(
            "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = ''\nfsync = off\n\
             ssl = on\nssl_cert_file = 'server.pem'\nssl_key_file = 'server.key'\n"
        );
        let write = |name: &str, text: &str| {
            fs::write(data.join(name), text).expect("cannot write the settings");
        };
        write("postgresql.auto.conf", &settings);
        write(
            "pg_hba.conf",
            "hostssl all all 127.0.0.1/32 scram-sha-256\n",
        );
        install(at, "server", owner);
        let change_user = change_user(owner);
        let server = Command::new(&change_user[0])
            .args(&change_user[1..])
            .arg(bin.join("postgres"))
            .arg("-D")
            .arg(&data)
            .current_dir(at)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(at.join("log")).expect("cannot write the log"))
            .spawn()
            .expect("cannot start the server");
        let started = Self {
            folder,
            bin,
            port,
            owner,
            server,
        };
        started.until_ready();
        Some(started)
    }

    /// A URL of it by this name of the machine, with these parameters.
    #[must_use]
    pub fn url(&self, host: &str, parameters: &str) -> String {
        let port = self.port;
        format!("postgres://postgres:geheim@{host}:{port}/postgres?{parameters}")
    }

    /// File of one of its certificates: `authority` signed its own, `other` did not, `own` is its own
    /// authority.
    #[must_use]
    pub fn certificate(&self, name: &str) -> PathBuf {
        self.folder.path().join(format!("{name}.pem"))
    }

    /// From now on it shows a certificate that nobody signed but itself.
    ///
    /// # Panics
    /// It does not take it.
    pub fn sign_yourself(&mut self) {
        install(self.folder.path(), "own", self.owner);
        let data = self.folder.path().join("data");
        let change_user = change_user(self.owner);
        let reloaded = Command::new(&change_user[0])
            .args(&change_user[1..])
            .arg(self.bin.join("pg_ctl"))
            .args(["reload", "-s", "-D"])
            .arg(&data)
            .current_dir(self.folder.path())
            .status()
            .expect("cannot run pg_ctl");
        assert!(reloaded.success());
    }

    fn until_ready(&self) {
        let (port, log) = (self.port.to_string(), self.folder.path().join("log"));
        for _ in 0..1_200 {
            let ready = Command::new(self.bin.join("pg_isready"))
                .args(["-q", "-h", "127.0.0.1", "-p", &port, "-U", "postgres"])
                .status()
                .expect("cannot run pg_isready");
            if ready.success() {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
        let log = fs::read_to_string(log).unwrap_or_default();
        panic!("PostgreSQL did not start: {log}");
    }
}

impl Drop for EncryptedServer {
    fn drop(&mut self) {
        // Its data is thrown away: no need to end in order.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn give(path: &Path, owner: Option<(u32, u32)>) {
    if let Some((uid, gid)) = owner {
        chown(path, Some(uid), Some(gid)).expect("cannot give a file away");
    }
}

/// Lays a certificate and its key where the server reads them.
fn install(folder: &Path, name: &str, owner: Option<(u32, u32)>) {
    for ending in ["pem", "key"] {
        let to = folder.join(format!("data/server.{ending}"));
        fs::copy(folder.join(format!("{name}.{ending}")), &to).expect("cannot lay a certificate");
        fs::set_permissions(&to, fs::Permissions::from_mode(0o600)).expect("just copied");
        give(&to, owner);
    }
}

fn make_certificates(folder: &Path) {
    let openssl = |arguments: &[&str]| {
        let made = Command::new("openssl")
            .args(arguments)
            .current_dir(folder)
            .output()
            .expect("cannot run openssl: apt-get install openssl");
        let said = String::from_utf8_lossy(&made.stderr);
        assert!(made.status.success(), "openssl {arguments:?}: {said}");
    };
    let key = [
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
    ];
    for (name, subject) in [
        ("authority", "/CN=authority"),
        ("other", "/CN=other"),
        ("own", "/CN=localhost"),
    ] {
        let (pem, secret) = (format!("{name}.pem"), format!("{name}.key"));
        let files = ["-keyout", &secret, "-out", &pem];
        let about = [
            "-days",
            "2",
            "-subj",
            subject,
            "-addext",
            "subjectAltName=DNS:localhost",
        ];
        openssl(&[&["req", "-x509"], &key[..], &about, &files].concat());
    }
    let files = ["-keyout", "server.key", "-out", "server.csr"];
    openssl(&[&["req", "-subj", "/CN=localhost"], &key[..], &files].concat());
    fs::write(
        folder.join("server.ext"),
        "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n",
    )
    .expect("cannot write");
    let signed = "x509 -req -days 2 -in server.csr -CA authority.pem -CAkey authority.key \
                  -CAcreateserial -extfile server.ext -out server.pem";
    openssl(&signed.split_whitespace().collect::<Vec<_>>());
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("cannot listen on loopback");
    listener.local_addr().expect("just bound").port()
}
