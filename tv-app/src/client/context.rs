//! What every loop of the client shares.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::time::Duration;

use contract::station_check::StationDevices;
use parking_lot::Mutex;
use tokio::sync::{Notify as Bell, mpsc, watch};
use tokio::time::Instant;

use super::backoff::{Backoff, Jitter};
use super::bells::Bells;
use super::config::Timing;
use super::http::{Http, HttpError};
use super::notice::{Notice, Notify};
use super::wishes::Wishes;
use crate::cache::Cache;
use crate::cache::command::{Outgoing, Priority};

/// How far the feed is with reading everything again.
mod everything {
    /// It goes on where it was.
    pub(super) const HERE: u8 = 0;
    /// It begins anew with the next exchange.
    pub(super) const WANTED: u8 = 1;
    /// It has begun anew and not come to its end.
    pub(super) const COMING: u8 = 2;
}

pub(super) struct Context {
    pub(super) http: Http,
    pub(super) cache: Cache,
    pub(super) hardware: String,
    pub(super) timing: Timing,
    /// Rung when the feed should be asked.
    pub(super) feed_bell: Bell,
    /// Those of whoever keeps a document of this terminal up to date.
    pub(super) bells: Bells,
    /// What is asked at once, and where it comes out.
    pub(super) asked: tokio::sync::Mutex<mpsc::UnboundedReceiver<Outgoing>>,
    /// What the meeting that is joined hears from screens and events.
    pub(super) live: Wishes,
    asking: mpsc::UnboundedSender<Outgoing>,
    notify: Notify,
    seed: AtomicU64,
    retry: watch::Sender<u64>,
    /// How often a network came.
    networks: Arc<AtomicU64>,
    /// Wakes whatever waits for the server: a network came, or the server answered somebody.
    hope: watch::Sender<u64>,
    /// Somebody got no answer since the server answered last.
    silent: AtomicBool,
    /// When an answer woke the others last.
    heard_at: Mutex<Option<Instant>>,
    /// Writes that wait and writes that were refused, as last told.
    outbox: Mutex<Option<(u64, u64)>>,
    /// The server was tried at least once.
    tried: AtomicBool,
    /// See [`everything`].
    everything: AtomicU8,
    /// What was found of the devices of this station and not told yet.
    pub(super) devices: Mutex<Option<StationDevices>>,
}

impl Context {
    pub(super) fn new(
        http: Http,
        cache: Cache,
        hardware: String,
        timing: Timing,
        notify: Notify,
        seed: u64,
    ) -> Arc<Self> {
        let (asking, asked) = mpsc::unbounded_channel();
        Arc::new(Self {
            http,
            cache,
            hardware,
            timing,
            feed_bell: Bell::new(),
            bells: Bells::default(),
            asked: tokio::sync::Mutex::new(asked),
            live: Wishes::new(),
            asking,
            notify,
            seed: AtomicU64::new(seed),
            retry: watch::Sender::new(0),
            networks: Arc::default(),
            hope: watch::Sender::new(0),
            silent: AtomicBool::new(false),
            heard_at: Mutex::new(None),
            outbox: Mutex::new(None),
            tried: AtomicBool::new(false),
            everything: AtomicU8::new(everything::HERE),
            devices: Mutex::default(),
        })
    }

    /// Has everything come again that the server tells this terminal, whatever is known.
    pub(super) fn fetch_everything(&self) {
        self.everything.store(everything::WANTED, Ordering::Release);
        self.bells.want_everything();
        self.feed_bell.notify_one();
    }

    /// The feed begins an exchange: whether it is to begin anew.
    pub(super) fn feed_begins(&self) -> bool {
        let (wanted, coming) = (everything::WANTED, everything::COMING);
        let order = (Ordering::AcqRel, Ordering::Acquire);
        self.everything
            .compare_exchange(wanted, coming, order.0, order.1)
            .is_ok()
    }

    /// The feed could not begin anew: it does so with the next exchange.
    pub(super) fn feed_failed_to_begin(&self) {
        self.everything.store(everything::WANTED, Ordering::Release);
    }

    /// The feed came to its end. What was wanted meanwhile is still to come.
    pub(super) fn feed_ended(&self) {
        let (coming, here) = (everything::COMING, everything::HERE);
        let _ = self
            .everything
            .compare_exchange(coming, here, Ordering::AcqRel, Ordering::Acquire);
    }

    /// Whether everything that was wanted has come.
    pub(super) fn has_everything(&self) -> bool {
        self.everything.load(Ordering::Acquire) == everything::HERE
    }

    pub(super) fn notify(&self, notice: Notice) {
        (self.notify)(notice);
    }

    /// Every loop has its own, so that they do not come back together either.
    pub(super) fn backoff(&self) -> Backoff {
        let seed = self.seed.fetch_add(0x9e37_79b9, Ordering::Relaxed);
        Backoff::new(
            self.timing.backoff_min_ms,
            self.timing.backoff_max_ms,
            Jitter::new(seed),
        )
        .over(&self.networks)
    }

    /// A network came: whatever waits for the server tries at once.
    pub(super) fn network_came(&self) {
        self.networks.fetch_add(1, Ordering::Relaxed);
        self.hope.send_modify(|count| *count += 1);
    }

    /// How often a network came.
    pub(super) fn networks(&self) -> u64 {
        self.networks.load(Ordering::Relaxed)
    }

    /// Somebody got no answer of the server.
    pub(super) fn missed(&self, error: &HttpError) {
        if error.is_silence() {
            self.silent.store(true, Ordering::Release);
        }
    }

    /// The server answered somebody. Whoever waits because it did not answer tries at once, but not
    /// over and over where it answers only some.
    pub(super) fn heard(&self) {
        if !self.silent.swap(false, Ordering::AcqRel) {
            return;
        }
        let gap = Duration::from_millis(self.timing.backoff_min_ms);
        let mut heard_at = self.heard_at.lock();
        if heard_at.is_none_or(|at| at.elapsed() >= gap) {
            *heard_at = Some(Instant::now());
            self.hope.send_modify(|count| *count += 1);
        }
    }

    /// What wakes a loop that waits for the server, from now on: also what comes during an exchange.
    pub(super) fn hopes(&self) -> watch::Receiver<u64> {
        self.hope.subscribe()
    }

    /// Waits for another try, or less when there is hope that it goes better now, or when the user asks.
    pub(super) async fn pause(&self, ms: u64, hopes: &mut watch::Receiver<u64>) {
        tokio::select! {
            () = self.wait(ms) => {}
            _ = hopes.changed() => {}
        }
    }

    /// Carries out an exchange. While nobody has an answer it is given up when a network comes: what
    /// was sent before went nowhere, and would be waited for in vain.
    pub(super) async fn anew<T>(
        &self,
        exchange: impl Future<Output = Result<T, HttpError>>,
    ) -> Result<T, HttpError> {
        if self.cache.sync_state().online {
            return exchange.await;
        }
        let mut hopes = self.hopes();
        let networks = self.networks();
        let came = async {
            loop {
                let _ = hopes.changed().await;
                if self.networks() != networks {
                    return;
                }
            }
        };
        tokio::select! {
            done = exchange => done,
            () = came => Err(HttpError::AnotherNetwork),
        }
    }

    pub(super) fn online(&self, online: bool) {
        // The first result is news even if nothing changed: until then nobody knew.
        let first = !self.tried.swap(true, Ordering::AcqRel);
        if self.cache.set_online(online) || first {
            self.notify(Notice::Online(online));
            if online {
                // Whatever happened while nobody could tell us.
                self.bells.ring_all();
                self.cache.wake_commands(Priority::Interactive);
            }
        }
    }

    /// Tells how many writes wait, when that changed or one was refused: one that comes and is
    /// refused between two looks leaves as many waiting as before.
    pub(super) fn outbox_changed(&self) {
        let state = self.cache.sync_state();
        let counts = (state.pending_writes, state.refused_writes);
        if self.outbox.lock().replace(counts) != Some(counts) {
            self.notify(Notice::OutboxChanged(state.pending_writes));
        }
    }

    /// Waits, or less when the user asks to try now.
    pub(super) async fn wait(&self, ms: u64) {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(ms)) => {}
            () = self.retried() => {}
        }
    }

    /// Completes when the user asks to try now, after this call.
    pub(super) async fn retried(&self) {
        let mut retry = self.retry.subscribe();
        // The sender lives as long as this context.
        let _ = retry.changed().await;
    }

    /// Tells of every wish to try now, also of those that come while nobody waits.
    pub(super) fn retries(&self) -> watch::Receiver<u64> {
        self.retry.subscribe()
    }

    pub(super) fn retry_now(&self) {
        self.retry.send_modify(|count| *count += 1);
    }

    pub(super) fn ask(&self, request: Outgoing) {
        // The receiver lives as long as this context.
        let _ = self.asking.send(request);
    }

    /// So many ms at random, at most `most`.
    pub(super) fn random_ms(&self, most: u64) -> u64 {
        let seed = self.seed.fetch_add(0x9e37_79b9, Ordering::Relaxed);
        Jitter::new(seed).up_to(most)
    }

    /// Takes what the server's clock said in an exchange that began at this time of the boot.
    pub(super) fn measured(&self, server_ms: i64, asked_at_boot_ms: i64, round_trip_ms: u64) {
        let taken = self
            .cache
            .server_time_measured(server_ms, asked_at_boot_ms, round_trip_ms);
        match taken {
            Ok(true) => self.notify(Notice::ClockChanged),
            Ok(false) => {}
            Err(error) => {
                tracing::error!(%error, "the clock's offset cannot be remembered");
                self.notify(Notice::ClockChanged);
            }
        }
    }
}
