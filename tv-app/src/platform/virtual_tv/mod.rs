//! The virtual TV: a web page with the live screen and a remote control.
//!
//! The screen reaches the page by long polling: `GET /frame?after=N` waits until there is a frame
//! newer than N and answers with the smallest rectangle that changed since, as PNG for drawn
//! screens and JPEG for pictures. A viewer asks again only when it has shown the last answer, so a
//! slow one skips frames instead of lagging behind, and while nothing changes nothing is sent.
//! (A WebSocket would push frames into a slow viewer's socket buffers, where they grow old.)
//!
//! Loopback only unless told otherwise. Pages of other sites can neither press keys (origin and
//! content type are checked) nor reach it by a name of theirs that resolves to this machine (the
//! Host header must be an address or `localhost`) nor put it into a frame.

mod guard;
mod mirror;
mod routes;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::net::TcpListener;
use tokio::sync::oneshot;

use self::mirror::Mirror;
use super::headless::Headless;
use crate::remote::SourceEvent;

/// Takes the keys pressed on the page; called in the server's threads.
pub type KeySink = Arc<dyn Fn(SourceEvent) + Send + Sync>;

/// Says what the TV shows, as JSON, for tests and automation; called in the server's threads.
pub type StateSource = Arc<dyn Fn() -> serde_json::Value + Send + Sync>;

/// What the virtual TV needs.
#[derive(Clone)]
pub struct VirtualOptions {
    /// Where to listen; port 0 takes a free one.
    pub address: SocketAddr,
    /// Whether other machines may connect.
    pub allow_remote: bool,
    /// Takes the keys.
    pub keys: KeySink,
    /// Says what is shown.
    pub state: StateSource,
}

/// Why the virtual TV did not start.
#[derive(Debug, thiserror::Error)]
pub enum VirtualError {
    /// Listening beyond this machine needs to be allowed.
    #[error(
        "虚拟电视默认只给这台机器自己用：{0} 会让网络里的每个人都能看到并操作它。\
         请改用 127.0.0.1，或者确实需要时加上 --virtual-allow-remote。"
    )]
    NotLoopback(IpAddr),
    /// The address cannot be listened on.
    #[error("虚拟电视不能使用地址 {address}：{source}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
}

/// The running virtual TV; dropping it closes the page's connection and ends its thread.
#[derive(Debug)]
pub struct VirtualTv {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl VirtualTv {
    /// Starts serving the screen in a thread of its own.
    ///
    /// # Errors
    /// When the address is not of this machine only (and that was not allowed), or is taken.
    pub fn start(screen: &Headless, options: VirtualOptions) -> Result<Self, VirtualError> {
        let address = options.address;
        if !address.ip().is_loopback() && !options.allow_remote {
            return Err(VirtualError::NotLoopback(address.ip()));
        }
        let failed = |source| VirtualError::Listen { address, source };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(2)
            .thread_name("virtual-tv")
            .enable_all()
            .build()
            .map_err(failed)?;
        let listener = runtime
            .block_on(TcpListener::bind(address))
            .map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;

        let mirror = Arc::new(Mirror::new(screen.frame()));
        let writer = Arc::clone(&mirror);
        screen.on_frame(move |canvas, dirty| writer.update(canvas, dirty));

        let (stop, stopped) = oneshot::channel();
        let router = routes::router(mirror, options);
        let thread = std::thread::Builder::new()
            .name("virtual-tv".into())
            .spawn(move || {
                runtime.block_on(async {
                    tokio::select! {
                        served = axum::serve(listener, router) => {
                            if let Err(error) = served {
                                tracing::error!(%error, "the virtual TV stopped");
                            }
                        }
                        _ = stopped => {}
                    }
                });
                // Waiting viewers hang on for ever; they connect again by themselves.
                runtime.shutdown_background();
            })
            .map_err(failed)?;
        Ok(Self {
            address,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for VirtualTv {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The thread is over already if nobody listens.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the virtual TV's thread panicked");
        }
    }
}

#[cfg(test)]
mod tests;
