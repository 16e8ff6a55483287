//! The server in a process: the binary starts one, and so do tests.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::ListenerExt as _;
use store::{DatabaseUrl, Store};
use tokio::net::{TcpListener, TcpSocket};
use tokio::task::{JoinHandle, JoinSet};
use url::Url;

use crate::app::App;
use crate::background;
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, database};
use crate::routes;
use crate::services::address;
use crate::services::backup::{BackupError, DataLock};
use crate::services::files::{Files, FilesError};
use crate::services::media::{self, Media};
use crate::services::room::Rooms;
use crate::services::vault::{Vault, VaultError};
use crate::telemetry;

/// Connections the kernel keeps for us while we are busy: a county's TVs come back together
/// after a power cut.
const BACKLOG: u32 = 4_096;

/// How long requests may take to end after the server was told to stop.
const GRACE: Duration = Duration::from_secs(10);

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
        if config.admit_any_tv_to.is_some() && !config.listen.ip().is_loopback() {
            return Err(ServerError::AdmitOffLoopback);
        }
        telemetry::count();
        let opened = config.clone();
        let (lock, store, files, vault) =
            tokio::task::spawn_blocking(move || open(&opened)).await??;
        let listener = listen(config.listen).map_err(|source| ServerError::Listen {
            address: config.listen,
            source,
        })?;
        let addr = listener
            .local_addr()
            .map_err(|source| ServerError::Listen {
                address: config.listen,
                source,
            })?;
        let public_url = config
            .public_url
            .clone()
            .unwrap_or_else(|| reached_at(addr));
        let media = Media::open(&config).map_err(|source| ServerError::Relay {
            address: config.live.udp,
            source,
        })?;
        let app = Arc::new(App::new(
            config, public_url, addr, store, files, vault, media, clock,
        ));
        if let Err(error) = app.blocking(|app| app.announcer.attach()).await {
            tracing::error!(%error, "what terminals should be told of is not known yet");
        }
        if let Err(error) = app.blocking(|app| app.duty.close_left_open()).await {
            tracing::error!(%error, "looks that were left open cannot be closed");
        }
        let mut background = background::spawn(&app);
        app.rooms.resume().await;
        background::spawn_due(&mut background, &app);
        let service =
            routes::router(Arc::clone(&app)).into_make_service_with_connect_info::<SocketAddr>();
        let listener = listener.tap_io(|connection| {
            // Answers are small and waited for.
            if let Err(error) = connection.set_nodelay(true) {
                tracing::debug!(%error, "cannot set TCP_NODELAY");
            }
        });
        let stopping = app.stopping.clone();
        let serving = tokio::spawn(async move {
            axum::serve(listener, service)
                .with_graceful_shutdown(stopping.cancelled_owned())
                .await
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
    app: Arc<App>,
    serving: JoinHandle<io::Result<()>>,
    background: JoinSet<()>,
    _lock: DataLock,
}

impl RunningServer {
    /// Its address as a URL, e.g. `http://127.0.0.1:40123/`.
    #[must_use]
    pub fn url(&self) -> Url {
        own_url(self.addr)
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

    /// Stops: no new requests, event streams end, running requests get ten seconds.
    pub async fn stop(mut self) {
        self.app.stopping.cancel();
        let app = Arc::clone(&self.app);
        let media = tokio::task::spawn_blocking(move || {
            app.duty.stop();
            app.rooms.stop();
        });
        match tokio::time::timeout(GRACE, &mut self.serving).await {
            Ok(Ok(Ok(()))) => {}
            Ok(Ok(Err(error))) => tracing::warn!(%error, "stopped with an error"),
            Ok(Err(error)) => tracing::error!(%error, "the listener failed"),
            Err(_) => {
                tracing::warn!("gave up waiting for requests to end");
                self.serving.abort();
            }
        }
        if let Err(error) = media.await {
            tracing::error!(%error, "live meetings did not stop in order");
        }
        // Nobody can sign in any more; who did is written first.
        self.app.sign_ins.close();
        while let Some(ended) = self.background.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a background task failed");
            }
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
    let files = Files::open(&config.files_dir())?;
    Ok((lock, store, files, vault))
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Where others reach a server that was not told its address.
fn reached_at(addr: SocketAddr) -> Url {
    let known = address::Known {
        configured: None,
        listens: addr,
        asked: None,
        own: &address::own(),
    };
    address::for_telephones(known).unwrap_or_else(|| own_url(addr))
}

fn own_url(addr: SocketAddr) -> Url {
    Url::parse(&format!("http://{addr}/")).expect("an address and a port make a URL")
}
