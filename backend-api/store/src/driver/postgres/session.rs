//! One connection: statements, each with a bound of time, and values.

use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, Statement};

use super::said::{Trouble, began, failed, with_cause};
use super::target::{Messages, Target};
use crate::driver::{Failure, Row, Value, numbered_placeholders};
use crate::error::{Error, Result, Source};

/// How long the beginning of a transaction may take, at which the server has nothing to do.
const BEGIN: Duration = Duration::from_secs(4);
/// After how long a transaction in which nothing happens is undone by the server, milliseconds: whoever held
/// it is gone.
const IDLE_MS: u64 = 10 * 60 * 1000;
/// How much longer than the server may work on a statement its answer may take.
const GRACE: Duration = Duration::from_secs(5);

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// One statement.
    statement: Duration,
    /// Waiting for somebody else's lock.
    lock: Duration,
}

impl Patience {
    /// Somebody waits for an answer.
    pub(crate) const ASKED: Self = Self {
        statement: Duration::from_secs(30),
        lock: Duration::from_secs(5),
    };

    /// Work on the database as a whole, at the start or by hand.
    pub(crate) const MAINTENANCE: Self = Self {
        statement: Duration::from_secs(60 * 60),
        lock: Duration::from_secs(5 * 60),
    };

    fn settings(self) -> String {
        let (statement, lock) = (self.statement.as_millis(), self.lock.as_millis());
        format!(
            "SET statement_timeout = {statement}; SET lock_timeout = {lock};
             SET idle_in_transaction_session_timeout = {IDLE_MS}"
        )
    }
}

/// A connection with its prepared statements.
pub(crate) struct Session {
    client: Client,
    line: Line,
    statements: HashMap<String, Statement>,
    /// How long an answer may take.
    limit: Duration,
}

impl Session {
    /// Connects.
    ///
    /// # Errors
    /// [`Error::Open`], and [`Error::Url`] for trusted certificates that cannot be used.
    pub(crate) fn connect(target: &Target, patience: Patience) -> Result<Self> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Error::Open(error.into()))?;
        let connected = runtime
            .block_on(async { tokio::time::timeout(target.patience(), target.connect()).await });
        let mut line = Line {
            runtime: Some(runtime),
            messages: Box::new(|_| Poll::Ready(None)),
            ended: false,
        };
        let (client, messages) =
            connected.map_err(|_| Error::Open("it did not answer in time".into()))??;
        line.messages = messages;
        let mut session = Self {
            client,
            line,
            statements: HashMap::new(),
            limit: patience.statement + GRACE,
        };
        session
            .within(BEGIN, &patience.settings())
            .map_err(|(error, _)| error)?;
        Ok(session)
    }

    /// Begins a transaction.
    pub(crate) fn begin(&mut self, sql: &str) -> Result<(), (Error, Failure)> {
        let asked = self.client.batch_execute(sql);
        let done = self.line.wait(BEGIN, asked);
        done.map_err(|trouble| began(sql, &trouble, self.client.is_closed()))
    }

    pub(crate) fn query(
        &mut self,
        sql: &str,
        params: &[Value],
    ) -> Result<Vec<Row>, (Error, Failure)> {
        let statement = self.prepared(sql)?;
        let params = all(params);
        let asked = self.client.query(&statement, &params);
        let rows = self.line.wait(self.limit, asked);
        rows.map_err(|trouble| self.failed(sql, &trouble))?
            .iter()
            .map(row)
            .collect::<Result<_>>()
            .map_err(|error| (error, Failure::Other))
    }

    pub(crate) fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, (Error, Failure)> {
        let statement = self.prepared(sql)?;
        let params = all(params);
        let asked = self.client.execute(&statement, &params);
        let changed = self.line.wait(self.limit, asked);
        changed.map_err(|trouble| self.failed(sql, &trouble))
    }

    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), (Error, Failure)> {
        self.within(self.limit, sql)
    }

    /// Whether the connection is gone.
    pub(crate) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    fn within(&mut self, limit: Duration, sql: &str) -> Result<(), (Error, Failure)> {
        let asked = self.client.batch_execute(sql);
        let done = self.line.wait(limit, asked);
        done.map_err(|trouble| self.failed(sql, &trouble))
    }

    fn prepared(&mut self, sql: &str) -> Result<Statement, (Error, Failure)> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let numbered = numbered_placeholders(sql);
        let asked = self.client.prepare(&numbered);
        let prepared = self.line.wait(self.limit, asked);
        let statement = prepared.map_err(|trouble| self.failed(sql, &trouble))?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    fn failed(&self, sql: &str, trouble: &Trouble) -> (Error, Failure) {
        failed(sql, trouble, self.client.is_closed())
    }
}

/// What drives a connection: whoever waits for an answer reads and writes for it meanwhile.
struct Line {
    /// `None` only while it is dropped.
    runtime: Option<Runtime>,
    messages: Messages,
    ended: bool,
}

impl Line {
    fn wait<T>(
        &mut self,
        limit: Duration,
        asked: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, Trouble> {
        let Self {
            runtime,
            messages,
            ended,
        } = self;
        let Some(runtime) = runtime else {
            return Err(Trouble::Silent);
        };
        let mut asked = pin!(asked);
        let answered = poll_fn(|context| {
            while !*ended {
                match messages(context) {
                    // Notices.
                    Poll::Ready(Some(Ok(_))) => {}
                    Poll::Ready(Some(Err(error))) => {
                        *ended = true;
                        return Poll::Ready(Err(error));
                    }
                    Poll::Ready(None) => *ended = true,
                    Poll::Pending => break,
                }
            }
            asked.as_mut().poll(context)
        });
        runtime
            .block_on(async { tokio::time::timeout(limit, answered).await })
            .map_err(|_| Trouble::Silent)?
            .map_err(Trouble::Failed)
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        // Without waiting, e.g. for a name that is still looked up, and so from within tasks, too.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn all(params: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    params.iter().map(|value| value as _).collect()
}

fn row(row: &tokio_postgres::Row) -> Result<Row> {
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
