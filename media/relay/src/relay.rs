//! The handles that the rest of the process holds.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread::JoinHandle;

use tokio::sync::{broadcast, oneshot};

use crate::core::{Core, CoreSettings};
use crate::driver::{Command, Driver, Handle, Sessions, Waker};
use crate::socket::Socket;
use crate::types::{
    Answer, EndReason, OfferError, Packet, RelayEvent, Route, SessionId, Settings, StartError,
    Statistics, Takeover,
};

/// Events a slow listener may be behind before it misses some.
const EVENTS: usize = 1_024;

/// A running relay. Clones are handles of the same one; the last one dropped stops it.
///
/// Commands are carried out in the order in which they are given.
#[derive(Clone)]
pub struct Relay {
    running: Arc<Running>,
}

impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Relay")
            .field("address", &self.running.address)
            .finish()
    }
}

struct Running {
    link: Arc<Link>,
    address: SocketAddr,
    events: broadcast::Sender<RelayEvent>,
    sessions: Sessions,
    thread: Option<JoinHandle<()>>,
}

/// The way to the thread; it does not keep the relay running.
struct Link {
    commands: mpsc::Sender<Command>,
    waker: Arc<Waker>,
    handles: AtomicU64,
}

impl Link {
    /// False if the thread has ended.
    fn send(&self, command: Command) -> bool {
        let sent = self.commands.send(command).is_ok();
        self.waker.wake();
        sent
    }

    fn handle(&self) -> Handle {
        self.handles.fetch_add(1, Ordering::Relaxed)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.link.send(Command::Stop);
        if let Some(thread) = self.thread.take()
            // A tap's closure may hold the last handle: a thread cannot wait for itself.
            && thread.thread().id() != std::thread::current().id()
            && thread.join().is_err()
        {
            tracing::error!("the relay's thread panicked");
        }
    }
}

impl Relay {
    /// Opens the socket and starts the thread.
    ///
    /// # Errors
    /// See [`StartError`].
    pub fn start(settings: Settings) -> Result<Self, StartError> {
        let Settings {
            listen,
            advertise,
            epoch,
            inactivity,
            max_sessions,
        } = settings;
        let socket = Socket::bind(listen).map_err(|source| StartError::Socket {
            address: listen,
            source,
        })?;
        let address = socket.address();
        let candidates = socket
            .candidates(&advertise)
            .map_err(StartError::Addresses)?;
        let core = Core::new(CoreSettings {
            epoch,
            inactivity,
            max_sessions,
            candidates: candidates.clone(),
        });
        let waker = Arc::new(Waker::new().map_err(StartError::Thread)?);
        let (commands, orders) = mpsc::channel();
        let (events, _) = broadcast::channel(EVENTS);
        let sessions = Sessions::default();
        let driver = Driver::new(
            core,
            socket,
            candidates,
            orders,
            waker.clone(),
            events.clone(),
            sessions.clone(),
        );
        let thread = std::thread::Builder::new()
            .name("media-relay".to_owned())
            .spawn(move || driver.run())
            .map_err(StartError::Thread)?;
        Ok(Self {
            running: Arc::new(Running {
                link: Arc::new(Link {
                    commands,
                    waker,
                    handles: AtomicU64::new(0),
                }),
                address,
                events,
                sessions,
                thread: Some(thread),
            }),
        })
    }

    /// Where the socket listens.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.running.address
    }

    /// Answers a WHIP offer (RFC 9725). Whoever published the stream before is replaced.
    ///
    /// # Errors
    /// See [`OfferError`].
    pub async fn publish(&self, stream: &str, offer: &str) -> Result<Answer, OfferError> {
        self.publish_as(stream, offer, Takeover::Always).await
    }

    /// The same, replacing somebody or not.
    ///
    /// # Errors
    /// See [`OfferError`]; [`OfferError::Taken`] only where nobody is to be replaced.
    pub async fn publish_as(
        &self,
        stream: &str,
        offer: &str,
        takeover: Takeover,
    ) -> Result<Answer, OfferError> {
        self.ask(|reply| Command::Publish(stream.to_owned(), offer.to_owned(), takeover, reply))
            .await
            .unwrap_or(Err(OfferError::Stopped))
    }

    /// Answers a WHEP offer. The route need not have a source yet.
    ///
    /// # Errors
    /// See [`OfferError`].
    pub async fn subscribe(&self, route: &str, offer: &str) -> Result<Answer, OfferError> {
        self.ask(|reply| Command::Subscribe(route.to_owned(), offer.to_owned(), reply))
            .await
            .unwrap_or(Err(OfferError::Stopped))
    }

    /// Ends a session: what WHIP's and WHEP's DELETE does. False if there is none of that name.
    #[must_use = "a DELETE of nothing is answered by 404"]
    pub fn close(&self, session: &SessionId) -> bool {
        self.close_as(session, EndReason::Closed)
    }

    /// The same for a reason of ours, which [`Relay::ending`] then tells.
    #[must_use = "it may have ended before"]
    pub fn close_as(&self, session: &SessionId, reason: EndReason) -> bool {
        let there = self.running.sessions.lock().end(*session, reason);
        there && self.running.link.send(Command::Close(*session, reason))
    }

    /// Why a session has ended: known at once, and for some thousand sessions afterwards. `None` for
    /// one that goes on or was never there.
    #[must_use]
    pub fn ending(&self, session: &SessionId) -> Option<EndReason> {
        self.running.sessions.lock().why(session)
    }

    /// Points a route somewhere. Who follows it goes along: sound at once, the picture with the
    /// next keyframe, which is asked for.
    pub fn set_route(&self, route: &str, to: Route) {
        self.running
            .link
            .send(Command::SetRoute(route.to_owned(), to));
    }

    /// Makes a route the stream of its own name again.
    pub fn remove_route(&self, route: &str) {
        self.running
            .link
            .send(Command::RemoveRoute(route.to_owned()));
    }

    /// Takes the packets of a route out of the relay, in order; what is missing after 100 ms is
    /// left out. Sequence numbers and timestamps go on over switches; the picture begins with a
    /// keyframe.
    ///
    /// The closure runs on the relay's thread: it must neither block nor panic.
    pub fn tap(&self, route: &str, sink: impl FnMut(Packet) + Send + 'static) -> Tap {
        let link = self.running.link.clone();
        let handle = link.handle();
        link.send(Command::Tap(handle, route.to_owned(), Box::new(sink)));
        Tap { link, handle }
    }

    /// Makes a stream of packets from this process. Whoever published it before is replaced.
    ///
    /// The closure asks for a keyframe. It runs on the relay's thread: it must neither block nor
    /// panic.
    pub fn inject(&self, stream: &str, keyframe_wanted: impl Fn() + Send + 'static) -> Injector {
        let link = self.running.link.clone();
        let handle = link.handle();
        link.send(Command::Inject(
            handle,
            stream.to_owned(),
            Box::new(keyframe_wanted),
        ));
        Injector { link, handle }
    }

    /// What happens from now on.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<RelayEvent> {
        self.running.events.subscribe()
    }

    /// Counts; empty if the relay has stopped.
    pub async fn statistics(&self) -> Statistics {
        self.ask(Command::Statistics).await.unwrap_or_default()
    }

    async fn ask<T>(&self, command: impl FnOnce(oneshot::Sender<T>) -> Command) -> Option<T> {
        let (reply, answer) = oneshot::channel();
        self.running.link.send(command(reply));
        answer.await.ok()
    }
}

/// A tap; dropping it ends it.
pub struct Tap {
    link: Arc<Link>,
    handle: Handle,
}

impl Tap {
    /// Asks for a keyframe, as often as is good for the source.
    pub fn request_keyframe(&self) {
        self.link.send(Command::TapKeyframe(self.handle));
    }
}

impl fmt::Debug for Tap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tap").finish_non_exhaustive()
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.link.send(Command::EndTap(self.handle));
    }
}

/// A stream made by this process; dropping it ends the stream.
pub struct Injector {
    link: Arc<Link>,
    handle: Handle,
}

impl Injector {
    /// Sends a packet. Sequence numbers have to go on by one; what is not RTP is dropped.
    pub fn push(&self, packet: Packet) {
        self.link.send(Command::Push(self.handle, packet));
    }
}

impl fmt::Debug for Injector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Injector").finish_non_exhaustive()
    }
}

impl Drop for Injector {
    fn drop(&mut self) {
        self.link.send(Command::EndInject(self.handle));
    }
}
