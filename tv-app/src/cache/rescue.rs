//! Copies from one database into a new one whatever can still be read and can be what it says: from a
//! damaged one, from one of another version, from one on a disk that cannot be written.
//!
//! Of a document only its JSON counts; the rest is made from it as when it came. If anything is missing
//! the feed is asked for everything again, and what was rescued is shown until then.

use contract::township::Township;
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Row, Transaction, params_from_iter};

use super::error::{CacheError, Context};
use super::feed::{EVERYTHING, Prepared, put, put_township};
use super::kinds::DocumentKind;
use super::salvage::{Wanted, walk};
use super::{place, schema, sums};

/// A table that is copied as it is, the first column being its key. After a name: `#` an integer, `+`
/// one that counts, `?` may be NULL, `{}` JSON; otherwise a text.
pub(super) struct Table {
    pub(super) name: &'static str,
    columns: &'static str,
}

/// Takes the names of the columns and a row.
type Take<'t> = &'t mut dyn FnMut(&[&'static str], Vec<Value>) -> rusqlite::Result<()>;

/// What no server can give back comes first.
const TABLES: &[Table] = &[
    OUTBOX,
    REFUSAL,
    ENROLMENT,
    Table {
        name: "pending_enrolment",
        columns: "id# server_url device_code user_code verification_uri verification_uri_complete
            expires_at_ms# interval_s# boot_id",
    },
    SETTING,
    Table {
        name: "watch",
        columns: "programme_id position_ms# duration_ms# watched_ms# finished# at_ms# played seen_ms#",
    },
    Table {
        name: "bulletin_read",
        columns: "id at_ms#",
    },
    Table {
        name: "meeting_choice",
        columns: "id remind# reminded# declined# at_ms# known_ms#? title organization reminded_for_ms#",
    },
    Table {
        name: "ballot_draft",
        columns: "id salt sealed tries+",
    },
    Table {
        name: "keep",
        columns: "programme_id file_name state# percent+ reason asked_at_ms#",
    },
    Table {
        name: "file",
        columns: "name bytes# stored_at_ms# read_at_ms#",
    },
    Table {
        name: "terminal_document",
        columns: "name etag json{}",
    },
    Table {
        name: "meta",
        columns: "key value",
    },
];

/// What users did.
pub(super) const OUTBOX: Table = Table {
    name: "outbox",
    columns:
        "seq# key kind lane method path body{} about{} created_at_ms# boot_id boot_ms# queued# state#
        attempts+ reason",
};

/// What they have not been told.
pub(super) const REFUSAL: Table = Table {
    name: "refusal",
    columns: "key name title code tries+? at_ms# kind",
};

/// What this terminal is.
pub(super) const ENROLMENT: Table = Table {
    name: "enrolment",
    columns: "id# server_url token terminal_id kind name organization_id organization_name",
};

/// What was set here.
pub(super) const SETTING: Table = Table {
    name: "setting",
    columns: "key value",
};

/// Commands of a version that had a table for sign-ins, and wrote no kind.
const OLD_SIGN_INS: &str =
    "INSERT OR IGNORE INTO outbox(seq, key, kind, lane, method, path, body, about,
    created_at_ms, boot_id, boot_ms, queued, state, attempts, reason)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
const SELECT_OLD_SIGN_INS: &str =
    "SELECT o.seq, o.key, 'sign_in', o.lane, o.method, o.path, o.body,
        json_object('subject', s.roll_call_id, 'part', s.round, 'member_id', s.member_id,
            'name', s.name, 'title', s.title),
        o.created_at_ms, s.boot_id, s.boot_ms, s.queued, o.state, o.attempts, o.reason
    FROM sign_in s NOT INDEXED JOIN outbox o ON o.seq = s.seq";

/// Where the feed goes on, and what is known of its answers.
const OF_THE_FEED: &str = "'cursor', 'note:etag', 'note:last_event_id'";

/// Asks for films that lie on the disk and that nobody remembers to have kept to be kept again.
pub(super) const ADOPT: &str = "note:adopt_films";

/// One value of a row as it should be.
#[derive(Clone, Copy)]
struct Column {
    name: &'static str,
    sort: Sort,
    may_be_null: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Text,
    Json,
    Number,
    /// A number that counts something: neither negative nor very large.
    Count,
}

impl Table {
    fn columns(&self) -> impl Iterator<Item = Column> {
        self.columns.split_whitespace().map(|text| {
            let name = text.trim_end_matches(['#', '+', '?', '{', '}']);
            let marks = &text[name.len()..];
            Column {
                name,
                sort: match marks.chars().next() {
                    Some('#') => Sort::Number,
                    Some('+') => Sort::Count,
                    Some('{') => Sort::Json,
                    _ => Sort::Text,
                },
                may_be_null: marks.contains('?'),
            }
        })
    }

    /// Names of the columns, separated by commas.
    pub(super) fn names(&self) -> String {
        let names: Vec<&str> = self.columns().map(|column| column.name).collect();
        names.join(", ")
    }

    /// Hands the rows to `take` that are what they should be; true if that was every row and every
    /// column. The database may be of another version: what it lacks has the default of the new one.
    pub(super) fn rows(&self, old: &Connection, take: Take<'_>) -> bool {
        self.rows_in(old, self.name, take)
    }

    /// Like [`Table::rows`], of a table that has another name there.
    pub(super) fn rows_in(&self, old: &Connection, table: &str, take: Take<'_>) -> bool {
        let there = columns_of(old, table).unwrap_or_default();
        let all = self.columns().count();
        let columns: Vec<Column> = self
            .columns()
            .filter(|column| there.iter().any(|name| name == column.name))
            .collect();
        let names: Vec<&'static str> = columns.iter().map(|column| column.name).collect();
        let Some(key) = columns.first() else {
            return false;
        };
        let wanted = Wanted {
            table,
            key: key.name,
            // Once more with the key: a table may have no other column.
            columns: &names.join(", "),
            by_number: key.is_number(),
        };
        let read = walk(old, &wanted, &mut |row| {
            let values: Option<Vec<Value>> = columns
                .iter()
                .enumerate()
                .map(|(at, column)| column.read(row, at + 1))
                .collect();
            values.is_some_and(|values| {
                take(&names, values)
                    .inspect_err(|error| tracing::warn!(%error, table, "a row cannot be kept"))
                    .is_ok()
            })
        });
        read && columns.len() == all
    }
}

impl Column {
    fn is_number(self) -> bool {
        matches!(self.sort, Sort::Number | Sort::Count)
    }

    fn read(self, row: &Row<'_>, at: usize) -> Option<Value> {
        match row.get_ref(at).ok()? {
            ValueRef::Null if self.may_be_null => Some(Value::Null),
            ValueRef::Integer(number) if self.is_number() => {
                let good = self.sort == Sort::Number
                    || i32::try_from(number).is_ok_and(|number| number >= 0);
                good.then_some(Value::Integer(number))
            }
            ValueRef::Text(bytes) if !self.is_number() => {
                let text = std::str::from_utf8(bytes).ok()?;
                let good = self.sort == Sort::Text
                    || serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
                good.then(|| Value::Text(text.to_owned()))
            }
            _ => None,
        }
    }
}

fn columns_of(db: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    db.prepare("SELECT name FROM pragma_table_info(?1)")?
        .query_map([table], |row| row.get(0))?
        .collect()
}

/// Copies everything into an empty database; true if nothing is missing.
///
/// # Errors
/// When the new one cannot be written.
pub(super) fn rescue(old: &Connection, new: &mut Connection) -> Result<bool, CacheError> {
    let mut whole = place::is_sound(old, "main").unwrap_or(false);
    let version: rusqlite::Result<i64> = old.query_row("PRAGMA user_version", [], |row| row.get(0));
    whole &= version.is_ok_and(|version| version == schema::version());
    let tx = new.transaction().during("rescue what can be read")?;
    old_sign_ins(old, &tx);
    for table in TABLES {
        let (mut rows, mut failure) = (0_u64, None);
        let read = table.rows(old, &mut |names, values| {
            let done = insert(&tx, "INSERT OR IGNORE", table.name, names, values);
            match done {
                Ok(count) => rows += count as u64,
                Err(error) if is_constraint(&error) => return Err(error),
                // The new one fails, not the old one.
                Err(error) => failure = Some(error),
            }
            Ok(())
        });
        if let Some(error) = failure {
            return Err(error).during("rescue what can be read");
        }
        tracing::info!(table = table.name, rows, read, "copied into a new database");
        if !read && table.name == "keep" {
            schema::set_meta(&tx, ADOPT, "1").during("rescue what can be read")?;
        }
        whole &= read;
    }
    whole &= documents(old, &tx).during("rescue the documents")?;
    whole &= township(&tx).during("rescue the township")?;
    schema::complete(&tx).during("complete what was rescued")?;
    if !whole {
        begin_again(&tx).during("begin the feed again")?;
    }
    tx.commit().during("rescue what can be read")?;
    Ok(whole)
}

/// The feed is asked for everything, and so is whatever is kept for this terminal alone.
pub(super) fn begin_again(tx: &Connection) -> rusqlite::Result<()> {
    tx.execute_batch(&format!(
        "DELETE FROM meta WHERE key IN ({OF_THE_FEED});
         UPDATE terminal_document SET etag = '';"
    ))?;
    schema::set_meta(tx, "cursor", EVERYTHING)
}

/// Writes one row.
pub(super) fn insert(
    tx: &Connection,
    how: &str,
    table: &str,
    names: &[&str],
    values: Vec<Value>,
) -> rusqlite::Result<usize> {
    let marks = vec!["?"; names.len()].join(", ");
    tx.prepare_cached(&format!(
        "{how} INTO {table}({}) VALUES ({marks})",
        names.join(", ")
    ))?
    .execute(params_from_iter(values))
}

fn is_constraint(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation)
}

fn old_sign_ins(old: &Connection, tx: &Transaction<'_>) {
    let Ok(mut select) = old.prepare(SELECT_OLD_SIGN_INS) else {
        return;
    };
    let Ok(mut rows) = select.query([]) else {
        return;
    };
    while let Ok(Some(row)) = rows.next() {
        let values: rusqlite::Result<Vec<Value>> = (0..15).map(|at| row.get(at)).collect();
        let done = values.and_then(|values| {
            tx.prepare_cached(OLD_SIGN_INS)?
                .execute(params_from_iter(values))
        });
        if let Err(error) = done {
            tracing::warn!(%error, "an old sign-in cannot be kept");
        }
    }
}

fn documents(old: &Connection, tx: &Transaction<'_>) -> rusqlite::Result<bool> {
    let wanted = Wanted {
        table: "document",
        key: "rowid",
        // Another version may have no sums.
        columns: if columns_of(old, "document")
            .is_ok_and(|all| all.iter().any(|name| name == "sum"))
        {
            "kind, json, sum"
        } else {
            "kind, json, NULL"
        },
        by_number: true,
    };
    let (mut rows, mut failure) = (0_u64, None);
    let whole = walk(old, &wanted, &mut |row| {
        let kind = row.get(1).ok().and_then(DocumentKind::numbered);
        let json = row.get(2).ok().zip(row.get(3).ok());
        let json = json.filter(|(json, sum): &(String, _)| sums::is_same(json, *sum));
        let Some((kind, (json, _))) = kind.zip(json) else {
            return false;
        };
        match kind.reread(&json, |kept| put(tx, &Prepared::of(kept))) {
            Some(Ok(())) => rows += 1,
            Some(Err(error)) => failure = Some(error),
            None => return false,
        }
        true
    });
    tracing::info!(rows, whole, "documents copied into a new database");
    failure.map_or(Ok(whole), Err)
}

/// The names of the lists, from the township that was copied with the bookkeeping.
fn township(tx: &Transaction<'_>) -> rusqlite::Result<bool> {
    let json = schema::meta(tx, "township")?;
    let Some(json) = json else {
        // It may never have come.
        return Ok(true);
    };
    let Ok(township) = serde_json::from_str::<Township>(&json) else {
        tx.execute("DELETE FROM meta WHERE key = 'township'", [])?;
        return Ok(false);
    };
    put_township(tx, &township, &json)?;
    Ok(true)
}
