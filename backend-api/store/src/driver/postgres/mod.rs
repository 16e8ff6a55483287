//! PostgreSQL: a small pool of connections, every write SERIALIZABLE and tried again when the
//! server calls it conflicting, so that a closure means the same here as on SQLite.
//!
//! No wait is without end: each statement has a bound, on the server and here, so that a server that hangs
//! costs time once; then everybody is told at once until it answers again (`driver/pool.rs`). What was cut off
//! before its commit was sent is done again on another connection; of what was cut off later nobody knows
//! whether it was kept, and whoever asked for it is told so.

mod said;
mod session;
mod target;
mod tls;
mod wakes;

use std::convert::Infallible;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use parking_lot::RwLock;
use tokio::runtime::RuntimeFlavor;

pub(crate) use session::{Patience, Session};
pub use target::Encryption;
pub(crate) use target::Target;

use wakes::Wakes;

use super::pool::{Lent, Pool};
use super::{Connection, Engine, Failure, Migrate, Tx, WriteTx};
use crate::error::{Error, Result};

/// Connections of one process.
const CONNECTIONS: usize = 16;
/// How often a conflicting transaction is tried. After the first time it is the only writer of
/// this process, so only other processes can be in the way.
const ATTEMPTS: u32 = 30;
/// How often a transaction is begun anew whose connection was lost.
const RECONNECTS: u32 = 2;
/// Key of the advisory lock under which migrations are applied.
const MIGRATION_LOCK: i64 = 0x5047_5354_4f52;

/// An open PostgreSQL database.
pub(crate) struct Postgres {
    target: Target,
    sessions: Pool<Session>,
    /// Shared by first attempts, held alone by repeated ones.
    order: RwLock<()>,
    wakes: Wakes,
}

impl Postgres {
    /// Connects and migrates.
    pub(crate) fn open(target: Target, apply: Migrate) -> Result<Self> {
        aside(|| {
            let mut session = Session::connect(&target, Patience::MAINTENANCE)?;
            migrate(&mut session, apply)
        })?;
        Ok(Self {
            target,
            sessions: Pool::new(CONNECTIONS),
            order: RwLock::new(()),
            wakes: Wakes::default(),
        })
    }

    /// Something was written that other processes should look at.
    pub(crate) fn wake_others(&self) {
        self.wakes.written();
    }

    /// Calls `woken` after each write of another process that woke us, and whenever one may have been missed.
    pub(crate) async fn woken(&self, woken: &(dyn Fn() + Send + Sync)) -> Infallible {
        self.wakes.run(&self.target, woken).await
    }

    /// Runs `f` on a snapshot.
    pub(crate) fn read<T, E: From<Error>>(
        &self,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        aside(|| self.read_here(f))
    }

    fn read_here<T, E: From<Error>>(
        &self,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut lent = self.begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
        let mut tx = Tx::new(Connection::Postgres(lent.get()));
        let result = f(&mut tx);
        if let Some(cut_off) = self.cut_off(tx.failure()) {
            return Err(cut_off.into());
        }
        // What was read counts, whatever becomes of the connection.
        if lent.get().batch("ROLLBACK").is_ok() {
            lent.keep();
        }
        result
    }

    /// Runs `f` and commits, as often as conflicts make it necessary.
    pub(crate) fn write<T, E: From<Error>>(
        &self,
        f: impl FnMut(&mut WriteTx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        aside(|| self.write_here(f))
    }

    fn write_here<T, E: From<Error>>(
        &self,
        mut f: impl FnMut(&mut WriteTx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let (mut attempt, mut lost) = (0, 0);
        while attempt < ATTEMPTS {
            let (shared, alone) = match attempt {
                0 => (Some(self.order.read()), None),
                _ => (None, Some(self.order.write())),
            };
            if attempt > 1 {
                thread::sleep(Duration::from_millis(5) * attempt);
            }
            match self.attempt(&mut f)? {
                Attempt::Done(result) => return result,
                Attempt::Conflict => {
                    tracing::debug!(attempt, "conflicting transaction, trying again");
                    attempt += 1;
                }
                Attempt::CutOff(error) if lost == RECONNECTS => return Err(error.into()),
                Attempt::CutOff(_) => {
                    tracing::debug!("the connection was lost before the commit, trying again");
                    lost += 1;
                }
            }
            drop((shared, alone));
        }
        Err(Error::Contended(ATTEMPTS).into())
    }

    /// Runs one statement that no transaction allows, such as `VACUUM`.
    pub(crate) fn outside_transactions(&self, sql: &str) -> Result<()> {
        aside(|| {
            let mut session = Session::connect(&self.target, Patience::MAINTENANCE)?;
            session.batch(sql).map_err(|(error, _)| error)
        })
    }

    fn attempt<T, E: From<Error>>(
        &self,
        f: &mut impl FnMut(&mut WriteTx<'_>) -> Result<T, E>,
    ) -> Result<Attempt<T, E>> {
        let mut lent = self.begin("BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE")?;
        let mut tx = WriteTx::new(Connection::Postgres(lent.get()));
        let mut result = f(&mut tx);
        let failure = tx.failure();
        if result.is_ok() && failure.is_some() {
            result = Err(Error::WentOn.into());
        }
        if let Some(error) = self.cut_off(failure) {
            return Ok(match failure {
                Some(Failure::Lost) => Attempt::CutOff(error),
                _ => Attempt::Done(Err(error.into())),
            });
        }
        let end = if result.is_ok() { "COMMIT" } else { "ROLLBACK" };
        let ended = lent.get().batch(end);
        if failure == Some(Failure::Conflict) || matches!(ended, Err((_, Failure::Conflict))) {
            // The server has rolled it back; what the closure made of it does not count.
            if ended.is_ok() || !lent.get().is_closed() {
                lent.keep();
            }
            return Ok(Attempt::Conflict);
        }
        match ended {
            Ok(()) => lent.keep(),
            Err((error, failure)) if result.is_ok() => {
                // It may have been kept: doing it again is for whoever can tell.
                let unknown = self.cut_off(Some(failure)).map(|_| {
                    Error::unavailable("lost in the middle of the commit, it may have been kept")
                });
                return Err(unknown.unwrap_or_else(|| transaction(error)));
            }
            // A failed rollback loses the connection, and with it the transaction.
            Err(_) => {}
        }
        Ok(Attempt::Done(result))
    }

    /// What is to be said of a transaction whose connection failed like this, if it did. Then others have
    /// failed with it.
    fn cut_off(&self, failure: Option<Failure>) -> Option<Error> {
        match failure? {
            Failure::Lost => {
                drop(self.sessions.drain());
                Some(Error::unavailable("the connection to it was lost"))
            }
            Failure::Silent => {
                self.sessions.trip("a statement was not answered in time");
                Some(Error::unavailable("it did not answer in time"))
            }
            Failure::Conflict | Failure::Other => None,
        }
    }

    /// Begins a transaction; replaces connections that died while they were idle.
    fn begin(&self, begin: &str) -> Result<Lent<'_, Session>> {
        loop {
            let open = || Session::connect(&self.target, Patience::ASKED);
            let mut lent = self.sessions.lend(open)?;
            let Err((error, failure)) = lent.get().begin(begin) else {
                return Ok(lent);
            };
            let fresh = lent.is_fresh();
            drop(lent);
            let cut_off = self.cut_off(Some(failure));
            if fresh || failure != Failure::Lost {
                return Err(cut_off.unwrap_or_else(|| transaction(error)));
            }
        }
    }
}

/// The client waits by a runtime of its own, and panics where tasks of another one run: there, the
/// thread is no longer one of theirs while it works.
fn aside<T>(work: impl FnOnce() -> T) -> T {
    let several = tokio::runtime::Handle::try_current()
        .is_ok_and(|it| it.runtime_flavor() == RuntimeFlavor::MultiThread);
    if several {
        tokio::task::block_in_place(work)
    } else {
        work()
    }
}

enum Attempt<T, E> {
    Done(Result<T, E>),
    Conflict,
    /// The connection was lost before the commit was sent.
    CutOff(Error),
}

fn transaction(error: Error) -> Error {
    match error {
        Error::Unavailable(_) => error,
        Error::Statement { source, .. } | Error::Constraint { source, .. } => {
            Error::Transaction(Arc::new(source))
        }
        other => Error::Transaction(Arc::new(other.into())),
    }
}

/// Brings the schema up to date; another process that tries the same waits.
pub(crate) fn migrate(session: &mut Session, apply: Migrate) -> Result<()> {
    let unwrapped = |(error, _)| error;
    session.batch("BEGIN").map_err(unwrapped)?;
    session
        .batch(&format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
        .map_err(unwrapped)?;
    apply(
        &mut WriteTx::new(Connection::Postgres(session)),
        Engine::Postgres,
    )?;
    session.batch("COMMIT").map_err(unwrapped)
}
