//! `backend-api after-restore`: for a database that `pg_restore` put back.

use std::process::ExitCode;

use anyhow::{Context as _, bail};
use store::{DatabaseUrl, Store, feed};

use super::restore::{Access, note, told};
use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::services::backup::{self, BackupError, DataLock};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// 被换下的数据库，如果还在（postgres://… 或 sqlite:…）
    #[arg(long, value_name = "URL")]
    replaced: Option<String>,
    #[command(flatten)]
    access: Access,
}

pub(super) fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let replaced = match &arguments.replaced {
        None => None,
        Some(url) => {
            let url: DatabaseUrl = url.parse()?;
            let standing = backup::read_standing(&url);
            if standing.is_none() {
                bail!("被换下的数据库 {url} 读不出，请改正，或者不写 --replaced");
            }
            standing
        }
    };
    std::fs::create_dir_all(&config.data_dir)
        .with_context(|| format!("数据文件夹 {} 不能使用", config.data_dir.display()))?;
    let _alone = DataLock::exclusive(&config.data_dir)?;
    let url: DatabaseUrl = config.database_url().parse()?;
    let store = Store::open(&url).with_context(|| format!("数据库 {url} 打不开"))?;
    let (unknown, now_ms) = (arguments.access.unknown(), SystemClock.now_ms());
    let ended = store.write::<_, BackupError, _>(move |tx| {
        feed::renew_epoch(tx)?;
        backup::ended_since(tx, replaced.as_ref(), unknown, now_ms)
    })?;
    super::print(&told(&ended, unknown))?;
    note(config, &store, now_ms)?;
    Ok(ExitCode::SUCCESS)
}
