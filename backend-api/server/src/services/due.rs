//! Deadlines at work ([`store::due`]): one loop sleeps until the next one, does it and completes it.
//!
//! What a [`Handler`] does to the database is one transaction with the completion, so it happens
//! once, however many servers there are and whenever they die. What else there is to do, such as
//! telling televisions, comes after the commit and must bear being left out by a server that dies
//! there.
//!
//! The loop wakes when a write of this process scheduled something, when the next deadline is due
//! by the [`Clock`], and every 30 s for what other processes scheduled: each does its own
//! in time, so this finds only what one left that is gone. One is taken at a time, because
//! what it schedules may come before the next. While the clock cannot be believed
//! ([`Timekeeper::may_act`]) nothing is done.

use std::collections::HashMap;
use std::error::Error as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use store::due::{self, Claim, Kind};
use store::{Store, WriteTx};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::kit::error::{Result, ServiceError};
use super::kit::task::Trouble;
use crate::clock::Clock as _;
use crate::timekeeper::Timekeeper;

/// How often it is looked for what other processes scheduled.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// The wait after the database failed, and while the clock cannot be believed.
const PAUSE: Duration = Duration::from_secs(1);

/// What came of a deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// There was nothing to do, or not yet: whatever was scheduled anew stands.
    Nothing,
    /// Only another process can do it: it is left to it.
    Elsewhere,
}

type Act = dyn Fn(&mut WriteTx<'_>, &Claim, i64) -> Result<Outcome> + Send + Sync;
type Then = dyn Fn(&Claim) -> Result<()> + Send + Sync;

/// What is done when deadlines of a kind come.
pub struct Handler {
    act: Box<Act>,
    then: Box<Then>,
}

impl Handler {
    /// Does `act` in the transaction that completes the deadline; it is given the time, Unix
    /// milliseconds. It may run several times and must have no effect but on the database.
    pub fn new(
        act: impl Fn(&mut WriteTx<'_>, &Claim, i64) -> Result<Outcome> + Send + Sync + 'static,
    ) -> Self {
        Self {
            act: Box::new(act),
            then: Box::new(|_| Ok(())),
        }
    }

    /// Does `then` after what was done is kept.
    #[must_use]
    pub fn then(self, then: impl Fn(&Claim) -> Result<()> + Send + Sync + 'static) -> Self {
        Self {
            then: Box::new(then),
            ..self
        }
    }
}

/// Why nothing of a transaction was kept.
enum Undone {
    Elsewhere,
    Lost,
    Failed(ServiceError),
}

impl From<store::Error> for Undone {
    fn from(error: store::Error) -> Self {
        Self::Failed(error.into())
    }
}

struct Loop {
    store: Store,
    time: Timekeeper,
    stopping: CancellationToken,
    handlers: HashMap<Kind, Arc<Handler>>,
}

/// Does what is due until the server stops. `handler` is asked once for each kind.
pub async fn run(
    store: Store,
    time: Timekeeper,
    stopping: CancellationToken,
    handler: impl Fn(Kind) -> Handler,
) {
    let handlers = Kind::ALL
        .iter()
        .map(|kind| (*kind, Arc::new(handler(*kind))))
        .collect();
    let told = Arc::new(Notify::new());
    let tell = Arc::clone(&told);
    store.on_deadline(move || tell.notify_one());
    let turns = Arc::new(Loop {
        store,
        time,
        stopping,
        handlers,
    });
    let first = Arc::clone(&turns);
    let unknown = tokio::task::spawn_blocking(move || first.store.read(due::unknown)).await;
    if let Ok(Ok(unknown)) = unknown
        && !unknown.is_empty()
    {
        tracing::error!(kinds = ?unknown, "deadlines of kinds that this program does not know");
    }
    let mut trouble = Trouble::new("deadlines");
    loop {
        let turn = Arc::clone(&turns);
        let turned = tokio::task::spawn_blocking(move || turn.catch_up()).await;
        if let Ok(done) = &turned {
            trouble.note(done);
        }
        let (next_ms, pause) = match turned {
            Ok(Ok(Next::At(next_ms))) => (next_ms, LOOK_EVERY),
            Ok(Ok(Next::Held)) | Ok(Err(_)) => (None, PAUSE),
            Err(error) => {
                tracing::error!(%error, "looking for deadlines failed");
                (None, PAUSE)
            }
        };
        tokio::select! {
            () = turns.stopping.cancelled() => return,
            () = told.notified() => {}
            () = turns.time.wait_until(next_ms.unwrap_or(i64::MAX)) => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// What comes next.
enum Next {
    /// Something at this time, if at all.
    At(Option<i64>),
    /// Nothing before the clock can be believed.
    Held,
}

impl Loop {
    /// Does everything that is due, the earliest first. Answers when there is something next.
    fn catch_up(&self) -> Result<Next> {
        if !self.time.may_act(&self.store)? {
            return Ok(Next::Held);
        }
        loop {
            let now_ms = self.time.now_ms();
            let next_ms = self.store.read(|tx| due::next(tx, now_ms))?;
            let is_due = next_ms.is_some_and(|at_ms| at_ms <= now_ms);
            if !is_due || self.stopping.is_cancelled() {
                return Ok(Next::At(next_ms));
            }
            let claims = self
                .store
                .write::<_, store::Error, _>(move |tx| due::claim(tx, 1, now_ms))?;
            for claim in claims {
                self.carry_out(claim, now_ms)?;
            }
        }
    }

    fn carry_out(&self, claim: Claim, now_ms: i64) -> Result<()> {
        let kind = claim.kind.name();
        let Some(handler) = self.handlers.get(&claim.kind) else {
            return Err(ServiceError::Internal(format!("no handler for {kind}")));
        };
        let (act, taken) = (Arc::clone(handler), claim.clone());
        // A handler that panics must not take the others with it; its transaction is undone.
        let done = catch_unwind(AssertUnwindSafe(|| {
            self.store.write(move |tx| {
                if !due::complete(tx, &taken)? {
                    return Err(Undone::Lost);
                }
                match (act.act)(tx, &taken, now_ms) {
                    Ok(Outcome::Elsewhere) => Err(Undone::Elsewhere),
                    done => done.map_err(Undone::Failed),
                }
            })
        }));
        let done = done.unwrap_or_else(|_| {
            let error = ServiceError::Internal("a handler panicked".to_owned());
            Err(Undone::Failed(error))
        });
        let outcome = match &done {
            Ok(Outcome::Done) => "done",
            Ok(_) => "nothing",
            Err(Undone::Elsewhere) => "elsewhere",
            Err(Undone::Lost) => "lost",
            Err(Undone::Failed(_)) => "failed",
        };
        metrics::counter!("deadlines", "kind" => kind, "outcome" => outcome).increment(1);
        match done {
            Ok(Outcome::Done) => {
                if let Err(error) = (handler.then)(&claim) {
                    tracing::warn!(kind, subject = claim.subject, %error, "done, but not told");
                }
                Ok(())
            }
            // Somebody else did it, or it is planned for another time.
            Ok(_) | Err(Undone::Lost) => Ok(()),
            Err(Undone::Elsewhere) => self.retry(claim, now_ms),
            Err(Undone::Failed(error)) => {
                let cause = error.source().map(ToString::to_string);
                tracing::warn!(
                    kind, subject = claim.subject, attempts = claim.attempts, %error, cause,
                    "a deadline will be tried again"
                );
                self.retry(claim, now_ms)
            }
        }
    }

    fn retry(&self, claim: Claim, now_ms: i64) -> Result<()> {
        self.store
            .write::<_, store::Error, _>(move |tx| due::retry(tx, &claim, now_ms))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use parking_lot::Mutex;
    use store::settings;
    use store::testing::TestDatabase;

    use super::*;
    use crate::clock::ManualClock;

    const NOW: i64 = 1_790_000_000_000;

    /// What the handler does at each attempt.
    #[derive(Clone, Copy, Debug)]
    enum Plan {
        Fails,
        Panics,
        IsElsewhere,
        Succeeds,
    }

    /// Waits until the next deadline is at this time.
    async fn until(store: &Store, now_ms: i64, next_ms: Option<i64>) {
        let waited = async {
            while store.read(|tx| due::next(tx, now_ms)).unwrap() != next_ms {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), waited)
            .await
            .expect("within a minute");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_fails_is_undone_and_tried_again_until_it_is_done_once() {
        let database = TestDatabase::sqlite();
        let store = database.open();
        let clock = ManualClock::new(NOW);
        let stopping = CancellationToken::new();
        let told = Arc::new(Mutex::new(Vec::new()));
        let plans = [Plan::Fails, Plan::Panics, Plan::IsElsewhere, Plan::Succeeds];
        let heard = Arc::clone(&told);
        let running = tokio::spawn(run(
            store.clone(),
            Timekeeper::new(Arc::new(clock.clone()), None),
            stopping.clone(),
            move |_| {
                let heard = Arc::clone(&heard);
                Handler::new(move |tx, claim, now_ms| {
                    let done = settings::get(tx, &claim.subject)?.unwrap_or_default();
                    let done = format!("{done}{}", now_ms - NOW);
                    settings::set(tx, &claim.subject, &done)?;
                    match plans[claim.attempts as usize - 1] {
                        Plan::Fails => Err(ServiceError::Internal("on purpose".to_owned())),
                        Plan::Panics => panic!("on purpose"),
                        Plan::IsElsewhere => Ok(Outcome::Elsewhere),
                        Plan::Succeeds => Ok(Outcome::Done),
                    }
                })
                .then(move |claim| {
                    heard.lock().push(claim.subject.clone());
                    Ok(())
                })
            },
        ));
        store
            .write::<_, store::Error, _>(|tx| {
                due::schedule(tx, Kind::RollCall, "a", NOW + 10)?;
                due::schedule(tx, Kind::RollCall, "b", NOW + 100_000)
            })
            .unwrap();
        let mut now_ms = NOW;
        for next_ms in [10, 1_010, 3_010, 7_010, 100_000].map(|ms| NOW + ms) {
            until(&store, now_ms, Some(next_ms)).await;
            if next_ms < NOW + 100_000 {
                clock.advance_ms(next_ms - now_ms);
                now_ms = next_ms;
            }
        }
        let done = store.read(|tx| settings::get(tx, "a")).unwrap();
        assert_eq!(done.as_deref(), Some("7010"));
        stopping.cancel();
        running.await.unwrap();
        assert_eq!(*told.lock(), ["a"]);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_scheduled_by_what_is_done_comes_in_its_turn() {
        let database = TestDatabase::sqlite();
        let store = database.open();
        let stopping = CancellationToken::new();
        store
            .write::<_, store::Error, _>(|tx| {
                due::schedule(tx, Kind::RollCall, "first", NOW + 1)?;
                due::schedule(tx, Kind::MeetingHiding, "third", NOW + 3)
            })
            .unwrap();
        let done = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&done);
        let running = tokio::spawn(run(
            store.clone(),
            Timekeeper::new(Arc::new(ManualClock::new(NOW + 48 * 3_600_000)), None),
            stopping.clone(),
            move |_| {
                let seen = Arc::clone(&seen);
                Handler::new(|tx, claim, _| {
                    if claim.subject == "first" {
                        due::schedule(tx, Kind::BulletinExpiry, "second", NOW + 2)?;
                    }
                    Ok(Outcome::Done)
                })
                .then(move |claim| {
                    seen.lock().push(claim.subject.clone());
                    Ok(())
                })
            },
        ));
        until(&store, NOW + 48 * 3_600_000, None).await;
        stopping.cancel();
        running.await.unwrap();
        assert_eq!(*done.lock(), ["first", "second", "third"]);
    }
}
