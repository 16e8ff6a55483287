//! Whether the database is sound: the file (SQLite), and what its tables promise each other.

use crate::driver::{Tx, params};
use crate::error::{Error, Result};
use crate::feed_kind::{FeedKind, Shelf};
use crate::register;
use crate::store::{Open, Store};

impl Store {
    /// Everything that is wrong, in words for an operator; empty if all is well. Reads the whole
    /// database. Blocks.
    ///
    /// # Errors
    /// The database cannot be read at all.
    pub fn integrity_check(&self) -> Result<Vec<String>> {
        let mut wrong = match self.opened() {
            Open::Sqlite(sqlite) => sqlite.with_reader(check_file)?,
            // Page checksums and amcheck belong to the server's operator.
            Open::Postgres(_) => Vec::new(),
        };
        wrong.extend(self.read(check_promises)?);
        Ok(wrong)
    }
}

fn check_promises(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for promise in register::PARTS.iter().flat_map(|part| part.promises) {
        for row in tx.query(promise.cases, params![])? {
            wrong.push(format!("{}: {}", promise.broken, row.text(0)?));
        }
    }
    for kind in register::feed_kinds() {
        check_shelf(tx, kind, &mut wrong)?;
    }
    Ok(wrong)
}

/// Whether the feed shows the documents of a kind that are to be shown, and no others.
fn check_shelf(tx: &mut Tx<'_>, kind: &dyn FeedKind, wrong: &mut Vec<String>) -> Result<()> {
    let Some(Shelf { table, shown }) = kind.shelf() else {
        return Ok(());
    };
    let name = kind.kind().name();
    let missing = format!(
        "SELECT d.id FROM {table} d WHERE ({shown})
           AND NOT EXISTS (SELECT 1 FROM feed_entries e
                           WHERE e.document_id = d.id AND e.audience_id = d.audience_id AND e.live = 1)"
    );
    for row in tx.query(&missing, params![])? {
        wrong.push(format!(
            "a {name} that is to be shown is not in the feed of its audience: {}",
            row.text(0)?
        ));
    }
    let extra = format!(
        "SELECT e.document_id FROM feed_entries e WHERE e.live = 1 AND e.kind = ?1
           AND NOT EXISTS (SELECT 1 FROM {table} d WHERE d.id = e.document_id
                           AND d.audience_id = e.audience_id AND ({shown}))"
    );
    for row in tx.query(&extra, params![name])? {
        wrong.push(format!(
            "the feed shows a {name} that is not to be shown: {}",
            row.text(0)?
        ));
    }
    Ok(())
}

fn check_file(connection: &rusqlite::Connection) -> Result<Vec<String>> {
    let collect = |sql: &str, describe: fn(&rusqlite::Row<'_>) -> rusqlite::Result<String>| {
        let mut statement = connection.prepare(sql)?;
        statement
            .query_map([], describe)?
            .collect::<rusqlite::Result<Vec<String>>>()
    };
    let run = || {
        let mut wrong = collect("PRAGMA integrity_check", |row| row.get(0))?;
        wrong.retain(|line| line != "ok");
        wrong.extend(collect("PRAGMA foreign_key_check", |row| {
            Ok(format!(
                "a row of {} refers to a missing row of {}",
                row.get::<_, String>(0)?,
                row.get::<_, String>(2)?
            ))
        })?);
        Ok(wrong)
    };
    run().map_err(|error: rusqlite::Error| Error::Statement {
        statement: "PRAGMA integrity_check".into(),
        source: error.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestDatabase;

    #[test]
    fn a_feed_that_is_wrong_is_found_for_every_kind() {
        let database = TestDatabase::sqlite();
        let store = database.open();
        let broken = store.write(|tx| {
            tx.execute(
                "INSERT INTO feed_heads (audience_id, seq) VALUES ('*', 9)",
                params![],
            )?;
            for (seq, kind) in (1_i64..).zip(register::feed_kinds()) {
                let name = kind.kind().name();
                tx.execute(
                    "INSERT INTO feed_entries (document_id, audience_id, kind, seq, live, changed_at_ms)
                     VALUES (?1, '*', ?1, ?2, 1, 0)",
                    params![name, seq],
                )?;
            }
            Ok::<_, Error>(())
        });
        broken.unwrap();
        let of = |name: &str| format!("the feed shows a {name} that is not to be shown: {name}");
        let expected: Vec<String> = register::feed_kinds()
            .filter(|kind| kind.shelf().is_some())
            .map(|kind| of(kind.kind().name()))
            .collect();
        assert_eq!(store.integrity_check().unwrap(), expected);
        // Every kind but the township's, which no organization publishes.
        assert_eq!(expected.len() + 1, register::feed_kinds().count());
    }
}
