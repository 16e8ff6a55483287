//! How long a source is held back so that its picture and sound come without holes.

use std::time::Duration;

/// What decoding and a quiet network need.
const BASE: Duration = Duration::from_millis(100);
/// More would be a conversation by letters.
const MAX: Duration = Duration::from_secs(1);
/// Beyond the latest arrival.
const MARGIN: Duration = Duration::from_millis(20);
/// The worst of this time counts.
const WINDOW: Duration = Duration::from_secs(10);
/// Less is not worth a jump in the sound.
const WORTH: Duration = Duration::from_millis(80);

/// The delay of one source, the same for picture and sound. It grows at once when something comes
/// too late and shrinks when nothing has been late for a while.
#[derive(Debug)]
pub struct Delay {
    current: Duration,
    window_start: Duration,
    worst: [Duration; 2],
}

impl Default for Delay {
    fn default() -> Self {
        Self {
            current: BASE,
            window_start: Duration::ZERO,
            worst: [Duration::ZERO; 2],
        }
    }
}

impl Delay {
    /// Something captured at `at` can be used from `now` on.
    pub fn observe(&mut self, at: Duration, now: Duration) {
        if now >= self.window_start + WINDOW {
            self.window_start = now;
            let wanted = self.wanted();
            if wanted + WORTH < self.current {
                self.current = wanted;
            }
            self.worst = [self.worst[1], Duration::ZERO];
        }
        let late = now.saturating_sub(at);
        self.worst[1] = self.worst[1].max(late);
        self.current = self.current.max(self.wanted());
    }

    fn wanted(&self) -> Duration {
        (self.worst[0].max(self.worst[1]) + MARGIN).clamp(BASE, MAX)
    }

    /// How long after its capture something is shown.
    pub fn get(&self) -> Duration {
        self.current
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn grows_at_once_and_shrinks_after_two_quiet_windows() {
        let mut delay = Delay::default();
        delay.observe(1_000 * MS, 1_030 * MS);
        assert_eq!(delay.get(), BASE);
        delay.observe(2_000 * MS, 2_400 * MS);
        assert_eq!(delay.get(), 420 * MS);
        let mut shrunk = None;
        for second in 3..60 {
            let at = Duration::from_secs(second);
            delay.observe(at, at + 30 * MS);
            if delay.get() < 420 * MS {
                shrunk.get_or_insert(second);
            }
        }
        assert!((12..=35).contains(&shrunk.unwrap()), "{shrunk:?}");
        assert_eq!(delay.get(), BASE);
    }

    #[test]
    fn stays_bearable_and_knows_clocks_that_run_ahead() {
        let mut delay = Delay::default();
        delay.observe(Duration::ZERO, 9_000 * MS);
        assert_eq!(delay.get(), MAX);
        let mut early = Delay::default();
        early.observe(5_000 * MS, 4_000 * MS);
        assert_eq!(early.get(), BASE);
    }
}
