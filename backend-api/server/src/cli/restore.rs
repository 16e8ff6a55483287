//! `backend-api restore FOLDER`

use std::path::PathBuf;
use std::process::ExitCode;

use store::DatabaseUrl;

use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::services::backup::{self, BackupError};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// 备份文件夹
    folder: PathBuf,
    /// 覆盖已有数据（原数据库会改名保留）
    #[arg(long)]
    overwrite: bool,
}

pub(super) fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let url: DatabaseUrl = config.database_url().parse()?;
    let database = url.sqlite_path().ok_or(BackupError::Postgres)?;
    let manifest = backup::restore(
        &arguments.folder,
        &config.data_dir,
        database,
        &config.files_dir(),
        arguments.overwrite,
        SystemClock.now_ms(),
    )?;
    super::print(&format!("已恢复：文件 {} 个\n", manifest.files.len()))?;
    Ok(ExitCode::SUCCESS)
}
