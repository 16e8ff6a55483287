//! Terminals: enrolled boxes, known by the SHA-256 of their token.

use contract::organization::OrganizationRef;
use contract::terminal::{Terminal, TerminalKind, TerminalOnly, TerminalStorage};

use crate::codec::{from_name, new_id, pieces, placeholders, to_name};
use crate::driver::{Row, Tx, Value, WriteTx, params};
use crate::error::{Error, Result};
use crate::journal::{self, Audience, Topic};
use crate::part::Part;
use crate::wanted::Wanted;
use crate::{found_by, member_sessions, tree};

pub(crate) const PART: Part = Part {
    tables: &["terminals"],
    ..Part::EMPTY
};

const SELECT: &str = "SELECT t.id, t.kind, t.name, t.organization_id, o.name, t.enrolled_at_ms, t.seen_at_ms, \
                      t.revoked_at_ms, t.version, t.storage FROM terminals t JOIN organizations o ON o.id = t.organization_id";
const MINUTE_MS: i64 = 60_000;

/// A terminal that was not heard of for longer was away: without an event one asks every five minutes.
pub const SILENCE_MS: i64 = 8 * MINUTE_MS;

/// A terminal to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTerminal {
    /// What it is.
    pub kind: TerminalKind,
    /// Name, e.g. 张家村 12 号.
    pub name: String,
    /// Where it stands.
    pub organization_id: String,
    /// SHA-256 of its token in hex.
    pub token_sha256: String,
}

/// Adds a terminal.
///
/// # Errors
/// [`Error::NotFound`] without the organization, [`Error::Taken`] if the token exists.
pub fn create(tx: &mut WriteTx<'_>, new: &NewTerminal, now_ms: i64) -> Result<Terminal> {
    tree::require(tx, &[&new.organization_id])?;
    let id = new_id(now_ms);
    let inserted = tx.execute(
        "INSERT INTO terminals (id, kind, name, organization_id, token_sha256, enrolled_at_ms, found_by)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (token_sha256) DO NOTHING",
        params![
            &id,
            to_name(&new.kind)?,
            &new.name,
            &new.organization_id,
            &new.token_sha256,
            now_ms,
            found_by::name(&new.name)
        ],
    )?;
    if inserted == 0 {
        return Err(Error::Taken("token"));
    }
    existing(tx, &id)
}

/// The terminal with this id.
///
/// # Errors
/// The database failed.
pub fn get(tx: &mut Tx<'_>, id: &str) -> Result<Option<Terminal>> {
    tx.query_opt(&format!("{SELECT} WHERE t.id = ?1"), params![id])?
        .as_ref()
        .map(terminal)
        .transpose()
}

/// The terminals with these ids, in no particular order.
///
/// # Errors
/// The database failed.
pub fn by_ids(tx: &mut Tx<'_>, ids: &[&str]) -> Result<Vec<Terminal>> {
    let mut found = Vec::with_capacity(ids.len());
    for ids in pieces(ids) {
        let sql = format!("{SELECT} WHERE t.id IN ({})", placeholders(1, ids.len()));
        let values: Vec<Value> = ids.iter().copied().map(Value::from).collect();
        for row in tx.query(&sql, &values)? {
            found.push(terminal(&row)?);
        }
    }
    Ok(found)
}

/// The terminal a token belongs to; also if it was revoked, which `revoked_at_ms` tells.
///
/// # Errors
/// The database failed.
pub fn by_token(tx: &mut Tx<'_>, token_sha256: &str) -> Result<Option<Terminal>> {
    let sql = format!("{SELECT} WHERE t.token_sha256 = ?1");
    tx.query_opt(&sql, params![token_sha256])?
        .as_ref()
        .map(terminal)
        .transpose()
}

/// Those of these terminals that are in use and stand in `within` or below it, with what they are.
///
/// # Errors
/// The database failed.
pub fn in_use_within(
    tx: &mut Tx<'_>,
    ids: &[&str],
    within: &str,
) -> Result<Vec<(String, TerminalKind)>> {
    let mut found = Vec::with_capacity(ids.len());
    for ids in pieces(ids) {
        let sql = format!(
            "SELECT t.id, t.kind FROM terminals t
             JOIN organization_lines l ON l.organization_id = t.organization_id
             WHERE l.ancestor_id = ?1 AND t.revoked_at_ms IS NULL AND t.id IN ({})",
            placeholders(2, ids.len())
        );
        let values = std::iter::once(within).chain(ids.iter().copied());
        let values: Vec<Value> = values.map(Value::from).collect();
        for row in tx.query(&sql, &values)? {
            found.push((row.text(0)?, from_name(row.text(1)?)?));
        }
    }
    Ok(found)
}

/// At most `limit` terminals of `within` and the organizations below it, newest first, enrolled
/// before the one with the id `before`.
///
/// # Errors
/// The database failed.
pub fn list(
    tx: &mut Tx<'_>,
    within: &str,
    before: Option<&str>,
    limit: u32,
) -> Result<Vec<Terminal>> {
    let all = Filter {
        within,
        ..Filter::default()
    };
    select(tx, &all, before, limit)
}

/// Which terminals are listed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// Of this organization and those below it.
    pub within: &'a str,
    /// Whose name, or that of their organization, contains this or is read so.
    pub name: Option<&'a str>,
    /// What they are.
    pub kind: Option<TerminalKind>,
    /// Only these.
    pub only: Option<TerminalOnly>,
    /// Since when, for those who were heard of and those who are silent.
    pub since_ms: i64,
}

/// Those of [`list`] that `filter` wants.
///
/// # Errors
/// The database failed.
pub fn select(
    tx: &mut Tx<'_>,
    filter: &Filter<'_>,
    before: Option<&str>,
    limit: u32,
) -> Result<Vec<Terminal>> {
    let mut wanted = Wanted::within(tx, "t.organization_id", filter.within)?;
    wanted.and_if(before, "t.id < @");
    let name = filter.name.and_then(found_by::pattern);
    let named = "(t.found_by LIKE @ ESCAPE '~' OR o.found_by LIKE @ ESCAPE '~')";
    wanted.and_if(name, named);
    let kind = filter.kind.as_ref().map(to_name).transpose()?;
    wanted.and_if(kind, "t.kind = @");
    match filter.only {
        None => {}
        Some(TerminalOnly::Revoked) => wanted.and("t.revoked_at_ms IS NOT NULL"),
        Some(_) => wanted.and("t.revoked_at_ms IS NULL"),
    }
    match filter.only {
        None | Some(TerminalOnly::Used | TerminalOnly::Revoked) => {}
        Some(TerminalOnly::Heard) => wanted.and_if(Some(filter.since_ms), "t.seen_at_ms >= @"),
        Some(TerminalOnly::Silent) => wanted.and_if(Some(filter.since_ms), "t.seen_at_ms < @"),
        Some(TerminalOnly::Never) => wanted.and("t.seen_at_ms IS NULL"),
        Some(TerminalOnly::WithoutHousehold) => wanted.and(
            "t.kind = 'household' AND NOT EXISTS (SELECT 1 FROM households h WHERE h.terminal_id = t.id)",
        ),
        Some(TerminalOnly::StorageFailed) => wanted.and("t.storage <> 'disk'"),
    }
    let (sql, values) = wanted.newest(SELECT, "t.id", limit);
    tx.query(&sql, &values)?.iter().map(terminal).collect()
}

/// Terminals of exactly this organization with this name that were not revoked.
///
/// # Errors
/// The database failed.
pub fn named(tx: &mut Tx<'_>, organization_id: &str, name: &str) -> Result<Vec<Terminal>> {
    let sql = format!(
        "{SELECT} WHERE t.organization_id = ?1 AND t.name = ?2 AND t.revoked_at_ms IS NULL ORDER BY t.id"
    );
    tx.query(&sql, params![organization_id, name])?
        .iter()
        .map(terminal)
        .collect()
}

/// Notes that a terminal was heard of, to the minute; tells whether that was news. Ask
/// [`needs_touch`] first: most requests then need no write.
///
/// # Errors
/// The database failed.
pub fn touch(tx: &mut WriteTx<'_>, id: &str, now_ms: i64) -> Result<bool> {
    let minute = now_ms - now_ms.rem_euclid(MINUTE_MS);
    // What stands on the right is what was there before.
    let changed = tx.execute(
        "UPDATE terminals SET seen_at_ms = ?2,
             heard_before_ms = CASE WHEN seen_at_ms < ?3 THEN seen_at_ms ELSE heard_before_ms END,
             heard_since_ms = CASE WHEN seen_at_ms >= ?3 AND heard_since_ms IS NOT NULL THEN heard_since_ms ELSE ?2 END
         WHERE id = ?1 AND (seen_at_ms IS NULL OR seen_at_ms < ?2)",
        params![id, minute, minute.saturating_sub(SILENCE_MS)],
    )?;
    Ok(changed > 0)
}

/// Keeps where a terminal says that it keeps things; tells whether that is news.
///
/// # Errors
/// The database failed.
pub fn set_storage(tx: &mut WriteTx<'_>, id: &str, storage: TerminalStorage) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE terminals SET storage = ?2 WHERE id = ?1 AND (storage IS NULL OR storage <> ?2)",
        params![id, to_name(&storage)?],
    )?;
    Ok(changed > 0)
}

/// Whether [`touch`] would change anything.
#[must_use]
pub fn needs_touch(terminal: &Terminal, now_ms: i64) -> bool {
    terminal
        .seen_at_ms
        .is_none_or(|seen| seen + MINUTE_MS <= now_ms)
}

/// Revokes a terminal's token and ends the sessions of members on it; tells whether it was valid.
///
/// # Errors
/// The database failed.
pub fn revoke(tx: &mut WriteTx<'_>, id: &str, now_ms: i64) -> Result<bool> {
    let sql = "UPDATE terminals SET revoked_at_ms = ?2, version = version + 1
               WHERE id = ?1 AND revoked_at_ms IS NULL";
    let revoked = tx.execute(sql, params![id, now_ms])? > 0;
    if revoked {
        member_sessions::end_at(tx, id)?;
        touch_journal(tx, id);
    }
    Ok(revoked)
}

/// Gives a terminal another name.
///
/// # Errors
/// [`Error::NotFound`].
pub fn rename(tx: &mut WriteTx<'_>, id: &str, name: &str) -> Result<()> {
    if existing(tx, id)?.name == name {
        return Ok(());
    }
    let sql = "UPDATE terminals SET name = ?2, found_by = ?3, version = version + 1 WHERE id = ?1";
    change(tx, id, sql, params![id, name, found_by::name(name)])
}

/// Moves a terminal to another organization. Its cursor names the old one, so its next feed
/// request starts anew. Sessions of members on it end.
///
/// # Errors
/// [`Error::NotFound`].
pub fn move_to(tx: &mut WriteTx<'_>, id: &str, organization_id: &str) -> Result<()> {
    tree::require(tx, &[organization_id])?;
    if existing(tx, id)?.organization.id == organization_id {
        return Ok(());
    }
    member_sessions::end_at(tx, id)?;
    let sql = "UPDATE terminals SET organization_id = ?2, version = version + 1 WHERE id = ?1";
    change(tx, id, sql, params![id, organization_id])
}

/// Makes a terminal something else. Sessions of members on it end.
///
/// # Errors
/// [`Error::NotFound`].
pub fn set_kind(tx: &mut WriteTx<'_>, id: &str, kind: TerminalKind) -> Result<()> {
    if existing(tx, id)?.kind == kind {
        return Ok(());
    }
    member_sessions::end_at(tx, id)?;
    let sql = "UPDATE terminals SET kind = ?2, version = version + 1 WHERE id = ?1";
    change(tx, id, sql, params![id, to_name(&kind)?])
}

/// Counts that a terminal became another household's, or none's: whose it is is said with it. Sessions of
/// members on it end.
pub(crate) fn count_household(tx: &mut WriteTx<'_>, id: &str) -> Result<()> {
    member_sessions::end_at(tx, id)?;
    let sql = "UPDATE terminals SET version = version + 1 WHERE id = ?1";
    tx.execute(sql, params![id])?;
    Ok(())
}

fn existing(tx: &mut Tx<'_>, id: &str) -> Result<Terminal> {
    get(tx, id)?.ok_or(Error::NotFound("terminal"))
}

fn change(tx: &mut WriteTx<'_>, id: &str, sql: &str, values: &[Value]) -> Result<()> {
    tx.execute(sql, values)?;
    touch_journal(tx, id);
    Ok(())
}

fn touch_journal(tx: &mut WriteTx<'_>, id: &str) {
    journal::touch(tx, Topic::Terminals, Audience::Terminal(id));
}

fn terminal(row: &Row) -> Result<Terminal> {
    Ok(Terminal {
        id: row.text(0)?,
        kind: from_name(row.text(1)?)?,
        name: row.text(2)?,
        organization: OrganizationRef {
            id: row.text(3)?,
            name: row.text(4)?,
        },
        enrolled_at_ms: row.int(5)?,
        seen_at_ms: row.opt_int(6)?,
        revoked_at_ms: row.opt_int(7)?,
        version: row.int(8)?,
        storage: row.opt_text(9)?.map(from_name).transpose()?,
    })
}
