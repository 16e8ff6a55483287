//! `backend-api setup-code`

use std::process::ExitCode;

use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::services::setup_code::new_code;
use crate::services::vault::Vault;

/// What to do with a code.
pub(super) fn words(code: &str) -> String {
    format!(
        "还没有任何账号。请在浏览器里打开管理页面（/console），输入安装码 {code}，设置单位和管理员。\
         安装码 24 小时内有效，用一次就作废"
    )
}

/// Makes a code to set the installation up with, and prints it.
pub(super) fn run(config: &Config) -> anyhow::Result<ExitCode> {
    let (store, _lock) = super::open(config)?;
    let vault = Vault::open(config, &store)?;
    let Some(code) = new_code(&store, &vault, SystemClock.now_ms())? else {
        anyhow::bail!(
            "已经有账号了，不能再用安装码设置。忘了密码，请其他管理员重设，或用 create-admin 新建账号"
        );
    };
    super::print(&format!("{}\n", words(&code)))?;
    Ok(ExitCode::SUCCESS)
}
