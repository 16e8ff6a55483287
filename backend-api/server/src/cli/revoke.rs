//! `backend-api revoke TERMINAL`

use std::process::ExitCode;

use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::services::terminals;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// 电视的编号（见 backend-api terminals）
    terminal: String,
}

pub(super) fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (store, _lock) = super::open_to_write(config)?;
    let now_ms = SystemClock.now_ms();
    let revoked = terminals::revoke(&store, None, &arguments.terminal, now_ms);
    let terminal = super::account::explain(revoked)?;
    super::print(&format!("已停用：{}\n", terminal.name))?;
    Ok(ExitCode::SUCCESS)
}
