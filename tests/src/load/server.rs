//! The server program as a process.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use super::county;
use super::http::{Connection, post};
use crate::harness::program::built_beside;

/// How long it may take to be ready.
const STARTING: Duration = Duration::from_secs(60);
/// How long it may take to stop.
const STOPPING: Duration = Duration::from_secs(30);

/// A running server program. Dropping it kills it.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

/// A port that is free now.
///
/// # Errors
/// When there is none.
pub fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

impl Server {
    /// Starts it on a folder, and on a database elsewhere if one is named.
    ///
    /// # Errors
    /// When it was not built or does not start.
    pub fn start(data: &Path, database: Option<&str>, address: SocketAddr) -> anyhow::Result<Self> {
        Self::start_with(data, database, address, |_| {})
    }

    /// The same, told more by the environment.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn start_with(
        data: &Path,
        database: Option<&str>,
        address: SocketAddr,
        tell: impl FnOnce(&mut Command),
    ) -> anyhow::Result<Self> {
        let mut command = Command::new(built_beside("backend-api")?);
        command
            .arg("serve")
            .env("ZHDJ_DATA_DIR", data)
            .env("ZHDJ_LISTEN", address.to_string())
            // Another server of this machine may have the usual port.
            .env("ZHDJ_LIVE__UDP", "127.0.0.1:0")
            .env("RUST_LOG", "error")
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        if let Some(database) = database {
            command.env("ZHDJ_DATABASE", database);
        }
        tell(&mut command);
        let child = command.spawn().context("backend-api does not start")?;
        Ok(Self { child, address })
    }

    /// Waits until it answers.
    ///
    /// # Errors
    /// When it ends instead, or takes too long.
    pub async fn until_ready(&mut self) -> anyhow::Result<()> {
        let since = Instant::now();
        while since.elapsed() < STARTING {
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended: {status}");
            }
            if let Ok(mut connection) = Connection::open(self.address).await
                && let Ok(answer) = connection.ask(&super::http::get("/readyz", "")).await
                && answer.status == 200
            {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        bail!("the server is not ready after {STARTING:?}");
    }

    /// Its process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Kills it as a power cut would: SIGKILL, no goodbye.
    ///
    /// # Errors
    /// When there is nothing to kill.
    pub fn kill(mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to stop and waits until it has.
    ///
    /// # Errors
    /// When it does not stop, or not well.
    pub fn stop(mut self) -> anyhow::Result<()> {
        let pid = i32::try_from(self.child.id())?;
        let pid = rustix::process::Pid::from_raw(pid).context("no process")?;
        rustix::process::kill_process(pid, rustix::process::Signal::TERM)?;
        let since = Instant::now();
        while since.elapsed() < STOPPING {
            if let Some(status) = self.child.try_wait()? {
                anyhow::ensure!(status.success(), "the server stopped with {status}");
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        bail!("the server does not stop");
    }

    /// The token of a session of the county's staff.
    ///
    /// # Errors
    /// When signing in fails.
    pub async fn staff(&self) -> anyhow::Result<String> {
        let body = serde_json::json!({ "login": county::LOGIN, "password": county::PASSWORD });
        let request = post("/api/v1/staff/sessions", "", "x", &body.to_string());
        let answer = Connection::open(self.address).await?.ask(&request).await?;
        let session: contract::staff::SignInResponse = answer.json()?;
        Ok(session.access_token)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
