//! Everything that is in a database, for tests of what is not in it.

use crate::driver::{Engine, Value, params};
use crate::{Error, Store};

/// A row of any table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableRow {
    /// The table.
    pub table: String,
    /// Its values as text, in the order of its columns; empty for NULL.
    pub values: Vec<String>,
}

/// Every row of every table.
///
/// # Panics
/// The database cannot be read.
#[must_use]
pub fn rows(store: &Store) -> Vec<TableRow> {
    let tables = match store.engine() {
        Engine::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
        }
        Engine::Postgres => {
            "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
        }
    };
    let read = store.read(|tx| {
        let mut rows = Vec::new();
        for table in tx.query(tables, params![])? {
            let table = table.text(0)?;
            for row in tx.query(&format!("SELECT * FROM {table}"), params![])? {
                let values = row.0.into_iter().map(|value| match value {
                    Value::Null => String::new(),
                    Value::Integer(number) => number.to_string(),
                    Value::Text(text) => text,
                });
                rows.push(TableRow {
                    table: table.clone(),
                    values: values.collect(),
                });
            }
        }
        Ok::<_, Error>(rows)
    });
    read.expect("the test database can be read")
}
