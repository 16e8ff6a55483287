//! Households: the people who share one TV.

use contract::member::{Household, HouseholdOnly, HouseholdRef, MemberRef};
use contract::organization::OrganizationRef;
use contract::terminal::TerminalRef;

use crate::codec::{containing, new_id, placeholders};
use crate::driver::{Row, Tx, Value, WriteTx, params};
use crate::error::{Error, Result};
use crate::part::Part;
use crate::wanted::Wanted;
use crate::{found_by, people, terminals, tree};

pub(crate) const PART: Part = Part {
    scrubbed: &["households"],
    ..Part::EMPTY
};

const SELECT: &str = "SELECT h.id, h.name, h.organization_id, o.name, h.terminal_id, h.version \
                      FROM households h JOIN organizations o ON o.id = h.organization_id";

/// Adds a household.
///
/// # Errors
/// [`Error::NotFound`] without the organization, [`Error::Taken`] if it has one of that name.
pub fn create(
    tx: &mut WriteTx<'_>,
    organization_id: &str,
    name: &str,
    now_ms: i64,
) -> Result<Household> {
    tree::require(tx, &[organization_id])?;
    let id = new_id(now_ms);
    let inserted = tx.execute(
        "INSERT INTO households (id, organization_id, name, created_at_ms, found_by) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT DO NOTHING",
        params![&id, organization_id, name, now_ms, found_by::name(name)],
    )?;
    if inserted == 0 {
        return Err(Error::Taken("household"));
    }
    get(tx, &id)?.ok_or(Error::NotFound("household"))
}

/// The household with this id.
///
/// # Errors
/// The database failed.
pub fn get(tx: &mut Tx<'_>, id: &str) -> Result<Option<Household>> {
    one(tx, "WHERE h.id = ?1", params![id])
}

/// The household with this name in exactly this organization.
///
/// # Errors
/// The database failed.
pub fn by_name(tx: &mut Tx<'_>, organization_id: &str, name: &str) -> Result<Option<Household>> {
    one(
        tx,
        "WHERE h.organization_id = ?1 AND h.name = ?2",
        params![organization_id, name],
    )
}

/// The household whose TV this is.
///
/// # Errors
/// The database failed.
pub fn of_terminal(tx: &mut Tx<'_>, terminal_id: &str) -> Result<Option<HouseholdRef>> {
    let row = tx.query_opt(
        "SELECT id, name FROM households WHERE terminal_id = ?1",
        params![terminal_id],
    )?;
    row.map(|row| {
        Ok(HouseholdRef {
            id: row.text(0)?,
            name: row.text(1)?,
        })
    })
    .transpose()
}

/// The TV a household has. One whose token was revoked is none.
///
/// # Errors
/// The database failed.
pub fn tv(tx: &mut Tx<'_>, id: &str) -> Result<Option<TerminalRef>> {
    let row = tx.query_opt(
        "SELECT t.id, t.name FROM households h JOIN terminals t ON t.id = h.terminal_id
         WHERE h.id = ?1 AND t.revoked_at_ms IS NULL",
        params![id],
    )?;
    row.map(|row| {
        Ok(TerminalRef {
            id: row.text(0)?,
            name: row.text(1)?,
        })
    })
    .transpose()
}

/// Whether a box was admitted for this household and has not come for its token.
///
/// # Errors
/// The database failed.
pub fn is_awaited(tx: &mut Tx<'_>, id: &str, now_ms: i64) -> Result<bool> {
    let row = tx.query_opt(
        "SELECT user_code FROM enrolments WHERE household_id = ?1 AND state = 'approved' AND expires_at_ms > ?2 LIMIT 1",
        params![id, now_ms],
    )?;
    Ok(row.is_some())
}

/// At most `limit` households of `within` and the organizations below it, by organization and name.
/// Each of `words` must be in the name of the household, of somebody who lives there or of its organization, or
/// what one of these names is read as; or in the code of its organization.
///
/// # Errors
/// The database failed.
pub fn find(tx: &mut Tx<'_>, within: &str, words: &[&str], limit: u32) -> Result<Vec<Household>> {
    let mut values = params![within, limit].to_vec();
    let mut conditions = String::new();
    for word in words {
        let Some(pattern) = found_by::pattern(word) else {
            continue;
        };
        values.push(Value::from(pattern));
        values.push(Value::from(containing(&word.to_lowercase())));
        let (n, code) = (values.len() - 1, values.len());
        conditions.push_str(&format!(
            " AND (h.found_by LIKE ?{n} ESCAPE '~' OR o.found_by LIKE ?{n} ESCAPE '~'
               OR LOWER(o.code) LIKE ?{code} ESCAPE '~' OR {})",
            lives_there(&format!("?{n}"))
        ));
    }
    let sql = format!(
        "{SELECT} WHERE h.organization_id IN
             (SELECT organization_id FROM organization_lines WHERE ancestor_id = ?1){conditions}
         ORDER BY o.code, h.name, h.id LIMIT ?2"
    );
    let rows = tx.query(&sql, &values)?;
    let mut found = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
    fill(tx, &mut found)?;
    Ok(found)
}

/// The first household by name of exactly this organization that has no TV and for which no box
/// waits.
///
/// # Errors
/// The database failed.
pub fn without_terminal(
    tx: &mut Tx<'_>,
    organization_id: &str,
    now_ms: i64,
) -> Result<Option<HouseholdRef>> {
    let row = tx.query_opt(
        "SELECT h.id, h.name FROM households h WHERE h.organization_id = ?1 AND h.terminal_id IS NULL
           AND EXISTS (SELECT 1 FROM members m WHERE m.household_id = h.id)
           AND NOT EXISTS (SELECT 1 FROM enrolments e WHERE e.household_id = h.id AND e.state = 'approved'
                           AND e.expires_at_ms > ?2)
         ORDER BY h.name LIMIT 1",
        params![organization_id, now_ms],
    )?;
    row.map(|row| {
        Ok(HouseholdRef {
            id: row.text(0)?,
            name: row.text(1)?,
        })
    })
    .transpose()
}

/// Which households are listed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// Of this organization and those below it.
    pub within: &'a str,
    /// Whose name, or that of somebody who lives there, contains this or is read so.
    pub name: Option<&'a str>,
    /// Only these.
    pub only: Option<HouseholdOnly>,
    /// The one whose TV this is.
    pub terminal_id: Option<&'a str>,
}

/// At most `limit` households, newest first, added before the one with the id `before`.
///
/// # Errors
/// The database failed.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &Filter<'_>,
    before: Option<&str>,
    limit: u32,
) -> Result<Vec<Household>> {
    let mut wanted = Wanted::within(tx, "h.organization_id", filter.within)?;
    wanted.and_if(before, "h.id < @");
    let name = filter.name.and_then(found_by::pattern);
    let named = format!("(h.found_by LIKE @ ESCAPE '~' OR {})", lives_there("@"));
    wanted.and_if(name, &named);
    wanted.and_if(filter.terminal_id, "h.terminal_id = @");
    match filter.only {
        None => {}
        Some(HouseholdOnly::Tv) => wanted.and("h.terminal_id IS NOT NULL"),
        Some(HouseholdOnly::NoTv) => wanted.and("h.terminal_id IS NULL"),
        Some(HouseholdOnly::Nobody) => wanted.and(
            "NOT EXISTS (SELECT 1 FROM members m WHERE m.household_id = h.id AND m.left_at_ms IS NULL)",
        ),
    }
    let (sql, values) = wanted.newest(SELECT, "h.id", limit);
    let rows = tx.query(&sql, &values)?;
    let mut found = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
    fill(tx, &mut found)?;
    Ok(found)
}

/// Gives a household another name.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Taken`].
pub fn rename(tx: &mut WriteTx<'_>, id: &str, name: &str) -> Result<()> {
    let old = get(tx, id)?.ok_or(Error::NotFound("household"))?;
    if old.name == name {
        return Ok(());
    }
    if by_name(tx, &old.organization.id, name)?.is_some() {
        return Err(Error::Taken("household"));
    }
    tx.execute(
        "UPDATE households SET name = ?2, found_by = ?3, version = version + 1 WHERE id = ?1",
        params![id, name, found_by::name(name)],
    )?;
    people::changed(tx, &old.organization.id, Some(id))
}

/// Gives a household its TV, or takes it away.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Taken`] if the TV is another household's.
pub fn bind(tx: &mut WriteTx<'_>, id: &str, terminal_id: Option<&str>) -> Result<()> {
    let old = get(tx, id)?.ok_or(Error::NotFound("household"))?;
    if old.terminal_id.as_deref() == terminal_id {
        return Ok(());
    }
    if let Some(terminal_id) = terminal_id {
        terminals::get(tx, terminal_id)?.ok_or(Error::NotFound("terminal"))?;
        if of_terminal(tx, terminal_id)?.is_some() {
            return Err(Error::Taken("terminal"));
        }
    }
    // The TV that loses its people is told, too.
    people::changed(tx, &old.organization.id, Some(id))?;
    tx.execute(
        "UPDATE households SET terminal_id = ?2, version = version + 1 WHERE id = ?1",
        params![id, terminal_id],
    )?;
    for concerned in old.terminal_id.as_deref().into_iter().chain(terminal_id) {
        terminals::count_household(tx, concerned)?;
    }
    people::changed(tx, &old.organization.id, Some(id))
}

/// Takes a household away that nobody lives in; tells whether it did.
///
/// # Errors
/// [`Error::NotFound`].
pub fn delete(tx: &mut WriteTx<'_>, id: &str) -> Result<bool> {
    let old = get(tx, id)?.ok_or(Error::NotFound("household"))?;
    let lived_in = tx.query_opt(
        "SELECT id FROM members WHERE household_id = ?1 LIMIT 1",
        params![id],
    )?;
    if lived_in.is_some() {
        return Ok(false);
    }
    people::changed(tx, &old.organization.id, Some(id))?;
    tx.execute(
        "UPDATE enrolments SET household_id = NULL WHERE household_id = ?1",
        params![id],
    )?;
    tx.execute("DELETE FROM households WHERE id = ?1", params![id])?;
    if let Some(terminal_id) = &old.terminal_id {
        terminals::count_household(tx, terminal_id)?;
    }
    Ok(true)
}

/// A condition on households `h`: somebody lives there whose name fits the pattern in this place.
fn lives_there(place: &str) -> String {
    format!(
        "h.id IN (SELECT m.household_id FROM members m WHERE m.household_id IS NOT NULL
                  AND m.left_at_ms IS NULL AND m.found_by LIKE {place} ESCAPE '~')"
    )
}

fn one(tx: &mut Tx<'_>, condition: &str, values: &[Value]) -> Result<Option<Household>> {
    let row = tx.query_opt(&format!("{SELECT} {condition}"), values)?;
    let Some(row) = row else { return Ok(None) };
    let mut found = [read(&row)?];
    fill(tx, &mut found)?;
    let [household] = found;
    Ok(Some(household))
}

/// Adds who lives there.
fn fill(tx: &mut Tx<'_>, households: &mut [Household]) -> Result<()> {
    if households.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "SELECT household_id, id, name FROM members WHERE left_at_ms IS NULL AND household_id IN ({}) ORDER BY id",
        placeholders(1, households.len())
    );
    let ids: Vec<Value> = households
        .iter()
        .map(|household| Value::from(&household.id))
        .collect();
    for row in tx.query(&sql, &ids)? {
        let id = row.text(0)?;
        let member = MemberRef {
            id: row.text(1)?,
            name: row.text(2)?,
        };
        if let Some(household) = households.iter_mut().find(|household| household.id == id) {
            household.members.push(member);
        }
    }
    Ok(())
}

fn read(row: &Row) -> Result<Household> {
    Ok(Household {
        id: row.text(0)?,
        name: row.text(1)?,
        organization: OrganizationRef {
            id: row.text(2)?,
            name: row.text(3)?,
        },
        terminal_id: row.opt_text(4)?,
        version: row.int(5)?,
        members: Vec::new(),
    })
}
