//! The two engines behind one synchronous interface.
//!
//! SQL is written once, in what SQLite and PostgreSQL share: text, `BIGINT`, `ON CONFLICT`,
//! `RETURNING`, placeholders `?1` (rewritten to `$1`). PostgreSQL infers the type of a
//! placeholder from where it first stands, so one that only meets `IS NULL` needs a `CAST`, and
//! `SUM` of `BIGINT` is `NUMERIC` there and needs one too.

pub(crate) mod pool;
pub(crate) mod postgres;
pub(crate) mod sqlite;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use crate::chain::Keys;
use crate::error::{Error, Result};
use crate::touch::Touch;

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// Brings the schema up to date, under a lock that the caller holds; the caller commits.
pub(crate) type Migrate = fn(&mut WriteTx<'_>, Engine) -> Result<()>;

/// A value of a column or placeholder. Truth values are 0 and 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Null,
    Integer(i64),
    Text(String),
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Integer(value.into())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Integer(value.into())
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<&String> for Value {
    fn from(value: &String) -> Self {
        Self::Text(value.clone())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Values for `?1`, `?2`, … in order.
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::driver::Value::from($value)),*] };
}
pub(crate) use params;

/// One row of an answer.
#[derive(Debug)]
pub(crate) struct Row(pub(crate) Vec<Value>);

impl Row {
    /// Text of column `index`.
    pub(crate) fn text(&self, index: usize) -> Result<String> {
        self.opt_text(index)?
            .ok_or_else(|| self.unexpected(index, "text"))
    }

    /// Text or NULL of column `index`.
    pub(crate) fn opt_text(&self, index: usize) -> Result<Option<String>> {
        match self.0.get(index) {
            Some(Value::Null) => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text.clone())),
            _ => Err(self.unexpected(index, "text")),
        }
    }

    /// Integer of column `index`.
    pub(crate) fn int(&self, index: usize) -> Result<i64> {
        self.opt_int(index)?
            .ok_or_else(|| self.unexpected(index, "an integer"))
    }

    /// Integer or NULL of column `index`.
    pub(crate) fn opt_int(&self, index: usize) -> Result<Option<i64>> {
        match self.0.get(index) {
            Some(Value::Null) => Ok(None),
            Some(Value::Integer(value)) => Ok(Some(*value)),
            _ => Err(self.unexpected(index, "an integer")),
        }
    }

    /// Truth value of column `index`.
    pub(crate) fn truth(&self, index: usize) -> Result<bool> {
        Ok(self.int(index)? != 0)
    }

    fn unexpected(&self, index: usize, wanted: &str) -> Error {
        // The value itself may be personal data, so only its type is told.
        let found = match self.0.get(index) {
            None => "no column",
            Some(Value::Null) => "NULL",
            Some(Value::Integer(_)) => "an integer",
            Some(Value::Text(_)) => "text",
        };
        Error::Damaged(format!("column {index} holds {found}, not {wanted}"))
    }
}

/// The connection a transaction runs on.
pub(crate) enum Connection<'c> {
    Sqlite(&'c rusqlite::Connection),
    Postgres(&'c mut postgres::Session),
}

/// A transaction that reads one consistent snapshot.
pub struct Tx<'c> {
    connection: Connection<'c>,
    /// The first that failed.
    failed: Option<Failure>,
    /// What the audit log is chained with.
    chain: Option<Arc<dyn Keys>>,
}

/// How a statement of this transaction failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Another transaction was in the way: worth another attempt.
    Conflict,
    /// The connection is gone, and the transaction with it.
    Lost,
    /// There was no answer in time: what became of it nobody knows.
    Silent,
    Other,
}

impl<'c> Tx<'c> {
    pub(crate) fn new(connection: Connection<'c>) -> Self {
        Self {
            connection,
            failed: None,
            chain: None,
        }
    }

    /// Says what the audit log is chained with.
    pub(crate) fn chain_with(&mut self, keys: Option<Arc<dyn Keys>>) {
        self.chain = keys;
    }

    /// What the audit log is chained with.
    pub(crate) fn chain_keys(&self) -> Option<Arc<dyn Keys>> {
        self.chain.clone()
    }

    /// Every row of the answer.
    pub(crate) fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>> {
        let answer = match &mut self.connection {
            Connection::Sqlite(connection) => sqlite::query(connection, sql, params),
            Connection::Postgres(session) => session.query(sql, params),
        };
        self.noted(answer)
    }

    /// The only row of the answer, or nothing.
    pub(crate) fn query_opt(&mut self, sql: &str, params: &[Value]) -> Result<Option<Row>> {
        let mut rows = self.query(sql, params)?;
        if rows.len() > 1 {
            return Err(Error::Damaged(format!(
                "{} rows instead of one: {sql}",
                rows.len()
            )));
        }
        Ok(rows.pop())
    }

    /// The only row of the answer.
    pub(crate) fn query_one(&mut self, sql: &str, params: &[Value]) -> Result<Row> {
        self.query_opt(sql, params)?
            .ok_or_else(|| Error::Damaged(format!("no row instead of one: {sql}")))
    }

    pub(crate) fn failure(&self) -> Option<Failure> {
        self.failed
    }

    fn noted<T>(&mut self, answer: Result<T, (Error, Failure)>) -> Result<T> {
        answer.map_err(|(error, failure)| {
            // What fails after it fails because of it: PostgreSQL refuses all that follows a conflict.
            self.failed.get_or_insert(failure);
            error
        })
    }
}

/// A transaction that may write; it reads as a [`Tx`] does, its own writes included.
pub struct WriteTx<'c> {
    tx: Tx<'c>,
    /// A deadline was scheduled.
    deadline: bool,
    /// What is to be written to the journal before the commit.
    touched: BTreeSet<Touch>,
    /// Login name of who writes; nothing: the server by itself.
    writer: Option<String>,
}

impl<'c> WriteTx<'c> {
    pub(crate) fn new(connection: Connection<'c>) -> Self {
        Self {
            tx: Tx::new(connection),
            deadline: false,
            touched: BTreeSet::new(),
            writer: None,
        }
    }

    /// Says who writes all that follows in this transaction, by login name: kept with each version that is
    /// written. Without it, it is the server by itself.
    pub fn written_by(&mut self, login: &str) {
        self.writer = Some(login.to_owned());
    }

    /// Login name of who writes, for a column.
    pub(crate) fn writer(&self) -> Value {
        Value::from(self.writer.as_deref())
    }

    /// Notes that whoever waits for deadlines should look again once this is committed.
    pub(crate) fn note_deadline(&mut self) {
        self.deadline = true;
    }

    /// Whether one was scheduled.
    pub(crate) fn has_deadline(&self) -> bool {
        self.deadline
    }

    /// Notes what is to be written to the journal before the commit.
    pub(crate) fn note_touch(&mut self, touch: Touch) {
        self.touched.insert(touch);
    }

    /// What was noted for the journal so far.
    pub(crate) const fn touched(&self) -> &BTreeSet<Touch> {
        &self.touched
    }

    /// What was noted for the journal and is not written yet.
    pub(crate) fn take_touched(&mut self) -> BTreeSet<Touch> {
        std::mem::take(&mut self.touched)
    }

    /// Runs a statement and tells how many rows it changed.
    pub(crate) fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        let answer = match &mut self.tx.connection {
            Connection::Sqlite(connection) => sqlite::execute(connection, sql, params),
            Connection::Postgres(session) => session.execute(sql, params),
        };
        self.tx.noted(answer)
    }

    /// Says that all that follows in this transaction finds its rows by keys, some of them at a time.
    /// PostgreSQL would go through whole tables instead, as it last counted them: they were empty or small
    /// before a roll call.
    ///
    /// # Errors
    /// The database failed.
    pub fn by_keys(&mut self) -> Result<()> {
        let answer = match &mut self.tx.connection {
            // It keeps to the order of the statement.
            Connection::Sqlite(_) => Ok(()),
            Connection::Postgres(session) => session.batch(
                "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off;
                 SET LOCAL enable_mergejoin = off",
            ),
        };
        self.tx.noted(answer)
    }

    /// Runs several statements without placeholders, for migrations.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<()> {
        let answer = match &mut self.tx.connection {
            Connection::Sqlite(connection) => sqlite::batch(connection, sql),
            Connection::Postgres(session) => session.batch(sql),
        };
        self.tx.noted(answer)
    }
}

impl<'c> Deref for WriteTx<'c> {
    type Target = Tx<'c>;

    fn deref(&self) -> &Tx<'c> {
        &self.tx
    }
}

impl<'c> DerefMut for WriteTx<'c> {
    fn deref_mut(&mut self) -> &mut Tx<'c> {
        &mut self.tx
    }
}

/// Rewrites `?1` to `$1`, except inside quotes.
fn numbered_placeholders(sql: &str) -> Cow<'_, str> {
    if !sql.contains('?') {
        return Cow::Borrowed(sql);
    }
    let mut quoted = false;
    Cow::Owned(
        sql.chars()
            .map(|character| {
                quoted ^= character == '\'';
                if character == '?' && !quoted {
                    '$'
                } else {
                    character
                }
            })
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_failure_says_whether_another_attempt_is_worth_it() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        let mut tx = Tx::new(Connection::Sqlite(&connection));
        assert_eq!(tx.noted(Ok(1)).ok(), Some(1));
        assert_eq!(tx.failure(), None);
        for failure in [Failure::Conflict, Failure::Other] {
            let answer: Result<()> = tx.noted(Err((Error::NotFound("a row"), failure)));
            assert!(answer.is_err());
            assert_eq!(tx.failure(), Some(Failure::Conflict));
        }
    }

    #[test]
    fn placeholders_are_rewritten_outside_quotes_only() {
        assert_eq!(
            numbered_placeholders("SELECT '?1''?' FROM t WHERE a = ?1 AND b = ?12"),
            "SELECT '?1''?' FROM t WHERE a = $1 AND b = $12"
        );
        assert!(matches!(
            numbered_placeholders("SELECT 1"),
            Cow::Borrowed(_)
        ));
    }
}
