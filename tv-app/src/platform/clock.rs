//! Time as a parameter: the real clock, and one that tests set by hand.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970-01-01T00:00:00Z, as this machine believes.
    fn unix_ms(&self) -> i64;

    /// Milliseconds of a clock that never jumps; only differences mean something.
    fn monotonic_ms(&self) -> u64;
}

/// The clock of this machine.
#[derive(Debug)]
pub struct SystemClock {
    started: Instant,
}

impl SystemClock {
    /// A clock whose monotonic time starts at 0 now.
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
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the application asks the machine for the date"
    )]
    fn unix_ms(&self) -> i64 {
        // A clock before 1970 is a dead battery: 0 says "unknown" as well as anything.
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX))
    }

    fn monotonic_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// A clock that moves only when told to.
#[derive(Debug)]
pub struct ManualClock {
    start_unix_ms: i64,
    elapsed_ms: AtomicU64,
}

impl ManualClock {
    /// Starts at `start_unix_ms` (milliseconds since 1970) with monotonic time 0.
    #[must_use]
    pub fn new(start_unix_ms: i64) -> Self {
        Self {
            start_unix_ms,
            elapsed_ms: AtomicU64::new(0),
        }
    }

    /// Moves both times forward by `ms` milliseconds.
    pub fn advance(&self, ms: u64) {
        self.elapsed_ms.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn unix_ms(&self) -> i64 {
        self.start_unix_ms
            .saturating_add_unsigned(self.monotonic_ms())
    }

    fn monotonic_ms(&self) -> u64 {
        self.elapsed_ms.load(Ordering::SeqCst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_times_of_the_manual_clock_move_together() {
        let clock = ManualClock::new(1_000);
        clock.advance(25);
        assert_eq!((clock.unix_ms(), clock.monotonic_ms()), (1_025, 25));
    }
}
