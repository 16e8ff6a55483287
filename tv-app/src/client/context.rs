//! What every loop of the client shares.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::{Notify as Bell, watch};

use super::backoff::{Backoff, Jitter};
use super::http::Http;
use super::{Notice, Notify, Timing};
use crate::cache::Cache;

pub(super) struct Context {
    pub(super) http: Http,
    pub(super) cache: Cache,
    pub(super) hardware: String,
    pub(super) timing: Timing,
    /// Rung when the feed should be asked.
    pub(super) feed_bell: Bell,
    notify: Notify,
    seed: AtomicU64,
    retry: watch::Sender<u64>,
    offset_ms: AtomicI64,
    /// Writes that wait and writes that were refused, as last told.
    outbox: Mutex<Option<(u64, u64)>>,
    /// The server was tried at least once.
    tried: AtomicBool,
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
        let offset = cache
            .note("clock_offset_ms")
            .and_then(|text| text.parse().ok())
            .unwrap_or(0);
        Arc::new(Self {
            http,
            cache,
            hardware,
            timing,
            feed_bell: Bell::new(),
            notify,
            seed: AtomicU64::new(seed),
            retry: watch::Sender::new(0),
            offset_ms: AtomicI64::new(offset),
            outbox: Mutex::new(None),
            tried: AtomicBool::new(false),
        })
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
    }

    pub(super) fn online(&self, online: bool) {
        // The first result is news even if nothing changed: until then nobody knew.
        let first = !self.tried.swap(true, Ordering::AcqRel);
        if self.cache.set_online(online) || first {
            self.notify(Notice::Online(online));
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

    /// Server's time minus ours, taken in the middle of an exchange.
    pub(super) fn set_offset(&self, server_ms: i64, asked_at_ms: i64, round_trip_ms: u64) {
        let half = i64::try_from(round_trip_ms / 2).unwrap_or(0);
        let offset = server_ms.saturating_sub(asked_at_ms.saturating_add(half));
        let before = self.offset_ms.swap(offset, Ordering::AcqRel);
        if before.abs_diff(offset) > 500
            && let Err(error) = self.cache.set_note("clock_offset_ms", &offset.to_string())
        {
            tracing::error!(%error, "the clock's offset cannot be remembered");
        }
    }

    pub(super) fn server_now_ms(&self) -> i64 {
        self.cache
            .clock()
            .now_ms()
            .saturating_add(self.offset_ms.load(Ordering::Acquire))
    }
}
