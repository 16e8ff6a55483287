//! Time as a parameter: wall clock for dates, monotonic clock for intervals.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Instant;

/// Tells the time. Injected everywhere, so that tests can set it.
pub trait Clock: Send + Sync + 'static {
    /// Unix time of this box in milliseconds. May jump, and may be wrong by years after a power
    /// cut on a box without a battery.
    fn now_ms(&self) -> i64;

    /// Milliseconds since some fixed moment; never goes back.
    fn monotonic_ms(&self) -> u64;
}

/// The clock of the operating system.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    started: Instant,
}

impl SystemClock {
    /// A clock whose monotonic time starts now.
    #[must_use]
    pub fn new() -> Self {
        Self {
            started: Instant::now(),
        }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the clock that everything else takes"
        )]
        let now = jiff::Timestamp::now();
        now.as_millisecond()
    }

    fn monotonic_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// A clock that stands still until it is told to move.
#[derive(Debug, Default)]
pub struct ManualClock {
    now: AtomicI64,
    monotonic: AtomicU64,
}

impl ManualClock {
    /// Starts at this Unix time in milliseconds.
    #[must_use]
    pub fn new(now_ms: i64) -> Self {
        Self {
            now: AtomicI64::new(now_ms),
            monotonic: AtomicU64::new(0),
        }
    }

    /// Lets both clocks run on by this many milliseconds.
    pub fn advance(&self, ms: u64) {
        self.now
            .fetch_add(i64::try_from(ms).unwrap_or(i64::MAX), Ordering::SeqCst);
        self.monotonic.fetch_add(ms, Ordering::SeqCst);
    }

    /// Sets the wall clock alone, as NTP does.
    pub fn set_now(&self, now_ms: i64) {
        self.now.store(now_ms, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now_ms(&self) -> i64 {
        self.now.load(Ordering::SeqCst)
    }

    fn monotonic_ms(&self) -> u64 {
        self.monotonic.load(Ordering::SeqCst)
    }
}
