//! `backend-api backup FOLDER`

use std::path::PathBuf;
use std::process::ExitCode;

use store::DatabaseUrl;

use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::services::backup::{self, Folders};
use crate::services::space::SystemDisk;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// 备份写到这个文件夹，它必须不存在或是空的
    folder: PathBuf,
}

pub(super) fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(
        config.s3.is_none(),
        "文件存在 S3 里，不在数据文件夹：请用存储服务自己的版本和复制功能备份文件，数据库另行备份（见 docs/SCALE.md）"
    );
    let (store, _lock) = super::open(config)?;
    let now_ms = SystemClock.now_ms();
    let folders = Folders::of(config);
    let url: DatabaseUrl = config.database_url().parse()?;
    if let Some(database) = url.sqlite_path() {
        let reserve = config.limits.reserve_bytes;
        backup::admit(&SystemDisk, database, &folders, &arguments.folder, reserve)?;
    }
    let manifest = backup::backup(&store, &folders, &arguments.folder, now_ms)?;
    backup::note_made(&config.data_dir, &arguments.folder, &manifest)?;
    super::print(&format!(
        "已备份到 {}：数据库 {} 字节，文件 {} 个，群众诉求的附件 {} 个\n密钥文件 {} 不在其中，请另外保存一份\n",
        arguments.folder.display(),
        manifest.database.bytes,
        manifest.files.len(),
        manifest.attachments.len(),
        config.keys_file().display(),
    ))?;
    if manifest.damaged.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    super::print(&format!(
        "有 {} 个文件在磁盘上已经损坏，没有备份：\n{}\n请从以前的备份里找回，并检查磁盘\n",
        manifest.damaged.len(),
        manifest.damaged.join("\n"),
    ))?;
    Ok(ExitCode::from(2))
}
