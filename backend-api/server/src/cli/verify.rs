//! `backend-api verify [FOLDER]`

use std::path::PathBuf;
use std::process::ExitCode;

use crate::config::Config;
use crate::services::attachments::Attachments;
use crate::services::backup;
use crate::services::files::{Files, FilesError};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// 备份文件夹；不写就检查正在使用的数据
    folder: Option<PathBuf>,
}

pub(super) fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let mut rotten: Vec<String> = match &arguments.folder {
        Some(folder) => {
            let (manifest, damaged) = backup::verify(folder)?;
            manifest.damaged.into_iter().chain(damaged).collect()
        }
        None => {
            let (store, _lock) = super::open(config)?;
            let mut wrong = store.integrity_check()?;
            let files = Files::of(config)?;
            let attachments = Attachments::new(config.attachments_dir(), super::space(config));
            let attachments = attachments.beside(&files);
            if config.s3.is_some() {
                let runtime = super::runtime()?;
                wrong.extend(runtime.block_on(rotten(&files))?);
                let _inside = runtime.enter();
                wrong.extend(attachments.lost(&store)?);
            } else {
                for folder in [config.files_dir(), config.attachments_dir()] {
                    wrong.extend(backup::rotten(&folder)?);
                }
                wrong.extend(attachments.lost(&store)?);
            }
            wrong
        }
    };
    rotten.sort();
    if rotten.is_empty() {
        super::print("数据库和全部文件完好\n")?;
        return Ok(ExitCode::SUCCESS);
    }
    super::print(&format!(
        "有 {} 处已经损坏或缺少，请停止服务，从最近一次完好的备份恢复（backend-api restore）：\n{}\n",
        rotten.len(),
        rotten.join("\n")
    ))?;
    Ok(ExitCode::from(2))
}

/// Names of files in a bucket that are not what they were.
async fn rotten(files: &Files) -> Result<Vec<String>, FilesError> {
    let mut rotten = Vec::new();
    for (name, _) in files.list().await? {
        if !files.is_whole(&name).await? {
            rotten.push(name.as_str().to_owned());
        }
    }
    Ok(rotten)
}
