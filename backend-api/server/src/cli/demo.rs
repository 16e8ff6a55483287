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
use contract::terminal::TerminalKind;
use store::members::search::{self, Filter};
use store::terminals::NewTerminal;
use store::{Store, members, organizations, terminals};

use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::import::Extent;
use crate::server::{RunningServer, Server};
use crate::services::duty::{self, cameras::Demonstration};
use crate::services::kit::error::ServiceError;
use crate::services::kit::rights::Role;
use crate::services::room::{self, Terminal};
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
    /// 数据库地址；不写为数据文件夹里的 SQLite
    #[arg(long, value_name = "URL")]
    database: Option<String>,
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
    /// 不开演示会议
    #[arg(long)]
    no_meeting: bool,
    /// 管理页面的文件夹
    #[arg(long, value_name = "FOLDER")]
    console: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let mut config = Config::local(&arguments.data);
    config.listen = arguments.listen;
    config.console = arguments.console.clone();
    config.database = arguments.database.clone();
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
        // Duty rooms of the content name these stations.
        super::import::ground(&config, store.clone(), content).await?;
        let stations = stations(&store)?;
        tokio::pin!(stop);
        let report = tokio::select! {
            report = super::import::folder(&config, store.clone(), content, Extent::Confirmed, Arc::clone(&cancel)) => report?,
            () = &mut stop => {
                cancel.store(true, std::sync::atomic::Ordering::Relaxed);
                return Ok(ExitCode::SUCCESS);
            }
        };
        super::print(&report.to_string())?;
        administrator(&store, &config.data_dir)?;
        pins(&config, &store)?;
        let village = match &arguments.admit_to {
            Some(code) => code.clone(),
            None => first_village(&store)?,
        };
        super::demo_meetings::plan(&store, &village, SystemClock.now_ms())?;
        let vault = Arc::new(Vault::open(&config, &store)?);
        super::demo_evaluations::hold(&store, &vault, SystemClock.now_ms())?;
        if !arguments.approve_by_hand {
            config.admit_any_tv_to = Some(village);
        }
        drop(store);
        let server = Server::start(config).await?;
        drop(lock);
        super::print(&format!("服务已启动：{}\n", server.url()))?;
        duty(&server, stations.clone());
        if !arguments.no_meeting {
            meeting(&server, stations).await?;
        }
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
        .read(organizations::root)?
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
    let Some(root) = store.read(organizations::root)? else {
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

/// A conference that is on air: a test picture hosts, two village stations watch, and one raises
/// its hand.
async fn meeting(server: &RunningServer, stations: Vec<Terminal>) -> anyhow::Result<()> {
    let app = server.app();
    let explain = |error: ServiceError| anyhow::anyhow!("{error:?}");
    let id = app
        .blocking(|app| super::demo_meetings::going_on(&app.store, app.now_ms()))
        .await
        .map_err(explain)?;
    app.rooms.begin(&id).await.map_err(explain)?;
    let (rooms, stopping) = (Arc::clone(&app.rooms), app.stopping.clone());
    tokio::spawn(async move {
        if let Err(error) = room::demonstration::run(rooms, id, stations, stopping).await {
            tracing::warn!(%error, "the demonstration meeting has ended");
        }
    });
    super::print("演示会议已开始：两个村的站点在线，其中一个会举手\n")?;
    Ok(())
}

/// Stations of two villages that exist only in this process.
fn stations(store: &Store) -> Result<Vec<Terminal>, ServiceError> {
    let now_ms = SystemClock.now_ms();
    store.write(move |tx| {
        let mut villages: Vec<_> = organizations::all(tx)?
            .into_iter()
            .filter(|organization| organization.kind == OrganizationKind::Village)
            .collect();
        villages.sort_by(|a, b| a.code.cmp(&b.code));
        let mut stations = Vec::new();
        for village in villages.iter().skip(1).take(2) {
            let name = format!("{}会议室（演示）", village.name);
            let known = terminals::named(tx, &village.id, &name)?;
            let terminal = match known.into_iter().next() {
                Some(terminal) => terminal,
                None => {
                    let new = NewTerminal {
                        kind: TerminalKind::Station,
                        name,
                        organization_id: village.id.clone(),
                        token_sha256: secrets::sha256_hex(&secrets::random_token()?),
                    };
                    terminals::create(tx, &new, now_ms)?
                }
            };
            stations.push(Terminal {
                id: terminal.id,
                name: terminal.name,
                organization: terminal.organization,
                station: true,
            });
        }
        Ok(stations)
    })
}

/// Test pictures take the place of the stations' cameras and of a camera that is made up, while
/// somebody looks into a duty room.
fn duty(server: &RunningServer, stations: Vec<Terminal>) {
    let app = server.app();
    app.duty.use_cameras(Arc::new(Demonstration));
    let (duty, media) = (Arc::clone(&app.duty), Arc::clone(&app.media));
    let stations = stations.into_iter().map(|station| station.id).collect();
    let stopping = app.stopping.clone();
    tokio::spawn(async move {
        if let Err(error) = duty::demonstration::run(duty, media, stations, stopping).await {
            tracing::warn!(%error, "the demonstration's stations are off duty");
        }
    });
}

fn first_village(store: &Store) -> anyhow::Result<String> {
    let all = store.read(organizations::all)?;
    all.into_iter()
        .filter(|organization| organization.kind == OrganizationKind::Village)
        .map(|village| village.code)
        .min()
        .context("示范内容里没有村")
}
