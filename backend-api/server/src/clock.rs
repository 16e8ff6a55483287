//! Time as a parameter: everything that asks for the time takes a [`Clock`].

use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use rustix::time::{ClockId, clock_gettime};
use tokio::sync::watch;

/// That the computer's clock was set is noticed within this time.
const SET_WITHIN: Duration = Duration::from_secs(1);

/// What a box that has just been made shows as its [`Clock::boot_ms`]: it has been on for a while.
const ON_FOR_MS: i64 = 3_600_000;

/// Something to wait for.
pub type Waiting = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    /// Unix time in milliseconds.
    fn now_ms(&self) -> i64;

    /// Milliseconds since the computer was switched on, those in which it slept included. Nobody can set
    /// it.
    fn boot_ms(&self) -> i64;

    /// Names the time since the computer was switched on; `None`: it cannot be told from another one.
    fn boot_id(&self) -> Option<String>;

    /// Returns after `at_most`, and earlier if it was set.
    fn changes(&self, at_most: Duration) -> Waiting;

    /// Returns when it shows `at_ms`, Unix milliseconds, or later.
    fn wait_until(&self, at_ms: i64) -> Waiting;
}

/// [`Clock::wait_until`] by what a clock can do besides.
pub(crate) fn wait_until(clock: impl Clock, at_ms: i64) -> Waiting {
    Box::pin(async move {
        loop {
            let left_ms = at_ms.saturating_sub(clock.now_ms()).max(0);
            let changes = clock.changes(Duration::from_millis(left_ms.unsigned_abs()));
            // Asked again: it may have been set before it was listened to.
            if clock.now_ms() >= at_ms {
                return;
            }
            changes.await;
        }
    })
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

    fn boot_ms(&self) -> i64 {
        let now = clock_gettime(ClockId::Boottime);
        now.tv_sec * 1_000 + now.tv_nsec / 1_000_000
    }

    /// A service that may not see `/proc/sys` is told by systemd (`Environment=BOOT_ID=%b`), without the
    /// dashes.
    fn boot_id(&self) -> Option<String> {
        let told = std::env::var("BOOT_ID").ok();
        let id =
            told.or_else(|| std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok())?;
        let id: String = id.chars().filter(char::is_ascii_hexdigit).collect();
        (!id.is_empty()).then_some(id)
    }

    fn changes(&self, at_most: Duration) -> Waiting {
        Box::pin(tokio::time::sleep(at_most.min(SET_WITHIN)))
    }

    fn wait_until(&self, at_ms: i64) -> Waiting {
        wait_until(*self, at_ms)
    }
}

/// What a [`ManualClock`] shows.
#[derive(Clone, Copy, Debug)]
struct Shown {
    now_ms: i64,
    boot_ms: i64,
}

/// A clock that stands still until it is moved, for tests.
#[derive(Clone, Debug)]
pub struct ManualClock {
    shown: Arc<watch::Sender<Shown>>,
    boot_id: String,
}

impl ManualClock {
    /// A clock that shows `now_ms`, Unix time in milliseconds, of a computer that has been on for an hour.
    #[must_use]
    pub fn new(now_ms: i64) -> Self {
        let shown = Shown {
            now_ms,
            boot_ms: ON_FOR_MS,
        };
        Self {
            shown: Arc::new(watch::channel(shown).0),
            boot_id: uuid::Uuid::now_v7().simple().to_string(),
        }
    }

    /// Lets `ms` milliseconds pass; those who [wait](Clock::wait_until) look again. Less than nothing: the
    /// clock is set back.
    pub fn advance_ms(&self, ms: i64) {
        self.shown.send_modify(|shown| {
            shown.now_ms += ms;
            shown.boot_ms += ms.max(0);
        });
    }

    /// Sets the clock forward or back by `ms` milliseconds, in no time.
    pub fn set_by_ms(&self, ms: i64) {
        self.shown.send_modify(|shown| shown.now_ms += ms);
    }
}

impl Clock for ManualClock {
    fn now_ms(&self) -> i64 {
        self.shown.borrow().now_ms
    }

    fn boot_ms(&self) -> i64 {
        self.shown.borrow().boot_ms
    }

    fn boot_id(&self) -> Option<String> {
        Some(self.boot_id.clone())
    }

    /// Time passes only when it is moved.
    fn changes(&self, _at_most: Duration) -> Waiting {
        let mut shown = self.shown.subscribe();
        Box::pin(async move {
            // Without the clock it never shows anything again.
            if shown.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        })
    }

    fn wait_until(&self, at_ms: i64) -> Waiting {
        wait_until(self.clone(), at_ms)
    }
}
