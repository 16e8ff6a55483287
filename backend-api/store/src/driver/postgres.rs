//! PostgreSQL: a small pool of connections, every write SERIALIZABLE and tried again when the
//! server calls it conflicting, so that a closure means the same here as on SQLite.

use std::collections::HashMap;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use parking_lot::RwLock;
use postgres::error::SqlState;
use postgres::types::private::BytesMut;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, Config, NoTls, Statement};
use tokio::runtime::RuntimeFlavor;

use super::pool::{Lent, Pool};
use super::{Connection, Engine, Failure, Migrate, Row, Tx, Value, WriteTx, numbered_placeholders};
use crate::error::{Constraint, Error, Result, Source};
use crate::trouble::Said;

/// Connections of one process.
const CONNECTIONS: usize = 16;
/// How often a conflicting transaction is tried. After the first time it is the only writer of
/// this process, so only other processes can be in the way.
const ATTEMPTS: u32 = 30;
/// Key of the advisory lock under which migrations are applied.
const MIGRATION_LOCK: i64 = 0x5047_5354_4f52;

/// An open PostgreSQL database.
pub(crate) struct Postgres {
    config: Box<Config>,
    sessions: Arc<Pool<Session>>,
    /// Shared by first attempts, held alone by repeated ones.
    order: RwLock<()>,
}

impl Postgres {
    /// Connects and migrates.
    pub(crate) fn open(config: Config, apply: Migrate) -> Result<Self> {
        aside(|| {
            let mut session = Session::connect(&config)?;
            migrate(&mut session, apply)
        })?;
        Ok(Self {
            config: Box::new(config),
            sessions: Arc::new(Pool::new(CONNECTIONS)),
            order: RwLock::new(()),
        })
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
        let result = f(&mut Tx::new(Connection::Postgres(lent.get())));
        lent.get()
            .batch("ROLLBACK")
            .map_err(|(error, _)| transaction(error))?;
        lent.keep();
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
        for attempt in 0..ATTEMPTS {
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
                }
            }
            drop((shared, alone));
        }
        Err(Error::Contended(ATTEMPTS).into())
    }

    /// Runs one statement that no transaction allows, such as `VACUUM`.
    pub(crate) fn outside_transactions(&self, sql: &str) -> Result<()> {
        aside(|| {
            let mut session = Session::connect(&self.config)?;
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
        let end = if result.is_ok() { "COMMIT" } else { "ROLLBACK" };
        let ended = lent.get().batch(end);
        if failure == Some(Failure::Conflict) || matches!(ended, Err((_, Failure::Conflict))) {
            // The server has rolled it back; what the closure made of it does not count.
            if ended.is_ok() || !lent.get().client.is_closed() {
                lent.keep();
            }
            return Ok(Attempt::Conflict);
        }
        match ended {
            Ok(()) => lent.keep(),
            // A failed rollback loses the connection, and with it the transaction.
            Err((error, _)) if result.is_ok() => return Err(transaction(error)),
            Err(_) => {}
        }
        Ok(Attempt::Done(result))
    }

    /// Begins a transaction; replaces connections that died while they were idle.
    fn begin(&self, begin: &str) -> Result<Lent<'_, Session>> {
        loop {
            let mut lent = self.sessions.lend(|| Session::connect(&self.config))?;
            match lent.get().batch(begin) {
                Ok(()) => return Ok(lent),
                Err((error, _)) if lent.is_fresh() => return Err(transaction(error)),
                Err(_) => {}
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
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Closing a client blocks on its own runtime, which panics inside an async task.
        let sessions = Arc::clone(&self.sessions);
        let closer = thread::spawn(move || drop(sessions.drain()));
        if closer.join().is_err() {
            tracing::error!("closing the PostgreSQL connections panicked");
        }
    }
}

/// A connection with its prepared statements.
pub(crate) struct Session {
    client: Client,
    statements: HashMap<String, Statement>,
}

impl Session {
    pub(crate) fn connect(config: &Config) -> Result<Self> {
        let client = config
            .connect(NoTls)
            .map_err(|error| Error::Open(with_cause(&error).into()))?;
        Ok(Self {
            client,
            statements: HashMap::new(),
        })
    }

    pub(crate) fn query(
        &mut self,
        sql: &str,
        params: &[Value],
    ) -> Result<Vec<Row>, (Error, Failure)> {
        self.run(sql, params, |client, statement, params| {
            client.query(statement, params)
        })
        .and_then(|rows| {
            rows.iter()
                .map(row)
                .collect::<Result<_>>()
                .map_err(|error| (error, Failure::Other))
        })
    }

    pub(crate) fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, (Error, Failure)> {
        self.run(sql, params, |client, statement, params| {
            client.execute(statement, params)
        })
    }

    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), (Error, Failure)> {
        self.client
            .batch_execute(sql)
            .map_err(|error| failed(sql, &error))
    }

    fn run<T>(
        &mut self,
        sql: &str,
        params: &[Value],
        run: impl FnOnce(&mut Client, &Statement, &[&(dyn ToSql + Sync)]) -> Result<T, postgres::Error>,
    ) -> Result<T, (Error, Failure)> {
        let statement = match self.statements.get(sql) {
            Some(statement) => statement.clone(),
            None => {
                let prepared = self.client.prepare(&numbered_placeholders(sql));
                let statement = prepared.map_err(|error| failed(sql, &error))?;
                self.statements.insert(sql.to_owned(), statement.clone());
                statement
            }
        };
        let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|value| value as _).collect();
        run(&mut self.client, &statement, &params).map_err(|error| failed(sql, &error))
    }
}

fn row(row: &postgres::Row) -> Result<Row> {
    let value = |column: usize| {
        let value = match *row.columns()[column].type_() {
            Type::INT8 => row
                .try_get::<_, Option<i64>>(column)
                .map(|value| value.map(Value::Integer)),
            Type::INT4 => row
                .try_get::<_, Option<i32>>(column)
                .map(|value| value.map(|value| i64::from(value).into())),
            _ => row
                .try_get::<_, Option<String>>(column)
                .map(|value| value.map(Value::Text)),
        };
        value
            .map(|value| value.unwrap_or(Value::Null))
            .map_err(|error| Error::Damaged(with_cause(&error)))
    };
    (0..row.len()).map(value).collect::<Result<_>>().map(Row)
}

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Source> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Integer(value) if *ty == Type::INT4 => i32::try_from(*value)?.to_sql(ty, out),
            Self::Integer(value) if *ty == Type::INT8 => value.to_sql(ty, out),
            Self::Integer(_) => Err(format!("an integer where {ty} is wanted").into()),
            Self::Text(text) if <&str as ToSql>::accepts(ty) => text.to_sql(ty, out),
            Self::Text(_) => Err(format!("text where {ty} is wanted").into()),
        }
    }

    // Judged by value in `to_sql`.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

fn failed(sql: &str, error: &postgres::Error) -> (Error, Failure) {
    let state = error.code();
    let conflict = state == Some(&SqlState::T_R_SERIALIZATION_FAILURE)
        || state == Some(&SqlState::T_R_DEADLOCK_DETECTED);
    let kind = match state {
        Some(state) if *state == SqlState::UNIQUE_VIOLATION => Some(Constraint::Unique),
        Some(state) if *state == SqlState::FOREIGN_KEY_VIOLATION => Some(Constraint::ForeignKey),
        Some(state)
            if *state == SqlState::CHECK_VIOLATION || *state == SqlState::NOT_NULL_VIOLATION =>
        {
            Some(Constraint::Check)
        }
        _ => None,
    };
    let source: Source = Said::boxed(with_cause(error), state);
    let error = match kind {
        Some(kind) => Error::Constraint { kind, source },
        None => Error::Statement {
            statement: sql.to_owned(),
            source,
        },
    };
    (
        error,
        if conflict {
            Failure::Conflict
        } else {
            Failure::Other
        },
    )
}

/// The driver's own text is only `db error`; the server's sentence is its source. `DETAIL` stays
/// out: it quotes values, which may be personal data.
fn with_cause(error: &postgres::Error) -> String {
    match error.as_db_error() {
        Some(cause) => format!("{} ({})", cause.message(), cause.code().code()),
        None => match std::error::Error::source(error) {
            Some(cause) => format!("{error}: {cause}"),
            None => error.to_string(),
        },
    }
}

fn transaction(error: Error) -> Error {
    let source: Source = match error {
        Error::Statement { source, .. } | Error::Constraint { source, .. } => source,
        other => other.into(),
    };
    Error::Transaction(Arc::new(source))
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
