//! `backend-api keys rotate`

use std::process::ExitCode;
use std::sync::Arc;

use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::services::keys;
use crate::services::vault::Vault;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// 换一把密钥，把个人信息全部重新加密（服务可照常运行；中断后可再运行）
    Rotate,
}

pub(super) fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Command::Rotate = arguments.command;
    let (store, _lock) = super::open(config)?;
    let vault = Arc::new(Vault::open(config, &store)?);
    let rotated = keys::rotate(&store, &vault, SystemClock.now_ms())?;
    super::print(&format!(
        "已换用密钥 k{}：重新加密人员 {} 个、账号 {} 个、摄像头地址 {} 个。\n请重新备份密钥文件 {}\n",
        rotated.key,
        rotated.members,
        rotated.accounts,
        rotated.cameras,
        config.keys_file().display(),
    ))?;
    Ok(ExitCode::SUCCESS)
}
