//! Imports of people that can be taken back: whom each added and changed, and what those were before. Kept for
//! as long as the caller says ([`purge`]), and not beyond a new key, which does not open the old numbers.

use std::fmt;

use contract::organization::OrganizationRef;

use super::{Content, Number, NumberChange, by_source, found, get, told};
use crate::codec::{from_name, new_id, placeholders};
use crate::driver::{Row, Tx, Value, WriteTx, params};
use crate::error::{Error, Result};
use crate::source::Source;
use crate::{limits, member_sessions};

const SELECT: &str = "SELECT i.id, i.organization_id, o.name, i.by_login, i.added, i.changed, i.unchanged, i.at_ms, \
     i.undone_at_ms FROM member_imports i JOIN organizations o ON o.id = i.organization_id";

/// Columns of a member that an import may change, as they were before.
const BEFORE: &str = "household_id, name, status, id_sealed, id_index, id_hint, born_on, sex, phone_sealed, \
     phone_index, phone_hint, card_sealed, card_index, card_hint, joined_on, exempt_reason, source_key, source_hash";

/// Everything that names a member and would be wrong without them; a test compares it with the schema. What
/// ends with a member anyway (sessions, wrong PINs) is not here.
const NAMED_BY: &[(&str, &str)] = &[
    ("ballots", "member_id"),
    ("evaluation_members", "member_id"),
    ("evaluation_objections", "member_id"),
    ("member_transfers", "member_id"),
    ("requests", "asker_id"),
    ("requests", "entered_by_id"),
    ("roll_call_members", "member_id"),
    ("sign_ins", "member_id"),
    ("viewing_members", "member_id"),
];

/// An import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Id.
    pub id: String,
    /// Organization of whoever imported.
    pub organization: OrganizationRef,
    /// Their login name.
    pub by_login: String,
    /// How many people it added.
    pub added: u32,
    /// How many it changed.
    pub changed: u32,
    /// How many rows said what was known.
    pub unchanged: u32,
    /// When, Unix milliseconds.
    pub at_ms: i64,
    /// When it was taken back.
    pub undone_at_ms: Option<i64>,
}

/// Somebody an import wrote.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub member_id: String,
    /// Their version as the import left them.
    pub version: i64,
    /// Hash of their row as the import left them.
    pub source_hash: Option<String>,
    /// What they were before; nothing: it added them.
    pub before: Option<Before>,
}

/// What somebody was before an import.
#[derive(Clone, PartialEq, Eq)]
pub struct Before {
    /// What can be written again with [`update`](super::update).
    pub content: Content,
    /// Row of an earlier list.
    pub source: Option<Source>,
}

/// Names and numbers stay out of logs.
impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person")
            .field("member_id", &self.member_id)
            .field("version", &self.version)
            .field("added", &self.before.is_none())
            .finish_non_exhaustive()
    }
}

/// Begins to keep what an import does.
///
/// # Errors
/// The database failed.
pub fn begin(
    tx: &mut WriteTx<'_>,
    organization_id: &str,
    by_login: &str,
    now_ms: i64,
) -> Result<String> {
    let id = new_id(now_ms);
    tx.execute(
        "INSERT INTO member_imports (id, organization_id, by_login, at_ms) VALUES (?1, ?2, ?3, ?4)",
        params![&id, organization_id, by_login, now_ms],
    )?;
    Ok(id)
}

/// Keeps what a member is, as number `seq` of an import that is about to change them.
///
/// # Errors
/// [`Error::NotFound`].
pub fn keep_before(tx: &mut WriteTx<'_>, id: &str, seq: u32, member_id: &str) -> Result<()> {
    let sql = format!(
        "INSERT INTO member_import_people (import_id, seq, member_id, added, version_after, source_hash_after, {BEFORE})
         SELECT CAST(?1 AS TEXT), CAST(?2 AS BIGINT), id, 0, version, source_hash, {BEFORE} FROM members WHERE id = ?3"
    );
    found(tx.execute(&sql, params![id, seq, member_id])?)
}

/// Keeps what an import has made of a member whom it changed.
///
/// # Errors
/// [`Error::NotFound`] if [`keep_before`] was not called for them.
pub fn keep_after(tx: &mut WriteTx<'_>, id: &str, seq: u32, member_id: &str) -> Result<()> {
    let record = get(tx, member_id)?.ok_or(Error::NotFound("member"))?;
    let hash = record.source.as_ref().map(|source| source.hash.as_str());
    found(tx.execute(
        "UPDATE member_import_people SET version_after = ?3, source_hash_after = ?4 WHERE import_id = ?1 AND seq = ?2",
        params![id, seq, record.version, hash],
    )?)
}

/// Forgets what [`keep_before`] kept: nothing was changed after all.
///
/// # Errors
/// [`Error::NotFound`] if nothing was kept.
pub fn keep_nothing(tx: &mut WriteTx<'_>, id: &str, seq: u32) -> Result<()> {
    found(tx.execute(
        "DELETE FROM member_import_people WHERE import_id = ?1 AND seq = ?2",
        params![id, seq],
    )?)
}

/// Keeps that number `seq` of an import added somebody.
///
/// # Errors
/// [`Error::NotFound`].
pub fn keep_added(tx: &mut WriteTx<'_>, id: &str, seq: u32, member_id: &str) -> Result<()> {
    found(tx.execute(
        "INSERT INTO member_import_people (import_id, seq, member_id, added, version_after, source_hash_after)
         SELECT CAST(?1 AS TEXT), CAST(?2 AS BIGINT), id, 1, version, source_hash FROM members WHERE id = ?3",
        params![id, seq, member_id],
    )?)
}

/// Keeps that an import made a household.
///
/// # Errors
/// The database failed.
pub fn keep_household(tx: &mut WriteTx<'_>, id: &str, household_id: &str) -> Result<()> {
    tx.execute(
        "INSERT INTO member_import_households (import_id, household_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        params![id, household_id],
    )?;
    Ok(())
}

/// Keeps how much an import did.
///
/// # Errors
/// [`Error::NotFound`].
pub fn finish(
    tx: &mut WriteTx<'_>,
    id: &str,
    added: u32,
    changed: u32,
    unchanged: u32,
) -> Result<()> {
    found(tx.execute(
        "UPDATE member_imports SET added = ?2, changed = ?3, unchanged = ?4 WHERE id = ?1",
        params![id, added, changed, unchanged],
    )?)
}

/// The import with this id.
///
/// # Errors
/// The database failed.
pub fn find(tx: &mut Tx<'_>, id: &str) -> Result<Option<Import>> {
    tx.query_opt(&format!("{SELECT} WHERE i.id = ?1"), params![id])?
        .as_ref()
        .map(read)
        .transpose()
}

/// At most `limit` imports of `within` and the organizations below it that wrote something and are not taken
/// back, made since then, newest first.
///
/// # Errors
/// The database failed.
pub fn since(tx: &mut Tx<'_>, within: &str, since_ms: i64, limit: u32) -> Result<Vec<Import>> {
    let sql = format!(
        "{SELECT} WHERE i.undone_at_ms IS NULL AND i.at_ms >= ?2 AND i.added + i.changed > 0 AND i.organization_id IN
             (SELECT organization_id FROM organization_lines WHERE ancestor_id = ?1)
         ORDER BY i.id DESC LIMIT ?3"
    );
    tx.query(&sql, params![within, since_ms, limit])?
        .iter()
        .map(read)
        .collect()
}

/// Whom an import wrote, the last one first: as it is taken back.
///
/// # Errors
/// The database failed.
pub fn people(tx: &mut Tx<'_>, id: &str) -> Result<Vec<Person>> {
    let sql = format!(
        "SELECT member_id, added, version_after, source_hash_after, {BEFORE} FROM member_import_people
         WHERE import_id = ?1 ORDER BY seq DESC"
    );
    tx.query(&sql, params![id])?
        .iter()
        .map(read_person)
        .collect()
}

/// Households an import made.
///
/// # Errors
/// The database failed.
pub fn households(tx: &mut Tx<'_>, id: &str) -> Result<Vec<String>> {
    tx.query(
        "SELECT household_id FROM member_import_households WHERE import_id = ?1 ORDER BY household_id",
        params![id],
    )?
    .iter()
    .map(|row| row.text(0))
    .collect()
}

/// Whether anything names this member: a roll call, a meeting somebody watched, an evaluation, a request.
///
/// # Errors
/// The database failed.
pub fn is_named(tx: &mut Tx<'_>, member_id: &str) -> Result<bool> {
    let all: Vec<String> = NAMED_BY
        .iter()
        .map(|(table, column)| format!("EXISTS (SELECT 1 FROM {table} WHERE {column} = ?1)"))
        .collect();
    let sql = format!("SELECT CASE WHEN {} THEN 1 ELSE 0 END", all.join(" OR "));
    tx.query_one(&sql, params![member_id])?.truth(0)
}

/// Takes away somebody who was added by mistake, as if they had never been. Nothing may
/// [name](is_named) them.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Taken`] if something names them.
pub fn remove(tx: &mut WriteTx<'_>, member_id: &str) -> Result<()> {
    let old = get(tx, member_id)?.ok_or(Error::NotFound("member"))?;
    if is_named(tx, member_id)? {
        return Err(Error::Taken("member"));
    }
    told(tx, &old)?;
    limits::forget_member(tx, member_id)?;
    member_sessions::end_all(tx, member_id)?;
    let subject = format!("member:{member_id}");
    tx.execute(
        "DELETE FROM staff_notices WHERE subject = ?1",
        params![subject],
    )?;
    tx.execute(
        "DELETE FROM member_import_people WHERE member_id = ?1",
        params![member_id],
    )?;
    found(tx.execute("DELETE FROM members WHERE id = ?1", params![member_id])?)
}

/// Says which row of a list a member is, or that they are none.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Taken`] if somebody else is that row.
pub fn set_source(tx: &mut WriteTx<'_>, member_id: &str, source: Option<&Source>) -> Result<()> {
    if let Some(source) = source
        && by_source(tx, &source.key)?.is_some_and(|other| other.id != member_id)
    {
        return Err(Error::Taken("source"));
    }
    found(tx.execute(
        "UPDATE members SET source_key = ?2, source_hash = ?3 WHERE id = ?1",
        params![
            member_id,
            source.map(|source| source.key.as_str()),
            source.map(|source| source.hash.as_str())
        ],
    )?)
}

/// Notes that an import was taken back, and forgets what was before.
///
/// # Errors
/// [`Error::NotFound`].
pub fn undone(tx: &mut WriteTx<'_>, id: &str, now_ms: i64) -> Result<()> {
    forget(tx, &[Value::from(id)])?;
    found(tx.execute(
        "UPDATE member_imports SET undone_at_ms = ?2 WHERE id = ?1",
        params![id, now_ms],
    )?)
}

/// Forgets imports older than `before_ms`.
///
/// # Errors
/// The database failed.
pub fn purge(tx: &mut WriteTx<'_>, before_ms: i64) -> Result<()> {
    let old = tx.query(
        "SELECT id FROM member_imports WHERE at_ms < ?1",
        params![before_ms],
    )?;
    let ids = old
        .iter()
        .map(|row| Ok(Value::from(row.text(0)?)))
        .collect::<Result<Vec<_>>>()?;
    for some in ids.chunks(200) {
        forget(tx, some)?;
        let places = placeholders(1, some.len());
        tx.execute(
            &format!("DELETE FROM member_imports WHERE id IN ({places})"),
            some,
        )?;
    }
    Ok(())
}

/// What people were before imports, in the order of the tables.
fn forget(tx: &mut WriteTx<'_>, ids: &[Value]) -> Result<()> {
    let places = placeholders(1, ids.len());
    for table in ["member_import_people", "member_import_households"] {
        tx.execute(
            &format!("DELETE FROM {table} WHERE import_id IN ({places})"),
            ids,
        )?;
    }
    Ok(())
}

fn read(row: &Row) -> Result<Import> {
    let count = |at: usize| {
        u32::try_from(row.int(at)?).map_err(|_| Error::Damaged("rows of an import".into()))
    };
    Ok(Import {
        id: row.text(0)?,
        organization: OrganizationRef {
            id: row.text(1)?,
            name: row.text(2)?,
        },
        by_login: row.text(3)?,
        added: count(4)?,
        changed: count(5)?,
        unchanged: count(6)?,
        at_ms: row.int(7)?,
        undone_at_ms: row.opt_int(8)?,
    })
}

fn read_person(row: &Row) -> Result<Person> {
    let before = if row.truth(1)? {
        None
    } else {
        Some(read_before(row)?)
    };
    Ok(Person {
        member_id: row.text(0)?,
        version: row.int(2)?,
        source_hash: row.opt_text(3)?,
        before,
    })
}

fn read_before(row: &Row) -> Result<Before> {
    let number = |at: usize| {
        Ok::<_, Error>(
            match (
                row.opt_text(at)?,
                row.opt_text(at + 1)?,
                row.opt_text(at + 2)?,
            ) {
                (Some(sealed), Some(index), Some(hint)) => NumberChange::Set(Number {
                    sealed,
                    index,
                    hint,
                }),
                _ => NumberChange::Clear,
            },
        )
    };
    let source = match (row.opt_text(20)?, row.opt_text(21)?) {
        (Some(key), Some(hash)) => Some(Source { key, hash }),
        _ => None,
    };
    Ok(Before {
        content: Content {
            household_id: row.opt_text(4)?,
            name: row.text(5)?,
            status: from_name(row.text(6)?)?,
            id_number: number(7)?,
            born_on: row.opt_text(10)?,
            sex: row.opt_text(11)?.map(from_name).transpose()?,
            phone: number(12)?,
            card: number(15)?,
            joined_on: row.opt_text(18)?,
            exempt_reason: row.opt_text(19)?,
        },
        source,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::testing::TestDatabase;

    /// Of these nothing is lost: they go with the member.
    const GO_WITH_THEM: [(&str, &str); 2] = [
        ("member_import_people", "member_id"),
        ("member_sessions", "member_id"),
    ];

    #[test]
    fn whatever_names_a_member_is_looked_at_before_they_are_taken_away() {
        let database = TestDatabase::sqlite();
        let found: Result<BTreeSet<(String, String)>> = database.open().read(|tx| {
            tx.query(
                "SELECT t.name, k.\"from\" FROM sqlite_master t, pragma_foreign_key_list(t.name) k
                 WHERE t.type = 'table' AND k.\"table\" = 'members'",
                params![],
            )?
            .iter()
            .map(|row| Ok((row.text(0)?, row.text(1)?)))
            .collect()
        });
        let known: BTreeSet<(String, String)> = NAMED_BY
            .iter()
            .chain(&GO_WITH_THEM)
            .map(|(table, column)| ((*table).to_owned(), (*column).to_owned()))
            .collect();
        assert_eq!(
            found.unwrap(),
            known,
            "left: the schema; right: what is looked at"
        );
    }
}
