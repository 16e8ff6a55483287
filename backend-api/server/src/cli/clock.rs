//! `backend-api clock`

use std::process::ExitCode;

use store::latest;

use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::services::kit::calendar;
use crate::timekeeper::Timekeeper;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// 服务器现在的时间没有错，按它继续
    #[arg(long)]
    confirm: bool,
}

pub(super) fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (store, _lock) = super::open(config)?;
    let now_ms = SystemClock.now_ms();
    let shown = |at_ms: i64| calendar::minute(at_ms);
    super::print(&format!("服务器的时钟：{}\n", shown(now_ms)))?;
    if let Some(latest_ms) = store.read(latest::latest)? {
        super::print(&format!("最近一条记录：{}\n", shown(latest_ms)))?;
    }
    if arguments.confirm {
        store.write::<_, store::Error, _>(move |tx| latest::confirm(tx, now_ms))?;
        super::print("已确认。运行中的服务在半分钟内按这个时间继续\n")?;
        return Ok(ExitCode::SUCCESS);
    }
    let time = of_the_service(config);
    time.begin(&store)?;
    match time.words() {
        Some(words) => super::print(&format!("{words}\n"))?,
        None => super::print("没有发现问题\n")?,
    }
    Ok(ExitCode::SUCCESS)
}

/// For the commands that write: the time as the service on this computer goes by it.
pub(super) fn of_the_service(config: &Config) -> Timekeeper {
    Timekeeper::new(std::sync::Arc::new(SystemClock), Some(&config.data_dir))
}
