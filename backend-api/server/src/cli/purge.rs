//! `backend-api purge MEMBER --reason REASON`

use std::process::ExitCode;

use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::services::members::confidential;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// 人员的编号
    member: String,
    /// 原因，会留在审计日志里；不要写姓名和号码
    #[arg(long)]
    reason: String,
}

pub(super) fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (store, _lock) = super::open_to_write(config)?;
    let now_ms = SystemClock.now_ms();
    let done = confidential::purge_by_system(&store, &arguments.member, &arguments.reason, now_ms);
    super::account::explain(done)?;
    super::print("已清除，磁盘上也已覆盖。以前的备份里还有，请按保存期限删去。\n")?;
    Ok(ExitCode::SUCCESS)
}
