//! `backend-api restore FOLDER`

use std::path::PathBuf;
use std::process::ExitCode;

use store::DatabaseUrl;

use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::services::backup::{self, BackupError, Restoring};
use crate::services::heads;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// 备份文件夹
    folder: PathBuf,
    /// 覆盖已有数据（原数据库会改名保留）
    #[arg(long)]
    overwrite: bool,
    /// 备份里已经损坏的文件不恢复，其余照常
    #[arg(long)]
    skip_damaged: bool,
}

pub(super) fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let url: DatabaseUrl = config.database_url().parse()?;
    let database = url.sqlite_path().ok_or(BackupError::Postgres)?;
    let how = Restoring {
        overwrite: arguments.overwrite,
        skip_damaged: arguments.skip_damaged,
        now_ms: SystemClock.now_ms(),
    };
    let (manifest, lost) = backup::restore(
        &arguments.folder,
        &config.data_dir,
        database,
        &config.files_dir(),
        how,
    )?;
    super::print(&format!("已恢复：文件 {} 个\n", manifest.files.len()))?;
    // They are of what was there before.
    if heads::set_aside(&config.data_dir, how.now_ms)? {
        super::print("审计日志以前记下的末尾已改名保留，从恢复的数据重新记起\n")?;
    }
    if lost.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    super::print(&format!("这些文件没有恢复：\n{}\n", lost.join("\n")))?;
    Ok(ExitCode::from(2))
}
