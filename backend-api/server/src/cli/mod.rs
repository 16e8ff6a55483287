//! Commands of the binary: one file each.

mod account;
mod advice;
mod after_restore;
mod approve;
mod audit;
mod backup;
mod change;
mod clock;
mod demo;
mod demo_evaluations;
mod demo_meetings;
mod household;
mod import;
mod keys;
mod list;
mod purge;
mod restore;
mod revoke;
mod serve;
mod setup_code;
mod verify;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use store::{DatabaseUrl, Store};

use crate::config::{Config, database};
use crate::front::certificate::Certificate;
use crate::services::backup::DataLock;
use crate::services::media::film;
use crate::services::space::{Space, SystemDisk};
use crate::services::vault::Vault;
use crate::telemetry;

/// 智慧党建 TV 后台服务
#[derive(Debug, Parser)]
#[command(name = "backend-api", version)]
struct Arguments {
    /// 配置文件（TOML）；也可用 ZHDJ_ 开头的环境变量覆盖
    #[arg(long, global = true, env = "ZHDJ_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 启动服务
    Serve,
    /// 导入内容文件夹
    Import(import::Arguments),
    /// 给出新的安装码：还没有账号时，凭它在浏览器里设置单位和管理员
    SetupCode,
    /// 新建工作人员账号
    CreateAdmin(account::Arguments),
    /// 取消一个账号的两步验证（本人丢了手机和备用码时用）
    ResetSecondFactor(account::ResetArguments),
    /// 同意一台电视的登记
    Approve(approve::Arguments),
    /// 列出组织
    Organizations,
    /// 列出电视
    Terminals,
    /// 改一台电视：归到哪一户、哪个组织，作什么用
    Change(change::Arguments),
    /// 停用一台电视
    Revoke(revoke::Arguments),
    /// 备份数据库和文件（服务可照常运行）
    Backup(backup::Arguments),
    /// 从备份恢复（须先停止服务）
    Restore(restore::Arguments),
    /// 数据库用别的办法（pg_restore）恢复之后：备份以来失效的登录、电视和账号不再生效
    AfterRestore(after_restore::Arguments),
    /// 检查数据库和文件（或一份备份）有没有损坏
    Verify(verify::Arguments),
    /// 服务器的时钟：有没有问题；确认现在的时间
    Clock(clock::Arguments),
    /// 审计日志
    Audit(audit::Arguments),
    /// 个人信息的密钥
    Keys(keys::Arguments),
    /// 清除一个人的全部个人信息（不可恢复）
    Purge(purge::Arguments),
    /// 检查配置，列出全部错误
    CheckConfig,
    /// 用示范乡镇启动
    Demo(demo::Arguments),
    /// 输出 OpenAPI 文档
    Openapi,
}

/// Runs the command line.
#[must_use]
pub fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            // The last resort: if standard error is gone there is nobody to tell.
            let _ = writeln!(io::stderr(), "错误：{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    if let Command::Openapi = arguments.command {
        print(&crate::routes::document())?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Command::Demo(demo) = &arguments.command {
        return demo::run(demo);
    }
    let config = Config::load(arguments.config.as_deref())?;
    if !matches!(arguments.command, Command::CheckConfig) {
        telemetry::log(config.log);
    }
    let of_config = config.clone();
    let done = carry_out(arguments.command, config);
    if let Err(error) = &done
        && let Some((words, needs_somebody)) = advice::after(error, &of_config)
    {
        // The last resort, as above.
        let _ = writeln!(io::stderr(), "错误：{error:#}\n{words}");
        return Ok(if needs_somebody {
            ExitCode::from(advice::NEEDS_SOMEBODY)
        } else {
            ExitCode::FAILURE
        });
    }
    done
}

fn carry_out(command: Command, config: Config) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve => serve::run(config),
        Command::Import(arguments) => import::run(&config, &arguments),
        Command::SetupCode => setup_code::run(&config),
        Command::CreateAdmin(arguments) => account::run(&config, &arguments),
        Command::ResetSecondFactor(arguments) => account::reset(&config, &arguments),
        Command::Approve(arguments) => approve::run(&config, &arguments),
        Command::Organizations => list::organizations(&config),
        Command::Terminals => list::terminals(&config),
        Command::Change(arguments) => change::run(&config, &arguments),
        Command::Revoke(arguments) => revoke::run(&config, &arguments),
        Command::Backup(arguments) => backup::run(&config, &arguments),
        Command::Restore(arguments) => restore::run(&config, &arguments),
        Command::AfterRestore(arguments) => after_restore::run(&config, &arguments),
        Command::Verify(arguments) => verify::run(&config, &arguments),
        Command::Clock(arguments) => clock::run(&config, &arguments),
        Command::Audit(arguments) => audit::run(&config, &arguments),
        Command::Keys(arguments) => keys::run(&config, &arguments),
        Command::Purge(arguments) => purge::run(&config, &arguments),
        Command::CheckConfig => {
            if let Some(tls) = &config.tls {
                Certificate::open(tls)?;
            }
            let url: DatabaseUrl = config.database_url().parse()?;
            url.check()?;
            print(&format!("配置没有错误。\n{config:#?}\n"))?;
            let way = database::way_to(&url);
            let warns = if way.is_open { "警告：" } else { "" };
            print(&format!("{warns}{}\n", way.says))?;
            if let Some(words) = missing_elements() {
                print(&format!("{words}\n"))?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Demo(_) | Command::Openapi => Ok(ExitCode::SUCCESS),
    }
}

/// The database, and a lock that keeps a restore away.
fn open(config: &Config) -> anyhow::Result<(Store, DataLock)> {
    std::fs::create_dir_all(&config.data_dir)
        .with_context(|| format!("数据文件夹 {} 不能使用", config.data_dir.display()))?;
    let lock = DataLock::shared(&config.data_dir)?;
    let url: DatabaseUrl = config.database_url().parse()?;
    let store = Store::open(&url).with_context(|| format!("数据库 {url} 打不开"))?;
    Ok((store, lock))
}

/// The same for commands whose deeds stand in the audit log: with the keys that it is chained with.
fn open_to_write(config: &Config) -> anyhow::Result<(Store, DataLock)> {
    let (store, lock) = open(config)?;
    Vault::open(config, &store)?;
    Ok((store, lock))
}

/// Room for files, as the service on this computer sees it.
fn space(config: &Config) -> Space {
    let disk = Arc::new(SystemDisk);
    Space::new(disk, &config.data_dir, config.limits.reserve_bytes)
}

/// What of GStreamer is not installed, in words; the service starts all the same.
fn missing_elements() -> Option<String> {
    match film::missing_elements() {
        Ok(missing) if missing.is_empty() => None,
        Ok(missing) => Some(format!(
            "缺少 GStreamer 元件：{}。用到它们的导入或会议会失败，请安装缺少的软件包。",
            missing.join("、")
        )),
        Err(error) => Some(format!("GStreamer 无法启动：{error}")),
    }
}

/// Prints what was asked for.
fn print(text: &str) -> anyhow::Result<()> {
    io::stdout().write_all(text.as_bytes())?;
    io::stdout().flush()?;
    Ok(())
}

/// A runtime for commands that wait for something.
fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("无法启动运行环境")
}
