//! How long to wait before the next try.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Random numbers for spreading retries; not for secrets (SplitMix64).
#[derive(Clone, Debug)]
pub struct Jitter(u64);

impl Jitter {
    /// The same seed gives the same numbers.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number up to this one.
    pub fn up_to(&mut self, most: u64) -> u64 {
        self.next() % most.saturating_add(1)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

/// Doubles from `min_ms` to `max_ms`; each wait is somewhere in the upper half of its step, so
/// that a thousand boxes do not come back in the same second after a power cut.
#[derive(Clone, Debug)]
pub struct Backoff {
    min_ms: u64,
    max_ms: u64,
    failures: u32,
    jitter: Jitter,
    /// Counts how often a network came, and how often it had when this last failed.
    networks: (Arc<AtomicU64>, u64),
}

impl Backoff {
    /// Waits between these bounds in ms.
    #[must_use]
    pub fn new(min_ms: u64, max_ms: u64, jitter: Jitter) -> Self {
        Self {
            min_ms: min_ms.max(1),
            max_ms: max_ms.max(1),
            failures: 0,
            jitter,
            networks: Default::default(),
        }
    }

    /// Begins again from the shortest wait when a network has come: what failed before says nothing
    /// about it.
    #[must_use]
    pub fn over(mut self, networks: &Arc<AtomicU64>) -> Self {
        self.networks = (Arc::clone(networks), networks.load(Ordering::Relaxed));
        self
    }

    /// Another failure: how long to wait now, in ms.
    pub fn failed(&mut self) -> u64 {
        let (networks, seen) = &mut self.networks;
        let now = networks.load(Ordering::Relaxed);
        if std::mem::replace(seen, now) != now {
            self.failures = 0;
        }
        let step = self
            .min_ms
            .saturating_mul(1 << self.failures.min(20))
            .min(self.max_ms);
        self.failures = self.failures.saturating_add(1);
        step - self.jitter.next() % (step / 2 + 1)
    }

    /// It worked: begin again from the shortest wait.
    pub fn worked(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn every_wait_is_in_the_upper_half_of_its_step(seed: u64, min in 1_u64..5_000, factor in 1_u64..1_000) {
            let max = min * factor;
            let mut backoff = Backoff::new(min, max, Jitter::new(seed));
            let mut step = min;
            for _ in 0..40 {
                let wait = backoff.failed();
                proptest::prop_assert!(wait <= step && wait >= step / 2, "{wait} of {step}");
                step = (step * 2).min(max);
            }
            backoff.worked();
            proptest::prop_assert!(backoff.failed() <= min);
        }
    }

    #[test]
    fn a_network_that_comes_makes_the_waits_short_again() {
        let networks = Arc::new(AtomicU64::new(0));
        let mut backoff = Backoff::new(1_000, 60_000, Jitter::new(3)).over(&networks);
        for _ in 0..10 {
            backoff.failed();
        }
        assert!(backoff.failed() >= 30_000);
        networks.fetch_add(1, Ordering::Relaxed);
        assert!(backoff.failed() <= 1_000);
        assert!(backoff.failed() >= 1_000, "only once");
    }

    #[test]
    fn two_boxes_do_not_come_back_together() {
        let wait = |seed| {
            (0..8)
                .map(|_| Backoff::new(1000, 60_000, Jitter::new(seed)).failed())
                .collect::<Vec<_>>()
        };
        assert_ne!(wait(1), wait(2));
    }
}
