//! SQLite: one thread writes, several connections read.
//!
//! `synchronous=FULL` makes each commit wait for the disk, some milliseconds on the small
//! machines this runs on. So the writer thread takes all closures that are waiting, runs each
//! under its own savepoint and commits them together: thirty-five thousand sign-ins cost as many
//! disk waits as there are groups. One that fails is rolled back alone; nobody is answered before
//! the commit.
//!
//! A disk that hangs holds the writer, and nothing can be done about that; but nobody waits for it without
//! end, and whoever was not begun with is not written any more.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql, TransactionBehavior};

use super::pool::Pool;
use super::{Engine, Failure, Migrate, Row, Tx, Value, WriteTx};
use crate::error::{Constraint, Error, Result, Source};
use crate::trouble::Unopened;

/// How many closures one commit may carry; bounds how long the first one waits.
const GROUP: usize = 512;
/// How long to wait for another process that writes.
const BUSY: Duration = Duration::from_secs(5);
/// How long somebody waits until the writer begins with their closure, and for its commit.
const TURN: Duration = Duration::from_secs(30);
/// How long a closure may run, and how long what was deleted may be overwritten.
const RUN: Duration = Duration::from_secs(30 * 60);
/// After how long at the same group the writer is called stuck.
const STUCK: Duration = Duration::from_secs(60);
/// Prepared statements a connection keeps.
const STATEMENTS: usize = 256;
/// Connections that read.
const READERS: usize = 8;

/// An open SQLite database.
pub(crate) struct Sqlite {
    path: PathBuf,
    readers: Pool<Connection>,
    jobs: Mutex<Option<Sender<Message>>>,
    writer: Option<JoinHandle<()>>,
    /// Since when the writer is at what it does now.
    busy: Arc<Mutex<Option<Instant>>>,
}

impl Sqlite {
    /// Opens `path`, creates it if it is missing, and migrates it.
    pub(crate) fn open(path: &Path, apply: Migrate) -> Result<Self> {
        let mut connection = open(
            path,
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        )?;
        migrate(&mut connection, apply)?;
        let (jobs, waiting) = channel();
        let busy: Arc<Mutex<Option<Instant>>> = Arc::default();
        let at_work = Arc::clone(&busy);
        let writer = thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || write_groups(&connection, &waiting, &at_work))
            .map_err(|source| Error::Open(source.into()))?;
        Ok(Self {
            path: path.to_owned(),
            readers: Pool::new(READERS),
            jobs: Mutex::new(Some(jobs)),
            writer: Some(writer),
            busy,
        })
    }

    /// Runs `f` on a reading connection.
    pub(crate) fn read<T, E: From<Error>>(
        &self,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut lent = self.readers.lend(|| open_reader(&self.path))?;
        let connection = lent.get();
        connection.execute_batch("BEGIN").map_err(transaction)?;
        let result = f(&mut Tx::new(super::Connection::Sqlite(connection)));
        // A read has nothing to commit, and ROLLBACK works after a failed statement too.
        connection.execute_batch("ROLLBACK").map_err(transaction)?;
        lent.keep();
        result
    }

    /// Runs `f` on the writer thread and waits for the commit.
    pub(crate) fn write<T, E, F>(&self, f: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnMut(&mut WriteTx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (reply, answer) = sync_channel(1);
        let stage = Arc::new(Mutex::new(Stage::Waiting));
        let job = Box::new(Closure {
            f,
            result: None,
            reply,
            stage: Arc::clone(&stage),
        });
        let sent = self
            .jobs
            .lock()
            .as_ref()
            .is_some_and(|jobs| jobs.send(Message::Write(job)).is_ok());
        if !sent {
            return Err(Error::Closed.into());
        }
        match wait(&answer, &stage)? {
            Ok(result) => result,
            Err(panic) => resume_unwind(panic),
        }
    }

    /// Makes sure that the writer is not stuck.
    pub(crate) fn check_writer(&self) -> Result<()> {
        match *self.busy.lock() {
            Some(since) if since.elapsed() > STUCK => {
                Err(Error::unavailable("the writer has been busy for a minute"))
            }
            _ => Ok(()),
        }
    }

    /// Overwrites what was deleted, in the file and in its log; writers wait meanwhile.
    pub(crate) fn scrub(&self) -> Result<()> {
        let (reply, answer) = sync_channel(1);
        let sent = self
            .jobs
            .lock()
            .as_ref()
            .is_some_and(|jobs| jobs.send(Message::Scrub(reply)).is_ok());
        if !sent {
            return Err(Error::Closed);
        }
        match answer.recv_timeout(RUN) {
            Ok(done) => done,
            Err(RecvTimeoutError::Timeout) => Err(Error::unavailable("the writer does not end")),
            Err(RecvTimeoutError::Disconnected) => Err(Error::Closed),
        }
    }

    /// Runs `f` with a reading connection outside any transaction.
    pub(crate) fn with_reader<T>(&self, f: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let mut lent = self.readers.lend(|| open_reader(&self.path))?;
        let result = f(lent.get())?;
        lent.keep();
        Ok(result)
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        // The writer ends when nobody can send any more; the file is closed when it has ended.
        self.jobs.lock().take();
        if let Some(writer) = self.writer.take()
            && writer.thread().id() != thread::current().id()
            && writer.join().is_err()
        {
            tracing::error!("the SQLite writer thread panicked");
        }
    }
}

/// How far the writer is with a closure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Not begun.
    Waiting,
    Running,
    /// It ran; its group is not committed yet.
    Ran,
    /// Whoever asked has gone: it is not to be begun.
    GivenUp,
}

/// Waits for the answer, but not for ever.
fn wait<T>(answer: &Receiver<T>, stage: &Mutex<Stage>) -> Result<T> {
    let begun = Instant::now();
    let mut ran = false;
    loop {
        match answer.recv_timeout(TURN) {
            Ok(answer) => return Ok(answer),
            Err(RecvTimeoutError::Disconnected) => return Err(Error::Closed),
            Err(RecvTimeoutError::Timeout) => {}
        }
        let mut stage = stage.lock();
        match *stage {
            Stage::Running if begun.elapsed() < RUN => {}
            Stage::Ran if !ran => ran = true,
            Stage::Waiting => {
                *stage = Stage::GivenUp;
                return Err(Error::unavailable("the writer did not come to it"));
            }
            Stage::Running | Stage::Ran | Stage::GivenUp => {
                return Err(Error::unavailable(
                    "the commit does not end, it may yet be kept",
                ));
            }
        }
    }
}

/// What the writer is asked for.
enum Message {
    Write(Box<dyn Job>),
    /// Overwrite what was deleted.
    Scrub(SyncSender<Result<()>>),
}

/// A closure that waits for the writer.
trait Job: Send {
    /// Runs it; tells whether to keep what it wrote.
    fn run(&mut self, tx: &mut WriteTx<'_>) -> bool;
    /// Answers, once the group is committed or lost.
    fn answer(self: Box<Self>, commit: Result<(), Lost>);
}

/// Why a group was lost.
#[derive(Clone)]
struct Lost {
    source: Arc<Source>,
    /// It may go another time.
    passes: bool,
}

impl From<Lost> for Error {
    fn from(lost: Lost) -> Self {
        if lost.passes {
            Self::unavailable(Shared(lost.source))
        } else {
            Self::Transaction(lost.source)
        }
    }
}

/// What several were told.
#[derive(Debug)]
struct Shared(Arc<Source>);

impl std::fmt::Display for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("what was written together is not kept")
    }
}

impl std::error::Error for Shared {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let inner: &(dyn std::error::Error + Send + Sync) = self.0.as_ref().as_ref();
        Some(inner)
    }
}

struct Closure<T, E, F> {
    f: F,
    result: Option<thread::Result<Result<T, E>>>,
    reply: SyncSender<thread::Result<Result<T, E>>>,
    stage: Arc<Mutex<Stage>>,
}

impl<T, E, F> Job for Closure<T, E, F>
where
    T: Send,
    E: From<Error> + Send,
    F: FnMut(&mut WriteTx<'_>) -> Result<T, E> + Send,
{
    fn run(&mut self, tx: &mut WriteTx<'_>) -> bool {
        {
            let mut stage = self.stage.lock();
            if *stage == Stage::GivenUp {
                return false;
            }
            *stage = Stage::Running;
        }
        let mut result = catch_unwind(AssertUnwindSafe(|| (self.f)(tx)));
        if matches!(result, Ok(Ok(_))) && tx.failure().is_some() {
            result = Ok(Err(Error::WentOn.into()));
        }
        let keep = matches!(result, Ok(Ok(_)));
        self.result = Some(result);
        *self.stage.lock() = Stage::Ran;
        keep
    }

    fn answer(self: Box<Self>, commit: Result<(), Lost>) {
        let answer = match (self.result, commit) {
            // Its own failure says more than the group's.
            (Some(result @ (Err(_) | Ok(Err(_)))), _) | (Some(result), Ok(())) => result,
            (_, Err(lost)) => Ok(Err(Error::from(lost).into())),
            (None, Ok(())) => Ok(Err(Error::Closed.into())),
        };
        // Nobody waits any more if the caller's thread died.
        let _ = self.reply.send(answer);
    }
}

fn write_groups(
    connection: &Connection,
    waiting: &Receiver<Message>,
    busy: &Mutex<Option<Instant>>,
) {
    let mut next = None;
    let mut failing = false;
    while let Some(message) = next.take().or_else(|| waiting.recv().ok()) {
        *busy.lock() = Some(Instant::now());
        let first = match message {
            Message::Write(job) => job,
            Message::Scrub(reply) => {
                // Nobody waits any more if the caller's thread died.
                let _ = reply.send(scrub(connection));
                *busy.lock() = None;
                continue;
            }
        };
        let mut group = Vec::new();
        let outcome = write_group(connection, first, waiting, &mut group);
        let outcome = outcome.map(|left| next = left).map_err(|source| {
            let closures = group.len();
            if failing {
                tracing::debug!(error = %source, closures, "a group of writes was lost, too");
            } else {
                tracing::error!(error = %source, closures, "a group of writes was lost");
            }
            // What the engine has rolled back by itself leaves no savepoint to go back to.
            let undone = connection.is_autocommit()
                && source.sqlite_error_code() == Some(ErrorCode::Unknown);
            let passes = undone || passes(&source);
            if !connection.is_autocommit()
                && let Err(error) = connection.execute_batch("ROLLBACK")
            {
                tracing::error!(%error, "cannot roll back");
            }
            Lost {
                source: Arc::new(Source::from(source)),
                passes,
            }
        });
        if failing && outcome.is_ok() {
            tracing::info!("writes are kept again");
        }
        failing = outcome.is_err();
        for job in group {
            job.answer(outcome.clone());
        }
        *busy.lock() = None;
    }
}

/// Writes what waits as one transaction; answers what it took from the queue and did not do.
fn write_group(
    connection: &Connection,
    first: Box<dyn Job>,
    waiting: &Receiver<Message>,
    group: &mut Vec<Box<dyn Job>>,
) -> rusqlite::Result<Option<Message>> {
    let run = |sql| connection.prepare_cached(sql)?.execute([]).map(|_| ());
    let mut next = Some(Message::Write(first));
    let begun = run("BEGIN IMMEDIATE");
    while let Some(Message::Write(mut job)) = next {
        if begun.is_err() {
            group.push(job);
            next = None;
            break;
        }
        let saved = run("SAVEPOINT closure");
        let keep =
            saved.is_ok() && job.run(&mut WriteTx::new(super::Connection::Sqlite(connection)));
        group.push(job);
        saved?;
        if !keep {
            // Fails if the engine has already rolled everything back (disk full, I/O error).
            run("ROLLBACK TO closure")?;
        }
        run("RELEASE closure")?;
        next = (group.len() < GROUP)
            .then(|| waiting.try_recv().ok())
            .flatten();
    }
    begun?;
    run("COMMIT")?;
    Ok(next)
}

/// Rewrites the file without what was deleted, and empties the log. `secure_delete` has zeroed
/// most of it already; moved rows may have left copies behind, which only a rewrite removes.
fn scrub(connection: &Connection) -> Result<()> {
    let run = || {
        connection.execute_batch("VACUUM")?;
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
            row.get::<_, i64>(0)
        })
    };
    match run() {
        Ok(0) => Ok(()),
        Ok(_) => Err(Error::Scrub("a reader holds the log; try again".into())),
        Err(error) => Err(Error::Scrub(error.to_string())),
    }
}

pub(crate) fn query(
    connection: &Connection,
    sql: &str,
    params: &[Value],
) -> Result<Vec<Row>, (Error, Failure)> {
    let run = || {
        let mut statement = connection.prepare_cached(sql)?;
        let columns = statement.column_count();
        let mut rows = statement.query(rusqlite::params_from_iter(params))?;
        let mut answer = Vec::new();
        while let Some(row) = rows.next()? {
            let values = (0..columns).map(|column| value(row.get_ref(column)?, column));
            answer.push(Row(values.collect::<rusqlite::Result<_>>()?));
        }
        Ok(answer)
    };
    run().map_err(|error| failed(sql, error))
}

pub(crate) fn execute(
    connection: &Connection,
    sql: &str,
    params: &[Value],
) -> Result<u64, (Error, Failure)> {
    let run = || {
        connection
            .prepare_cached(sql)?
            .execute(rusqlite::params_from_iter(params))
    };
    run()
        .map(|changed| changed as u64)
        .map_err(|error| failed(sql, error))
}

pub(crate) fn batch(connection: &Connection, sql: &str) -> Result<(), (Error, Failure)> {
    connection
        .execute_batch(sql)
        .map_err(|error| failed(sql, error))
}

fn value(stored: ValueRef<'_>, column: usize) -> rusqlite::Result<Value> {
    match stored {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(value) => Ok(Value::Integer(value)),
        ValueRef::Text(bytes) => {
            let text = std::str::from_utf8(bytes)
                .map_err(|error| rusqlite::Error::Utf8Error(column, error))?;
            Ok(Value::Text(text.to_owned()))
        }
        other => Err(rusqlite::Error::InvalidColumnType(
            column,
            column.to_string(),
            other.data_type(),
        )),
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(value) => ValueRef::Integer(*value),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

/// Whether it may go another time: somebody else holds the database, or the disk is full or fails.
fn passes(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::FileLockingProtocolFailed
                | ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure
                | ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::OutOfMemory
        )
    )
}

fn failed(sql: &str, error: rusqlite::Error) -> (Error, Failure) {
    use rusqlite::ffi;
    if passes(&error) {
        return (Error::unavailable(error), Failure::Other);
    }
    let code = error.sqlite_error().map(|error| error.extended_code);
    let kind = match code {
        Some(ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY) => {
            Some(Constraint::Unique)
        }
        Some(ffi::SQLITE_CONSTRAINT_FOREIGNKEY | ffi::SQLITE_CONSTRAINT_TRIGGER) => {
            Some(Constraint::ForeignKey)
        }
        Some(ffi::SQLITE_CONSTRAINT_CHECK | ffi::SQLITE_CONSTRAINT_NOTNULL) => {
            Some(Constraint::Check)
        }
        _ => None,
    };
    let source: Source = error.into();
    let error = match kind {
        Some(kind) => Error::Constraint { kind, source },
        None => Error::Statement {
            statement: sql.to_owned(),
            source,
        },
    };
    (error, Failure::Other)
}

fn transaction(error: rusqlite::Error) -> Error {
    if passes(&error) {
        return Error::unavailable(error);
    }
    Error::Transaction(Arc::new(error.into()))
}

/// Opens a connection with the settings every connection has.
pub(crate) fn open(path: &Path, flags: OpenFlags) -> Result<Connection> {
    let opened = (|| {
        let connection =
            Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(BUSY)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        keep_a_log(&connection)?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", "ON")?;
        // What is deleted is overwritten with zeros: a purge must be one on disk, too.
        connection.pragma_update(None, "secure_delete", "ON")?;
        connection.pragma_update(None, "cache_size", -16_000)?;
        connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
        Ok(connection)
    })();
    opened.map_err(|error| Unopened::error(path, error))
}

/// Changes a new file to a write-ahead log. While another program does the same SQLite refuses at once,
/// without the wait that it has for everything else.
fn keep_a_log(connection: &Connection) -> rusqlite::Result<()> {
    let until = Instant::now() + BUSY;
    loop {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && Instant::now() < until =>
            {
                thread::sleep(Duration::from_millis(5));
            }
            done => return done,
        }
    }
}

fn open_reader(path: &Path) -> Result<Connection> {
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection
        .pragma_update(None, "query_only", "ON")
        .map_err(|error| Error::Open(error.into()))?;
    Ok(connection)
}

/// Brings the schema up to date; another process that tries the same waits.
pub(crate) fn migrate(connection: &mut Connection, apply: Migrate) -> Result<()> {
    let tx = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(transaction)?;
    apply(
        &mut WriteTx::new(super::Connection::Sqlite(&tx)),
        Engine::Sqlite,
    )?;
    tx.commit().map_err(transaction)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[test]
    fn a_writer_that_does_not_end_is_told_of() {
        let folder = tempfile::tempdir().unwrap();
        let sqlite = Sqlite::open(&folder.path().join("a.sqlite"), |_, _| Ok(())).unwrap();
        sqlite.check_writer().unwrap();
        let long_ago = Instant::now().checked_sub(STUCK * 2);
        *sqlite.busy.lock() = Some(long_ago.expect("this machine has run for two minutes"));
        let stuck = sqlite.check_writer();
        assert!(matches!(stuck, Err(Error::Unavailable(_))), "{stuck:?}");
    }

    #[test]
    fn what_was_given_up_is_not_begun() {
        let connection = Connection::open_in_memory().unwrap();
        let begun = Arc::new(AtomicBool::new(false));
        for (stage, expected) in [(Stage::GivenUp, false), (Stage::Waiting, true)] {
            let notes = Arc::clone(&begun);
            let mut closure = Closure {
                f: move |_: &mut WriteTx<'_>| {
                    notes.store(true, Ordering::SeqCst);
                    Ok::<_, Error>(())
                },
                result: None,
                reply: sync_channel(1).0,
                stage: Arc::new(Mutex::new(stage)),
            };
            let kept = closure.run(&mut WriteTx::new(super::super::Connection::Sqlite(
                &connection,
            )));
            assert_eq!((kept, begun.load(Ordering::SeqCst)), (expected, expected));
        }
    }
}
