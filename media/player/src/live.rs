//! How something live comes back after the network was gone: the player's streams and what the
//! terminal publishes follow the same rule.

/// Time from the beginning of one attempt to the beginning of the next, in milliseconds; the last
/// one repeats for ever. From the beginning, because an attempt in a dead network takes seconds to
/// fail, and five seconds after the network came back there must be a picture.
const APART_MS: [u64; 3] = [1_000, 2_000, 3_000];
/// At least so much time between a failure and the next attempt, in milliseconds.
const BREATH_MS: u64 = 200;
/// A stream that does not exist may be about to begin; after so long it is not, in milliseconds.
const MISSING_MS: u64 = 30_000;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Retry {
    attempts: usize,
    attempted_at: u64,
    missing_since: Option<u64>,
}

impl Retry {
    /// An attempt begins.
    pub(crate) fn attempt(&mut self, now: u64) {
        self.attempts += 1;
        self.attempted_at = now;
    }

    /// When the next attempt may begin, now that the last one has failed or what it brought is
    /// lost. What had worked steadily is tried again at once.
    pub(crate) fn next(&self, now: u64) -> u64 {
        match self.attempts {
            0 => now,
            n => {
                let apart = APART_MS[(n - 1).min(APART_MS.len() - 1)];
                (self.attempted_at + apart).max(now + BREATH_MS)
            }
        }
    }

    /// It has worked steadily.
    pub(crate) fn succeeded(&mut self) {
        self.attempts = 0;
        self.missing_since = None;
    }

    /// The server says that there is no such stream; true when it has said so for long enough.
    pub(crate) fn missing(&mut self, now: u64) -> bool {
        now.saturating_sub(*self.missing_since.get_or_insert(now)) >= MISSING_MS
    }

    /// It failed in another way.
    pub(crate) fn answered(&mut self) {
        self.missing_since = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_begin_one_two_and_then_three_seconds_apart() {
        let mut retry = Retry::default();
        let (mut now, mut begun) = (0, Vec::new());
        for _ in 0..6 {
            begun.push(now);
            retry.attempt(now);
            // Refused at once.
            now = retry.next(now + 5);
        }
        assert_eq!(begun, [0, 1_000, 3_000, 6_000, 9_000, 12_000]);
        // An attempt that takes its time to fail does not push the next one back.
        retry.attempt(now);
        assert_eq!(retry.next(now + 2_900), now + 3_100);
        assert_eq!(retry.next(now + 4_000), now + 4_200);
        retry.succeeded();
        assert_eq!(retry.next(50_000), 50_000);
    }

    #[test]
    fn what_stays_missing_for_half_a_minute_is_missing() {
        let mut retry = Retry::default();
        assert!(!retry.missing(1_000));
        assert!(!retry.missing(30_900));
        assert!(retry.missing(31_000));
        retry.answered();
        assert!(!retry.missing(40_000));
    }
}
