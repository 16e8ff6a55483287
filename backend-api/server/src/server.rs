//! The server in a process: the binary starts one, and so do tests.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use store::{DatabaseUrl, Store};
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::app::App;
use crate::background;
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, Limits, database};
use crate::front::bounds::Bounds;
use crate::front::certificate::{Certificate, CertificateError};
use crate::front::{self, Door, Patience, redirect};
use crate::routes;
use crate::services::address;
use crate::services::backup::{BackupError, DataLock};
use crate::services::files::{Files, FilesError};
use crate::services::media::{self, Media};
use crate::services::room::Rooms;
use crate::services::space::{Disk, Space, SystemDisk};
use crate::services::vault::{Vault, VaultError};
use crate::telemetry;
use crate::timekeeper::Timekeeper;

/// How long requests may take to end after the server was told to stop.
const GRACE: Duration = Duration::from_secs(7);

/// How long everything together may.
const STOPS_WITHIN: Duration = Duration::from_secs(9);

/// Why a server could not start or went wrong.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The data folder cannot be used.
    #[error("数据文件夹 {folder} 不能使用")]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A restore is under way.
    #[error("数据文件夹被占用")]
    Busy(#[from] BackupError),
    /// The files folder cannot be used.
    #[error("文件存储不能使用")]
    Files(#[from] FilesError),
    /// The database cannot be used.
    #[error("数据库不能使用")]
    Store(#[from] store::Error),
    /// The keys of personal data cannot be used.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The address cannot be listened on.
    #[error("不能监听 {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The certificate cannot be used.
    #[error("TLS 不能使用")]
    Certificate(#[from] CertificateError),
    /// TLS cannot be set up.
    #[error("TLS 不能使用")]
    Tls(#[from] rustls::Error),
    /// The relay of live meetings cannot listen.
    #[error("直播转发不能监听 UDP {address}")]
    Relay {
        /// The address.
        address: SocketAddr,
        /// Why.
        #[source]
        source: media::StartError,
    },
    /// TVs are only admitted unasked on loopback.
    #[error("自动登记电视只允许在本机（127.0.0.1）上使用")]
    AdmitOffLoopback,
    /// A task ended without an answer, which is a bug.
    #[error("后台任务中断")]
    Task(#[from] tokio::task::JoinError),
}

/// Starts servers.
#[derive(Debug)]
pub struct Server;

impl Server {
    /// Opens (and migrates) the data and listens.
    ///
    /// # Errors
    /// [`ServerError`].
    pub async fn start(config: Config) -> Result<RunningServer, ServerError> {
        Self::start_with(config, Arc::new(SystemClock)).await
    }

    /// As [`Server::start`], with another clock.
    ///
    /// # Errors
    /// [`ServerError`].
    pub async fn start_with(
        config: Config,
        clock: Arc<dyn Clock>,
    ) -> Result<RunningServer, ServerError> {
        Self::start_on(config, clock, Arc::new(SystemDisk)).await
    }

    /// As [`Server::start`], with another clock and another disk.
    ///
    /// # Errors
    /// [`ServerError`].
    pub async fn start_on(
        config: Config,
        clock: Arc<dyn Clock>,
        disk: Arc<dyn Disk>,
    ) -> Result<RunningServer, ServerError> {
        if config.admit_any_tv_to.is_some() && !config.listen.ip().is_loopback() {
            return Err(ServerError::AdmitOffLoopback);
        }
        telemetry::count();
        let opened = config.clone();
        let (lock, store, files, vault) =
            tokio::task::spawn_blocking(move || open(&opened)).await??;
        let certificate = config.tls.as_ref().map(Certificate::open).transpose()?;
        let tls = certificate.as_ref().map(Certificate::acceptor);
        let tls = tls.transpose()?;
        let space = Space::new(disk, &config.data_dir, config.limits.reserve_bytes);
        let files = files.within(space.clone());
        let time = Timekeeper::new(clock, Some(&config.data_dir));
        let (keeper, on) = (time.clone(), store.clone());
        tokio::task::spawn_blocking(move || keeper.begin(&on)).await??;
        let (listener, addr) = listen(config.listen)?;
        let plain = config.tls.as_ref().and_then(|tls| tls.redirect);
        let plain = plain.map(listen).transpose()?;
        let plain_addr = plain.as_ref().map(|(_, addr)| *addr);
        let public_url = config
            .public_url
            .clone()
            .unwrap_or_else(|| reached_at(addr));
        let own_ports = std::iter::once(addr).chain(plain_addr);
        let own_ports = own_ports.map(|addr| addr.port()).collect();
        let media = Media::open(&config, space.clone(), own_ports).map_err(|source| {
            ServerError::Relay {
                address: config.live.udp,
                source,
            }
        })?;
        let app = Arc::new(App::new(
            config, public_url, addr, store, files, vault, media, time, space,
        ));
        if let Err(error) = app.blocking(|app| app.announcer.attach()).await {
            tracing::error!(%error, "what terminals should be told of is not known yet");
        }
        if let Err(error) = app.blocking(|app| app.duty.close_left_open()).await {
            tracing::error!(%error, "looks that were left open cannot be closed");
        }
        let mut background = background::spawn(&app);
        if let Some(certificate) = certificate {
            background::spawn_renewal(&mut background, &app, certificate);
        }
        app.rooms.resume().await;
        background::spawn_due(&mut background, &app);
        let limits = &app.config.limits;
        let bounds = bounds(&app.config);
        let door = |router, tls| Door {
            router,
            bounds: Arc::clone(&bounds),
            patience: patience(limits),
            tls,
            stopping: app.stopping.clone(),
        };
        let main = door(routes::router(Arc::clone(&app)), tls);
        let beside = plain.map(|(listener, _)| {
            let router = redirect::router(app.public_url.clone());
            door(router, None).serve(listener)
        });
        let serving = tokio::spawn(async move {
            match beside {
                Some(beside) => {
                    tokio::join!(main.serve(listener), beside);
                }
                None => main.serve(listener).await,
            }
        });
        if let Ok(url) = app.config.database_url().parse() {
            let way = database::way_to(&url);
            if way.is_open {
                tracing::warn!("{}", way.says);
            }
        }
        tracing::info!(%addr, url = %app.public_url, "listening");
        Ok(RunningServer {
            addr,
            app,
            plain_addr,
            serving,
            background,
            _lock: lock,
        })
    }
}

/// A server at work.
pub struct RunningServer {
    /// Where it listens.
    pub addr: SocketAddr,
    /// Where plain HTTP is led to TLS.
    pub plain_addr: Option<SocketAddr>,
    app: Arc<App>,
    serving: JoinHandle<()>,
    background: JoinSet<()>,
    _lock: DataLock,
}

impl RunningServer {
    /// Its address as a URL, e.g. `http://127.0.0.1:40123/`.
    #[must_use]
    pub fn url(&self) -> Url {
        own_url(self.addr, self.app.config.tls.is_some())
    }

    /// Its database, for tests and for work beside the requests.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.app.store
    }

    /// Its keys of personal data.
    #[must_use]
    pub fn vault(&self) -> &Arc<Vault> {
        &self.app.vault
    }

    /// Its live picture and sound.
    #[must_use]
    pub fn media(&self) -> &Arc<Media> {
        &self.app.media
    }

    /// Its live meetings.
    #[must_use]
    pub fn rooms(&self) -> &Arc<Rooms> {
        &self.app.rooms
    }

    /// Everything of it, for the demonstration.
    pub(crate) fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// Its stored files.
    #[must_use]
    pub fn files(&self) -> &Files {
        &self.app.files
    }

    /// Stops: no new requests, event streams end and say when to come back, running requests get seven seconds,
    /// and everything together nine. What is not finished by then is given up; whatever was acknowledged is in
    /// the database, and another process, or the next start, goes on with what is due.
    pub async fn stop(mut self) {
        let until = Instant::now() + STOPS_WITHIN;
        self.app.stopping.cancel();
        let app = Arc::clone(&self.app);
        let media = tokio::task::spawn_blocking(move || {
            app.duty.stop();
            app.rooms.stop();
        });
        match tokio::time::timeout(GRACE, &mut self.serving).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the listener failed"),
            Err(_) => {
                tracing::warn!("gave up waiting for requests to end");
                self.serving.abort();
            }
        }
        match timeout_at(until, media).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "live meetings did not stop in order"),
            Err(_) => tracing::warn!("gave up waiting for live meetings to end"),
        }
        // Nobody can sign in any more; who did is written first.
        self.app.sign_ins.close();
        let all = async {
            while let Some(ended) = self.background.join_next().await {
                if let Err(error) = ended {
                    tracing::error!(%error, "a background task failed");
                }
            }
        };
        if timeout_at(until, all).await.is_err() {
            tracing::warn!("gave up waiting for what goes on in the background");
        }
        tracing::info!("stopped");
    }
}

fn open(config: &Config) -> Result<(DataLock, Store, Files, Vault), ServerError> {
    std::fs::create_dir_all(&config.data_dir).map_err(|source| ServerError::Folder {
        folder: config.data_dir.clone(),
        source,
    })?;
    let lock = DataLock::shared(&config.data_dir)?;
    let store = Store::open(&config.database_url().parse::<DatabaseUrl>()?)?;
    let vault = Vault::open(config, &store)?;
    let files = Files::of(config)?;
    Ok((lock, store, files, vault))
}

fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), ServerError> {
    let listening = || {
        let listener = front::listen(address)?;
        let addr = listener.local_addr()?;
        Ok((listener, addr))
    };
    listening().map_err(|source| ServerError::Listen { address, source })
}

fn patience(limits: &Limits) -> Patience {
    Patience {
        head: Duration::from_secs(limits.header_seconds),
        idle: Duration::from_secs(limits.idle_seconds),
    }
}

/// Open files that are kept for the database, the relay and stored files.
const FOR_OTHERS: usize = 1_000;

/// How many connections may come.
fn bounds(config: &Config) -> Arc<Bounds> {
    use rustix::process::{Resource, getrlimit};
    let limits = &config.limits;
    let files = getrlimit(Resource::Nofile).current;
    let files = files.and_then(|files| usize::try_from(files).ok());
    let possible = files.map_or(usize::MAX, |files| files - FOR_OTHERS.min(files / 8));
    if possible < limits.connections {
        tracing::warn!(
            possible,
            wanted = limits.connections,
            "the system allows fewer open files: fewer connections are taken"
        );
    }
    // Behind a proxy is everybody.
    let proxies = config.trusted_proxies.clone();
    let spared = move |ip: IpAddr| ip.is_loopback() || proxies.contains(&ip);
    let of_one = limits.connections_per_address;
    Arc::new(Bounds::new(
        possible.min(limits.connections),
        of_one,
        spared,
    ))
}

/// Where others reach a server that was not told its address.
fn reached_at(addr: SocketAddr) -> Url {
    let known = address::Known {
        configured: None,
        listens: addr,
        asked: None,
        own: &address::own(),
    };
    // With TLS the address is always configured.
    address::for_telephones(known).unwrap_or_else(|| own_url(addr, false))
}

fn own_url(addr: SocketAddr, tls: bool) -> Url {
    let scheme = if tls { "https" } else { "http" };
    Url::parse(&format!("{scheme}://{addr}/")).expect("an address and a port make a URL")
}
