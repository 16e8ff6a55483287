//! `backend-api demo`: the demonstration township, ready to be looked at.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use anyhow::{Context as _, bail};
use contract::organization::OrganizationKind;
use store::Store;
use store::members;
use store::members::search::{self, Filter};

use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::server::Server;
use crate::services::rights::Role;
use crate::services::vault::Vault;
use crate::services::{secrets, sessions};
use crate::telemetry;

/// Login of the demonstration's administrator.
const LOGIN: &str = "admin";

/// PIN of everybody in the demonstration.
const PIN: &str = "202611";

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// 数据文件夹
    #[arg(long, default_value = "demo-data", value_name = "FOLDER")]
    data: PathBuf,
    /// 监听地址
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// 示范内容文件夹
    #[arg(
        long,
        default_value = "backend-api/demo/township",
        value_name = "FOLDER"
    )]
    content: PathBuf,
    /// 自动登记的电视归到这个组织；不写为第一个村
    #[arg(long, value_name = "CODE")]
    admit_to: Option<String>,
    /// 不自动登记电视，要在 /enrol 页面或用 approve 命令同意
    #[arg(long)]
    approve_by_hand: bool,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let mut config = Config::local(&arguments.data);
    config.listen = arguments.listen;
    telemetry::log(config.log);
    if !arguments.listen.ip().is_loopback() && !arguments.approve_by_hand {
        bail!("自动登记电视只允许在本机上使用；要让别的机器访问，请加 --approve-by-hand");
    }
    let (store, lock) = super::open(&config)?;
    super::runtime()?.block_on(async {
        let stop = super::serve::stop_signal()?;
        let cancel = Arc::new(AtomicBool::new(false));
        let content = &arguments.content;
        tracing::info!(folder = %content.display(), "importing");
        tokio::pin!(stop);
        let report = tokio::select! {
            report = super::import::folder(&config, store.clone(), content, false, Arc::clone(&cancel)) => report?,
            () = &mut stop => {
                cancel.store(true, std::sync::atomic::Ordering::Relaxed);
                return Ok(ExitCode::SUCCESS);
            }
        };
        super::print(&report.to_string())?;
        administrator(&store, &config.data_dir)?;
        pins(&config, &store)?;
        if !arguments.approve_by_hand {
            config.admit_any_tv_to = Some(match &arguments.admit_to {
                Some(code) => code.clone(),
                None => first_village(&store)?,
            });
        }
        drop(store);
        let server = Server::start(config).await?;
        drop(lock);
        super::print(&format!("服务已启动：{}\n", server.url()))?;
        stop.await;
        server.stop().await;
        Ok(ExitCode::SUCCESS)
    })
}

/// Creates the administrator the first time and leaves the password in the data folder, readable
/// for its owner alone.
fn administrator(store: &Store, data_dir: &Path) -> anyhow::Result<()> {
    if store.read(store::staff::any_account)? {
        return Ok(());
    }
    let root = store
        .read(store::organizations::root)?
        .context("示范内容里没有组织")?;
    let password = secrets::random_token()?[..16].to_owned();
    let path = data_dir.join("admin-password.txt");
    // Written first: an account whose password nobody knows would be of no use.
    let _ = std::fs::remove_file(&path);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)
        .with_context(|| format!("不能写 {}", path.display()))?;
    writeln!(file, "{LOGIN} {password}")?;
    file.sync_all()?;
    sessions::create_account(
        store,
        LOGIN,
        &password,
        &root.code,
        Role::PlatformAdministrator,
        SystemClock.now_ms(),
    )?;
    super::print(&format!(
        "管理员账号：{LOGIN}，密码：{password}（也保存在 {}）\n",
        path.display()
    ))
}

/// Gives everybody who has none the same PIN, so that signing in can be tried.
fn pins(config: &Config, store: &Store) -> anyhow::Result<()> {
    let vault = Vault::open(config, store)?;
    let Some(root) = store.read(store::organizations::root)? else {
        return Ok(());
    };
    let mut before = None;
    loop {
        let everybody = Filter {
            within: &root.id,
            ..Filter::default()
        };
        let page = store.read(|tx| search::list(tx, &everybody, before.as_deref(), 200))?;
        let Some(last) = page.last() else { break };
        before = Some(last.id.clone());
        let hashes: Vec<(String, String)> = page
            .into_iter()
            .filter(|member| member.pin_hash.is_none())
            .map(|member| {
                let hash = vault.pin_hash(&member.id, PIN);
                (member.id, hash)
            })
            .collect();
        let now_ms = SystemClock.now_ms();
        store.write(move |tx| {
            for (id, hash) in &hashes {
                members::set_pin(tx, id, Some(hash), now_ms)?;
            }
            Ok::<_, store::Error>(())
        })?;
    }
    super::print(&format!("示范人员的 PIN 都是 {PIN}\n"))
}

fn first_village(store: &Store) -> anyhow::Result<String> {
    let all = store.read(store::organizations::all)?;
    all.into_iter()
        .filter(|organization| organization.kind == OrganizationKind::Village)
        .map(|village| village.code)
        .min()
        .context("示范内容里没有村")
}
