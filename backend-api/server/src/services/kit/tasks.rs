//! What goes on in the background. Each piece of work has a name; one that fails or dies is begun again,
//! after longer and longer pauses, and how each is doing can be asked ([`Tasks::report`], `/readyz`) and
//! counted (`background_task_failing`, `background_task_failures`).

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::error::{Result, chain};

/// The pause after the first failure, and after many.
const PAUSE: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(15));

/// What ran so long before it died is begun again at once, as after a first failure.
const STEADY: Duration = Duration::from_secs(60);

/// All background work of a server.
#[derive(Debug)]
pub struct Tasks {
    pause: (Duration, Duration),
    stopping: CancellationToken,
    doing: Mutex<BTreeMap<&'static str, Doing>>,
}

/// How one is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doing {
    /// When it was begun, or last ran to its end.
    pub last_run: Instant,
    /// How often it failed since it last did well.
    pub failures: u32,
    /// How often it was begun again after it had died.
    pub restarts: u32,
}

/// How something failed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Failure {
    /// It said what is wrong, and tries again.
    Told,
    /// It panicked or ended.
    Died,
}

impl Tasks {
    /// Nothing yet; all of it ends when the server stops.
    #[must_use]
    pub fn new(stopping: CancellationToken) -> Self {
        Self {
            pause: PAUSE,
            stopping,
            doing: Mutex::default(),
        }
    }

    /// Does what `begin` begins until the server stops; what ends before is begun again.
    pub async fn keep<F: Future<Output = ()>>(
        &self,
        name: &'static str,
        mut begin: impl FnMut() -> F,
    ) {
        loop {
            self.begins(name);
            let begun = Instant::now();
            let ended = AssertUnwindSafe(async { begin().await })
                .catch_unwind()
                .await;
            if self.stopping.is_cancelled() {
                return;
            }
            if begun.elapsed() >= STEADY {
                self.did_well(name);
            }
            let why = ended.err().map(|panic| panic_text(&*panic));
            let why = why.unwrap_or_else(|| "it ended by itself".to_owned());
            let pause = self.failed(name, Failure::Died, &why);
            if self.stops_within(pause).await {
                return;
            }
        }
    }

    /// Does `work` on a blocking thread at once and then again and again until the server stops, and,
    /// because it may have gathered something, once more then.
    pub async fn every(
        &self,
        name: &'static str,
        period: Duration,
        work: impl FnMut() -> Result<()> + Send + 'static,
    ) {
        self.woken(name, period, &Notify::new(), work).await;
    }

    /// The same, and whenever it is woken.
    pub async fn woken(
        &self,
        name: &'static str,
        period: Duration,
        wake: &Notify,
        mut work: impl FnMut() -> Result<()> + Send + 'static,
    ) {
        self.begins(name);
        let mut ticks = tokio::time::interval(period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let last = tokio::select! {
                _ = ticks.tick() => false,
                () = wake.notified() => false,
                () = self.stopping.cancelled() => true,
            };
            let ran = tokio::task::spawn_blocking(move || {
                let done = catch_unwind(AssertUnwindSafe(&mut work));
                (done, work)
            });
            // Only a runtime that ends gives nothing back.
            let Ok((done, again)) = ran.await else { return };
            work = again;
            let pause = match done {
                Ok(Ok(())) => {
                    self.did_well(name);
                    Duration::ZERO
                }
                Ok(Err(error)) => self.failed(name, Failure::Told, &chain(&error)),
                Err(panic) => self.failed(name, Failure::Died, &panic_text(&*panic)),
            };
            // Whatever it still has is tried once more.
            if last {
                return;
            }
            self.stops_within(pause).await;
        }
    }

    /// How each is doing, by name.
    #[must_use]
    pub fn doing(&self) -> BTreeMap<&'static str, Doing> {
        self.doing.lock().clone()
    }

    /// The same for people: a line each, what fails first.
    #[must_use]
    pub fn report(&self) -> String {
        let doing = self.doing();
        let mut all: Vec<_> = doing.iter().collect();
        all.sort_by_key(|(_, one)| one.failures == 0);
        let mut text = String::new();
        for (name, one) in all {
            let state = match one.failures {
                0 => "ok".to_owned(),
                failures => format!("failing, {failures} times in a row"),
            };
            let ago = one.last_run.elapsed().as_secs();
            let restarts = one.restarts;
            // Writing to a String cannot fail.
            let _ = writeln!(
                text,
                "task {name}: {state}, last run {ago} s ago, restarts {restarts}"
            );
        }
        text
    }

    fn begins(&self, name: &'static str) {
        let mut doing = self.doing.lock();
        let fresh = || Doing {
            last_run: Instant::now(),
            failures: 0,
            restarts: 0,
        };
        doing.entry(name).or_insert_with(fresh).last_run = Instant::now();
        metrics::gauge!("background_task_failing", "task" => name).set(f64::from(u8::from(
            doing.get(name).is_some_and(|one| one.failures > 0),
        )));
    }

    fn did_well(&self, name: &'static str) {
        let mut doing = self.doing.lock();
        let Some(one) = doing.get_mut(name) else {
            return;
        };
        one.last_run = Instant::now();
        let failures = std::mem::take(&mut one.failures);
        if failures > 0 {
            metrics::gauge!("background_task_failing", "task" => name).set(0.0);
            tracing::info!(task = name, failures, "works again");
        }
    }

    /// Notes a failure and answers for how long to pause. It is said once until it does well again, and
    /// each time it dies: a log is no place for the same line twice a second.
    fn failed(&self, name: &'static str, failure: Failure, why: &str) -> Duration {
        let mut doing = self.doing.lock();
        let Some(one) = doing.get_mut(name) else {
            return self.pause.1;
        };
        one.failures = one.failures.saturating_add(1);
        metrics::gauge!("background_task_failing", "task" => name).set(1.0);
        metrics::counter!("background_task_failures", "task" => name).increment(1);
        match failure {
            Failure::Died => {
                one.restarts = one.restarts.saturating_add(1);
                tracing::error!(task = name, error = why, "died and is begun again");
            }
            Failure::Told if one.failures == 1 => {
                tracing::warn!(task = name, error = why, "will be tried again");
            }
            Failure::Told => tracing::debug!(task = name, error = why, "fails still"),
        }
        let doubled = 1_u32
            .checked_shl(one.failures - 1)
            .and_then(|times| self.pause.0.checked_mul(times));
        doubled.map_or(self.pause.1, |pause| pause.min(self.pause.1))
    }

    /// Waits; says whether the server stops meanwhile.
    async fn stops_within(&self, pause: Duration) -> bool {
        tokio::select! {
            () = self.stopping.cancelled() => true,
            () = tokio::time::sleep(pause) => false,
        }
    }
}

/// What a panic said.
#[must_use]
pub fn panic_text(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::sync::mpsc;

    use super::super::error::ServiceError;
    use super::*;

    /// With pauses that no test has to wait for.
    fn tasks() -> (Arc<Tasks>, CancellationToken) {
        let stopping = CancellationToken::new();
        let tasks = Tasks {
            pause: (Duration::from_millis(1), Duration::from_millis(2)),
            ..Tasks::new(stopping.clone())
        };
        (Arc::new(tasks), stopping)
    }

    #[tokio::test]
    async fn work_that_dies_is_begun_again_and_that_is_seen() {
        let (tasks, stopping) = tasks();
        let (told, mut hears) = mpsc::unbounded_channel();
        let begun = AtomicU32::new(0);
        let kept = Arc::clone(&tasks);
        let ends = stopping.clone();
        let running = tokio::spawn(async move {
            kept.keep("relay", || {
                let (turn, told) = (begun.fetch_add(1, Ordering::Relaxed), told.clone());
                let ends = ends.clone();
                async move {
                    match turn {
                        0 => panic!("the first one panics"),
                        1 => {}
                        _ => {
                            told.send(turn).unwrap();
                            ends.cancelled().await;
                        }
                    }
                }
            })
            .await;
        });
        assert_eq!(hears.recv().await, Some(2));
        let doing = tasks.doing()["relay"].clone();
        assert_eq!((doing.failures, doing.restarts), (2, 2));
        let report = tasks.report();
        assert!(
            report.starts_with("task relay: failing, 2 times in a row"),
            "{report}"
        );
        stopping.cancel();
        running.await.unwrap();
        assert_eq!(tasks.doing()["relay"].restarts, 2);
    }

    #[tokio::test]
    async fn work_that_panics_now_and_then_is_done_all_the_same() {
        let (tasks, stopping) = tasks();
        let (told, mut hears) = mpsc::unbounded_channel();
        let kept = Arc::clone(&tasks);
        let running = tokio::spawn(async move {
            let mut turn = 0;
            let work = move || {
                turn += 1;
                told.send(turn).unwrap();
                match turn {
                    1 => panic!("the first one panics"),
                    2 => Err(ServiceError::Internal("the second one fails".to_owned())),
                    _ => Ok(()),
                }
            };
            kept.every("announcer", Duration::from_millis(1), work)
                .await;
        });
        // The fifth begins when the fourth was good.
        while hears.recv().await.unwrap() < 5 {}
        let doing = tasks.doing()["announcer"].clone();
        assert_eq!((doing.failures, doing.restarts), (0, 1));
        stopping.cancel();
        running.await.unwrap();
    }

    #[test]
    fn pauses_grow_up_to_a_bound() {
        let tasks = Tasks::new(CancellationToken::new());
        tasks.begins("a");
        let pauses: Vec<u128> = (0..40)
            .map(|_| tasks.failed("a", Failure::Told, "").as_millis())
            .collect();
        assert_eq!(pauses[..4], [250, 500, 1_000, 2_000]);
        assert_eq!(pauses[39], 15_000);
        tasks.did_well("a");
        assert_eq!(tasks.failed("a", Failure::Told, "").as_millis(), 250);
    }
}
