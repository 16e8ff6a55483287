//! The front door: it accepts connections, bounds how many there are and how long they may be silent,
//! speaks TLS if there is a certificate, and hands what is asked to the router.
//!
//! | module | holds |
//! |---|---|
//! | [`bounds`] | how many connections there may be, in all and of one address |
//! | [`silence`] | how long a connection may wait for the head of a request |
//! | [`certificate`] | the certificate, read anew when its files change |
//! | [`redirect`] | plain HTTP that leads to where TLS is spoken |
//!
//! What a request does after its head is the router's: how fast a body must come is in
//! `routes/pace`, how long an answer may take in `routes/observe`. An answer may take for ever to be
//! fetched, as event streams do, as long as the other side acknowledges what it is sent.

pub(crate) mod bounds;
pub(crate) mod certificate;
pub(crate) mod redirect;
mod silence;

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use bounds::{Bounds, Place};
pub(crate) use silence::Patience;
use silence::{Line, Watched};

/// Connections the kernel keeps for us while we are busy: a county's TVs come back together
/// after a power cut.
const BACKLOG: u32 = 4_096;

/// The longest head of a request, in bytes: the line, the headers, the cookies.
const LONGEST_HEAD: usize = 32 * 1024;

/// What a connection may hold in memory in each direction, in bytes.
const BUFFER: usize = 64 * 1024;

/// A peer that says nothing is asked after so long whether it is still there, and so often before it is
/// given up: boxes are switched off at the wall.
const ALIVE: (Duration, Duration, u32) = (Duration::from_secs(60), Duration::from_secs(15), 4);

/// A peer that acknowledges nothing of what it is sent, or makes no room for it, is given up after so
/// long. A film that is paused makes no room either; its player goes on from the same second.
const UNHEARD_MS: u32 = 600_000;

/// The wait after the system could not give a connection, for want of memory or open files.
const PAUSE: Duration = Duration::from_secs(1);

/// One door: where it leads, and who may come.
pub(crate) struct Door {
    /// What answers.
    pub(crate) router: Router,
    /// How many may come; shared by all doors.
    pub(crate) bounds: Arc<Bounds>,
    /// How long they may be silent.
    pub(crate) patience: Patience,
    /// TLS, if it is spoken here.
    pub(crate) tls: Option<TlsAcceptor>,
    /// Set when the server stops: connections end with the answer they are at.
    pub(crate) stopping: CancellationToken,
}

/// Listens on an address.
///
/// # Errors
/// The address is taken, or is none of this machine.
pub(crate) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    use rustix::net::sockopt;
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    socket.set_reuseaddr(true)?;
    // What is accepted has the options of what listens (Linux, tcp(7)). Answers are small and waited for.
    socket.set_nodelay(true)?;
    let (after, every, times) = ALIVE;
    socket.set_keepalive(true)?;
    sockopt::set_tcp_keepidle(&socket, after)?;
    sockopt::set_tcp_keepintvl(&socket, every)?;
    sockopt::set_tcp_keepcnt(&socket, times)?;
    sockopt::set_tcp_user_timeout(&socket, UNHEARD_MS)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

impl Door {
    /// Serves until the server stops and the last answer is out. Whoever drops this future drops its
    /// connections.
    pub(crate) async fn serve(self, listener: TcpListener) {
        let door = Arc::new(self);
        let open = TaskTracker::new();
        let given_up = CancellationToken::new();
        let _at_the_end = given_up.clone().drop_guard();
        loop {
            let accepted = tokio::select! {
                () = door.stopping.cancelled() => break,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, from)) => match door.bounds.admit(from.ip()) {
                    Ok(place) => {
                        let attended = Arc::clone(&door).attend(stream, from, place);
                        let given_up = given_up.clone();
                        open.spawn(async move {
                            tokio::select! {
                                () = attended => {}
                                () = given_up.cancelled() => {}
                            }
                        });
                    }
                    Err(full) => full.tell(stream, door.tls.is_some()),
                },
                // It was gone before it was accepted.
                Err(error) if is_its_own(&error) => {}
                Err(error) => {
                    tracing::error!(%error, "no connection can be accepted");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
        drop(listener);
        open.close();
        open.wait().await;
    }

    async fn attend(self: Arc<Self>, stream: TcpStream, from: SocketAddr, place: Place) {
        let _place = place;
        let Some(tls) = &self.tls else {
            return self.converse(stream, from).await;
        };
        match tokio::time::timeout(self.patience.head, tls.accept(stream)).await {
            Ok(Ok(stream)) => self.converse(stream, from).await,
            Ok(Err(error)) => tracing::debug!(%error, "TLS did not begin"),
            Err(_) => tracing::debug!("TLS did not begin in time"),
        }
    }

    async fn converse(&self, stream: impl AsyncRead + AsyncWrite + Unpin, from: SocketAddr) {
        let line = Arc::new(Line::new(self.patience));
        let service = Asked {
            router: TowerToHyperService::new(self.router.clone()),
            from,
        };
        let mut http = http1::Builder::new();
        http.timer(Line::timer(&line))
            .header_read_timeout(self.patience.head)
            .max_header_size(LONGEST_HEAD)
            .max_buf_size(BUFFER);
        let io = TokioIo::new(Watched::new(stream, line));
        let mut connection = pin!(http.serve_connection(io, service));
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = self.stopping.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection broke");
        }
    }
}

/// The router, and who asks it.
struct Asked {
    router: TowerToHyperService<Router>,
    from: SocketAddr,
}

impl hyper::service::Service<Request<Incoming>> for Asked {
    type Response = Response<axum::body::Body>;
    type Error = std::convert::Infallible;
    type Future =
        <TowerToHyperService<Router> as hyper::service::Service<Request<Incoming>>>::Future;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        request.extensions_mut().insert(ConnectInfo(self.from));
        self.router.call(request)
    }
}

/// Whether an error of `accept` is of that connection and not of all.
fn is_its_own(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}
