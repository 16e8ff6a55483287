//! What became of something that somebody did: it stays long enough to be read, and goes by itself.

/// So long no key takes it away, in ms: nobody reads it faster.
pub const LEAST_MS: u64 = 2_000;
/// So long it stays unless a key takes it away (UX), in ms.
pub const STAYS_MS: u64 = 8_000;

/// How long a confirmation, or what is said until there is one, stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confirmation {
    /// Since when it is said, in monotonic ms.
    since: u64,
    /// When it moves on by itself, in monotonic ms.
    until: Option<u64>,
}

impl Confirmation {
    /// It is said from now (monotonic ms) on, for so many ms; `None`: until a key.
    #[must_use]
    pub fn new(now: u64, stays_ms: Option<u64>) -> Self {
        Self {
            since: now,
            until: stays_ms.map(|ms| now.saturating_add(ms)),
        }
    }

    /// Until when no key takes it away, in monotonic ms.
    #[must_use]
    pub const fn holds_until(&self) -> u64 {
        self.since.saturating_add(LEAST_MS)
    }

    /// When it moves on by itself, in monotonic ms.
    #[must_use]
    pub const fn until(&self) -> Option<u64> {
        self.until
    }

    /// It is being read aloud: what is said is said to its end.
    pub fn prolong(&mut self, now: u64) {
        self.until = self.until.map(|_| now.saturating_add(STAYS_MS));
    }

    /// Whether it has moved on at this moment, in monotonic ms.
    #[must_use]
    pub fn is_over(&self, now: u64) -> bool {
        self.until.is_some_and(|until| until <= now)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// It can always be read before a key takes it away, and before it goes by itself.
        #[test]
        fn what_is_said_can_be_read(now in 0_u64..1 << 40, later in 0_u64..20_000) {
            let said = Confirmation::new(now, Some(STAYS_MS));
            prop_assert_eq!(said.holds_until(), now + 2_000);
            prop_assert_eq!(said.is_over(now + later), later >= 8_000);
            prop_assert!(said.until() >= Some(said.holds_until()));
            let stays = Confirmation::new(now, None);
            prop_assert!(!stays.is_over(now + later));
        }
    }
}
