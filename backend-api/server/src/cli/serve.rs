//! `backend-api serve`

use std::process::ExitCode;

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};

use super::setup_code;
use crate::config::Config;
use crate::server::Server;
use crate::services::setup_code::new_code;

pub(super) fn run(config: Config) -> anyhow::Result<ExitCode> {
    let runtime = super::runtime()?;
    let served = runtime.block_on(async {
        // Before the start, so that a signal during a long migration is not lost.
        let stop = stop_signal()?;
        raise_file_limit();
        // Beside the start: reading what there is may take a second the first time.
        std::thread::spawn(|| {
            if let Some(words) = super::missing_elements() {
                tracing::error!("{words}");
            }
        });
        let server = Server::start(config).await?;
        let app = server.app();
        match app
            .blocking(|app| new_code(&app.store, &app.vault, app.now_ms()))
            .await
        {
            Ok(Some(code)) => tracing::warn!("{}", setup_code::words(&code)),
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "there is no code to set this server up with"),
        }
        stop.await;
        server.stop().await;
        Ok(ExitCode::SUCCESS)
    });
    // What was given up, e.g. waiting for a database that hangs, holds the end up no longer.
    runtime.shutdown_background();
    served
}

/// Takes as many open files as the system allows: each TV that listens holds one, and the default
/// of a shell is 1,024.
fn raise_file_limit() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::warn!(%error, "the limit of open files stays as it is");
    }
}

/// Ends when the process is asked to end: SIGTERM or SIGINT.
pub(super) fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
