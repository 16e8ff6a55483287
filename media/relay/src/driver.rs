//! The relay's thread: takes datagrams and commands to the core, and back.

use std::collections::{HashMap, HashSet, VecDeque};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use tokio::sync::{broadcast, oneshot};

use crate::core::Core;
use crate::socket::Socket;
use crate::types::{
    Answer, EndReason, OfferError, Packet, RelayEvent, Route, SessionId, Statistics, Takeover,
};

/// Batches of datagrams taken before what they led to is sent.
const BATCHES: usize = 16;
/// Commands taken before datagrams have their turn.
const COMMANDS: usize = 4_096;
/// Longest sleep: a bound, in case the system's clock jumps.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);

/// Names a tap or an injector before the core has a name for it.
pub type Handle = u64;

/// What the handles of the relay ask of the thread.
pub enum Command {
    Publish(
        String,
        String,
        Takeover,
        oneshot::Sender<Result<Answer, OfferError>>,
    ),
    Subscribe(String, String, oneshot::Sender<Result<Answer, OfferError>>),
    Close(SessionId, EndReason),
    SetRoute(String, Route),
    RemoveRoute(String),
    Tap(Handle, String, Box<dyn FnMut(Packet) + Send>),
    TapKeyframe(Handle),
    EndTap(Handle),
    Inject(Handle, String, Box<dyn Fn() + Send>),
    Push(Handle, Packet),
    EndInject(Handle),
    Statistics(oneshot::Sender<Statistics>),
    Stop,
}

/// Wakes the thread out of its sleep.
pub struct Waker {
    event: OwnedFd,
    pending: AtomicBool,
}

impl Waker {
    /// One for one thread.
    ///
    /// # Errors
    /// If the system has no file descriptor left.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            event: eventfd(0, EventfdFlags::NONBLOCK | EventfdFlags::CLOEXEC)?,
            pending: AtomicBool::new(false),
        })
    }

    /// Wakes; many calls before the thread gets to it cost one system call.
    pub fn wake(&self) {
        if !self.pending.swap(true, Ordering::AcqRel) {
            // It can only fail if the counter is full, and then the thread is woken already.
            let _ = rustix::io::write(&self.event, &1_u64.to_ne_bytes());
        }
    }

    /// Before looking at the commands: who comes after that wakes again.
    fn rearm(&self) {
        self.pending.store(false, Ordering::Release);
    }

    /// After waking up.
    fn drain(&self) {
        // It fails only if there was nothing.
        let _ = rustix::io::read(&self.event, &mut [0; 8]);
    }
}

/// So many ended sessions are remembered.
const REMEMBERED: usize = 4_096;

/// Sessions that exist, and why those that do not were ended, for whoever must know at once.
#[derive(Debug, Default)]
pub struct SessionLog {
    live: HashSet<SessionId>,
    ended: HashMap<SessionId, EndReason>,
    /// The same, the oldest first.
    order: VecDeque<SessionId>,
}

impl SessionLog {
    /// Notes the end of a session. False if it had ended before: then that reason stays.
    pub fn end(&mut self, session: SessionId, reason: EndReason) -> bool {
        let there = self.live.remove(&session);
        if there {
            self.ended.insert(session, reason);
            self.order.push_back(session);
            if self.order.len() > REMEMBERED
                && let Some(oldest) = self.order.pop_front()
            {
                self.ended.remove(&oldest);
            }
        }
        there
    }

    /// Why a session was ended; `None` for one that lives, and one that is not remembered.
    pub fn why(&self, session: &SessionId) -> Option<EndReason> {
        self.ended.get(session).copied()
    }
}

/// See [`SessionLog`].
pub type Sessions = Arc<Mutex<SessionLog>>;

/// See the module.
pub struct Driver {
    core: Core,
    socket: Socket,
    candidates: Vec<SocketAddr>,
    commands: Receiver<Command>,
    waker: Arc<Waker>,
    events: broadcast::Sender<RelayEvent>,
    sessions: Sessions,
    taps: HashMap<Handle, u64>,
    injectors: HashMap<Handle, u64>,
    unsent: u64,
}

impl Driver {
    /// Ready to run.
    pub fn new(
        core: Core,
        socket: Socket,
        candidates: Vec<SocketAddr>,
        commands: Receiver<Command>,
        waker: Arc<Waker>,
        events: broadcast::Sender<RelayEvent>,
        sessions: Sessions,
    ) -> Self {
        Self {
            core,
            socket,
            candidates,
            commands,
            waker,
            events,
            sessions,
            taps: Default::default(),
            injectors: Default::default(),
            unsent: 0,
        }
    }

    /// Until [`Command::Stop`], or until nobody can send commands any more.
    pub fn run(mut self) {
        loop {
            self.waker.rearm();
            if !self.take_commands() {
                break;
            }
            let more = self.take_datagrams();
            let now = Instant::now();
            self.core.flush(now);
            // Before the goodbyes are sent: whoever gets one asks at once why.
            self.tell();
            while let Some(datagram) = self.core.poll_datagram() {
                self.socket.queue(datagram);
            }
            let blocked = self.socket.flush();
            self.unsent += self.socket.take_unsent();
            if !more {
                self.sleep(blocked);
            }
        }
    }

    fn take_commands(&mut self) -> bool {
        for _ in 0..COMMANDS {
            match self.commands.try_recv() {
                Ok(Command::Stop) | Err(TryRecvError::Disconnected) => return false,
                Ok(command) => self.obey(command),
                Err(TryRecvError::Empty) => return true,
            }
        }
        // There may be more, and their wake-up is gone.
        self.waker.wake();
        true
    }

    fn obey(&mut self, command: Command) {
        let now = Instant::now();
        match command {
            Command::Publish(stream, offer, takeover, reply) => {
                let answer = self.core.publish_as(now, &stream, &offer, takeover);
                self.reply(answer, reply);
            }
            Command::Subscribe(route, offer, reply) => {
                let answer = self.core.subscribe(now, &route, &offer);
                self.reply(answer, reply);
            }
            Command::Close(session, reason) => {
                self.core.close_as(now, &session, reason);
            }
            Command::SetRoute(name, route) => self.core.set_route(now, &name, route),
            Command::RemoveRoute(name) => self.core.remove_route(now, &name),
            Command::Tap(handle, route, sink) => {
                let key = self.core.tap(now, &route, sink);
                self.taps.insert(handle, key);
            }
            Command::TapKeyframe(handle) => {
                if let Some(key) = self.taps.get(&handle) {
                    self.core.tap_keyframe(now, *key);
                }
            }
            Command::EndTap(handle) => {
                if let Some(key) = self.taps.remove(&handle) {
                    self.core.remove_tap(key);
                }
            }
            Command::Inject(handle, stream, keyframe_wanted) => {
                let key = self.core.add_injector(now, &stream, keyframe_wanted);
                self.injectors.insert(handle, key);
            }
            Command::Push(handle, packet) => {
                if let Some(key) = self.injectors.get(&handle) {
                    self.core.inject(now, *key, &packet);
                }
            }
            Command::EndInject(handle) => {
                if let Some(key) = self.injectors.remove(&handle) {
                    self.core.remove_injector(key);
                }
            }
            Command::Statistics(reply) => {
                let mut statistics = self.core.statistics(now);
                statistics.totals.unsent = self.unsent;
                // Whoever asked may have gone.
                let _ = reply.send(statistics);
            }
            Command::Stop => {}
        }
    }

    fn reply(
        &mut self,
        answer: Result<Answer, OfferError>,
        reply: oneshot::Sender<Result<Answer, OfferError>>,
    ) {
        if let Ok(answer) = &answer {
            self.sessions.lock().live.insert(answer.session);
        }
        // Whoever has the answer may ask at once what became of the one it replaced.
        self.tell();
        if let Err(Ok(answer)) = reply.send(answer) {
            // Nobody would ever close it.
            self.core.close(Instant::now(), &answer.session);
        }
    }

    /// True if there may be more.
    fn take_datagrams(&mut self) -> bool {
        for _ in 0..BATCHES {
            let now = Instant::now();
            let (core, candidates) = (&mut self.core, &self.candidates);
            let more = self.socket.receive(|source, own, datagram| {
                if let Some(candidate) = candidate(candidates, own) {
                    core.receive(now, source, candidate, datagram);
                }
            });
            if !more {
                return false;
            }
        }
        true
    }

    fn tell(&mut self) {
        while let Some(event) = self.core.poll_event() {
            if let RelayEvent::SessionEnded { session, reason } = &event {
                self.sessions.lock().end(*session, *reason);
            }
            // An error only says that nobody listens.
            let _ = self.events.send(event);
        }
    }

    fn sleep(&self, blocked: bool) {
        let now = Instant::now();
        let left = self.core.next_timeout().map_or(LONGEST_SLEEP, |at| {
            at.saturating_duration_since(now).min(LONGEST_SLEEP)
        });
        let wanted = if blocked {
            PollFlags::IN | PollFlags::OUT
        } else {
            PollFlags::IN
        };
        let socket = self.socket.fd();
        let mut fds = [
            PollFd::new(&socket, wanted),
            PollFd::from_borrowed_fd(self.waker.event.as_fd(), PollFlags::IN),
        ];
        let timeout = Timespec {
            tv_sec: i64::try_from(left.as_secs()).unwrap_or(1),
            tv_nsec: left.subsec_nanos().into(),
        };
        // An interruption is a wake-up like any other.
        if poll(&mut fds, Some(&timeout)).is_ok() && !fds[1].revents().is_empty() {
            self.waker.drain();
        }
    }
}

/// The candidate a datagram was sent to. Behind a NAT it is not the address it arrived at.
fn candidate(candidates: &[SocketAddr], own: IpAddr) -> Option<SocketAddr> {
    let exact = candidates.iter().find(|c| c.ip() == own);
    let family = || candidates.iter().find(|c| c.is_ipv4() == own.is_ipv4());
    exact.or_else(family).copied()
}
