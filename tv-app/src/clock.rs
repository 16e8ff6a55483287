//! Time as a parameter: wall clock for dates, monotonic clock for intervals, and the clock of the
//! boot for what must survive a restart of the program.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Instant;

use rustix::time::{ClockId, clock_gettime};

/// Tells the time. Injected everywhere, so that tests can set it.
pub trait Clock: Send + Sync + 'static {
    /// Unix time of this box in milliseconds. May jump, and may be wrong by years after a power
    /// cut on a box without a battery, so only [`crate::cache::time`] may ask for it: everything
    /// else takes [`crate::cache::Cache::server_time`].
    fn now_ms(&self) -> i64;

    /// Milliseconds since some fixed moment; never goes back.
    fn monotonic_ms(&self) -> u64;

    /// Milliseconds since this box was switched on, time asleep included. Cannot be set, and goes
    /// on when the program is started again.
    fn boot_ms(&self) -> i64;

    /// Names the time since the box was switched on: times of [`Clock::boot_ms`] may be compared
    /// only under the same name. Empty when it is unknown.
    fn boot_id(&self) -> String;
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

    fn boot_ms(&self) -> i64 {
        let now = clock_gettime(ClockId::Boottime);
        now.tv_sec * 1_000 + now.tv_nsec / 1_000_000
    }

    fn boot_id(&self) -> String {
        std::fs::read_to_string("/proc/sys/kernel/random/boot_id")
            .map(|id| id.trim().to_owned())
            .unwrap_or_default()
    }
}

/// A clock that stands still until it is told to move.
#[derive(Debug, Default)]
pub struct ManualClock {
    now: AtomicI64,
    monotonic: AtomicU64,
    booted_at: AtomicU64,
    boots: AtomicU64,
}

impl ManualClock {
    /// Starts at this Unix time in milliseconds.
    #[must_use]
    pub fn new(now_ms: i64) -> Self {
        Self {
            now: AtomicI64::new(now_ms),
            ..Self::default()
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

    /// Switches the box off and on: the clock of the boot begins again.
    pub fn reboot(&self) {
        let now = self.monotonic.load(Ordering::SeqCst);
        self.booted_at.store(now, Ordering::SeqCst);
        self.boots.fetch_add(1, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now_ms(&self) -> i64 {
        self.now.load(Ordering::SeqCst)
    }

    fn monotonic_ms(&self) -> u64 {
        self.monotonic.load(Ordering::SeqCst)
    }

    fn boot_ms(&self) -> i64 {
        let since = self.monotonic_ms() - self.booted_at.load(Ordering::SeqCst);
        i64::try_from(since).unwrap_or(i64::MAX)
    }

    fn boot_id(&self) -> String {
        format!("boot {}", self.boots.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_of_the_boot_is_the_kernels() {
        let clock = SystemClock::new();
        let text = std::fs::read_to_string("/proc/uptime").unwrap();
        let seconds: f64 = text.split(' ').next().unwrap().parse().unwrap();
        let apart = clock.boot_ms() as f64 - seconds * 1_000.0;
        assert!(apart.abs() < 5_000.0, "{apart} ms");
        assert_eq!(clock.boot_id().len(), 36);
        assert_eq!(clock.boot_id(), SystemClock::new().boot_id());
    }
}
