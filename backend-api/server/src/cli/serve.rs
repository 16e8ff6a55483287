//! `backend-api serve`

use std::process::ExitCode;

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};

use crate::config::Config;
use crate::server::Server;

pub(super) fn run(config: Config) -> anyhow::Result<ExitCode> {
    super::runtime()?.block_on(async {
        // Before the start, so that a signal during a long migration is not lost.
        let stop = stop_signal()?;
        let server = Server::start(config).await?;
        stop.await;
        server.stop().await;
        Ok(ExitCode::SUCCESS)
    })
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
