//! Time as a parameter: everything that asks for the time takes a [`Clock`].

use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use tokio::sync::watch;

/// That the computer's clock was set is noticed within this time.
const SET_WITHIN: Duration = Duration::from_secs(1);

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    /// Unix time in milliseconds.
    fn now_ms(&self) -> i64;

    /// Returns when it shows `at_ms`, Unix milliseconds, or later.
    fn wait_until(&self, at_ms: i64) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// The computer's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock that others are handed"
    )]
    fn now_ms(&self) -> i64 {
        let elapsed = std::time::SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
    }

    fn wait_until(&self, at_ms: i64) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let clock = *self;
        Box::pin(async move {
            loop {
                let left_ms = at_ms.saturating_sub(clock.now_ms()).max(0);
                if left_ms == 0 {
                    return;
                }
                let left = Duration::from_millis(left_ms.unsigned_abs());
                tokio::time::sleep(left.min(SET_WITHIN)).await;
            }
        })
    }
}

/// A clock that stands still until it is moved, for tests.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<watch::Sender<i64>>);

impl ManualClock {
    /// A clock that shows `now_ms`, Unix time in milliseconds.
    #[must_use]
    pub fn new(now_ms: i64) -> Self {
        Self(Arc::new(watch::channel(now_ms).0))
    }

    /// Moves the clock by `ms` milliseconds; those who [wait](Clock::wait_until) look again.
    pub fn advance_ms(&self, ms: i64) {
        self.0.send_modify(|now_ms| *now_ms += ms);
    }
}

impl Clock for ManualClock {
    fn now_ms(&self) -> i64 {
        *self.0.borrow()
    }

    fn wait_until(&self, at_ms: i64) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let mut shown = self.0.subscribe();
        Box::pin(async move {
            // Without the clock it never shows anything again.
            if shown.wait_for(|now_ms| *now_ms >= at_ms).await.is_err() {
                std::future::pending::<()>().await;
            }
        })
    }
}
