//! `backend-api create-admin LOGIN --organization CODE`, `backend-api reset-second-factor LOGIN`

use std::io::{self, BufRead as _};
use std::process::ExitCode;

use anyhow::{Context as _, bail};

use crate::clock::{Clock as _, SystemClock};
use crate::config::{AskedOf, Config};
use crate::services::kit::error::ServiceError;
use crate::services::kit::rights::Role;
use crate::services::{accounts, secrets, sessions};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// 登录名
    login: String,
    /// 所管理的组织的代码；不写为最上级组织
    #[arg(long, value_name = "CODE")]
    organization: Option<String>,
    /// 权限：platform_administrator 平台管理员，organization_staff 组织管理员，
    /// office_publisher 站所发布员，branch_secretary 支部书记，reader 查阅
    #[arg(long, value_parser = role, default_value = "platform_administrator")]
    role: Role,
    /// 从标准输入读密码；不加则随机生成并显示一次
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct ResetArguments {
    /// 登录名
    login: String,
}

/// Takes the second factor of somebody who lost it away.
pub(super) fn reset(config: &Config, arguments: &ResetArguments) -> anyhow::Result<ExitCode> {
    let (store, _lock) = super::open_to_write(config)?;
    let login = &arguments.login;
    let done = accounts::reset_totp_by_system(&store, login, SystemClock.now_ms());
    super::print(&if explain(done)? {
        format!("已取消 {login} 的两步验证，下次登录时须重新设置；已登录的都已退出\n")
    } else {
        format!("{login} 没有启用两步验证；已登录的都已退出\n")
    })?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (store, _lock) = super::open_to_write(config)?;
    let password = if arguments.password_stdin {
        let mut line = String::new();
        io::stdin()
            .lock()
            .read_line(&mut line)
            .context("读不到密码")?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    } else {
        secrets::random_token()?[..16].to_owned()
    };
    let organization = match &arguments.organization {
        Some(code) => code.clone(),
        None => {
            let root = store.read(store::organizations::root)?;
            root.context("还没有任何组织，请先导入内容文件夹")?.code
        }
    };
    let created = sessions::create_account(
        &store,
        &arguments.login,
        &password,
        &organization,
        arguments.role,
        SystemClock.now_ms(),
    );
    explain(created)?;
    let shown = if arguments.password_stdin {
        String::new()
    } else {
        format!("，密码：{password}（只显示这一次）")
    };
    super::print(&format!("已新建账号 {}{shown}\n", arguments.login))?;
    if config.sessions.second_factor == AskedOf::Administrators {
        super::print("管理员第一次登录时，要用手机验证器设置两步验证\n")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn role(text: &str) -> Result<Role, String> {
    use serde::Deserialize as _;
    use serde::de::IntoDeserializer as _;
    use serde::de::value::{Error, StrDeserializer};
    let known: StrDeserializer<'_, Error> = text.into_deserializer();
    Role::deserialize(known).map_err(|_| {
        "请写 platform_administrator、organization_staff、office_publisher、branch_secretary 或 reader"
            .to_owned()
    })
}

/// A service's refusal in the words of the command line.
pub(super) fn explain<T>(result: Result<T, ServiceError>) -> anyhow::Result<T> {
    match result {
        Ok(value) => Ok(value),
        Err(ServiceError::NotFound(what)) => bail!("没有找到{what}"),
        Err(ServiceError::Conflict(why)) => bail!("{why}"),
        Err(ServiceError::Invalid(fields)) => {
            let said: Vec<_> = fields.into_iter().map(|field| field.message).collect();
            bail!("{}", said.join("；"))
        }
        Err(other) => Err(other.into()),
    }
}
