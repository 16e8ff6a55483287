//! Lists of members, and who is registered twice.

use std::collections::HashMap;

use contract::member::{DuplicatePerson, MemberStatus};
use contract::organization::OrganizationRef;

use super::{Record, SELECT, read};
use crate::codec::{ending, placeholders, to_name};
use crate::driver::{Tx, Value, params};
use crate::error::Result;
use crate::found_by;
use crate::wanted::Wanted;

/// Which members are asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// Of this organization and those below it.
    pub within: &'a str,
    /// Whose name contains this, or is read so.
    pub name: Option<&'a str>,
    /// Whose telephone number ends, as it may be shown, with these.
    pub phone_tail: Option<&'a str>,
    /// Of this standing.
    pub status: Option<MemberStatus>,
    /// Of this household.
    pub household_id: Option<&'a str>,
    /// With one of these blind indexes: of an identity number, a telephone number or a card.
    pub index: Option<&'a str>,
    /// Those who left, too.
    pub left: bool,
    /// Only these.
    pub only: Option<Only<'a>>,
}

/// What else members are chosen by.
#[derive(Clone, Copy, Debug)]
pub enum Only<'a> {
    /// Whom roll calls do not count.
    Exempt,
    /// Who has no PIN.
    NoPin,
    /// Of whom there is no telephone number.
    NoPhone,
    /// Who is known to be born on this day, an ISO 8601 date, or before.
    BornUntil(&'a str),
    /// Who has an identity or telephone number in common with somebody within this organization's subtree.
    /// Who left is nobody's double.
    Double(&'a str),
    /// Who left; [`Filter::left`] does not count then.
    Left,
}

impl Only<'_> {
    fn narrow(&self, wanted: &mut Wanted) {
        match self {
            Self::Exempt => wanted.and("m.exempt_reason <> ''"),
            Self::NoPin => wanted.and("m.pin_hash IS NULL"),
            Self::NoPhone => wanted.and("m.phone_index IS NULL"),
            Self::BornUntil(day) => wanted.and_if(Some(*day), "m.born_on <= @"),
            Self::Double(within) => {
                wanted.and("m.left_at_ms IS NULL");
                // Nearly all numbers are somebody's alone, which the index tells by itself.
                wanted.and(
                    "(m.id_index IN (SELECT id_index FROM members GROUP BY id_index HAVING COUNT(*) > 1)
                      OR m.phone_index IN (SELECT phone_index FROM members GROUP BY phone_index HAVING COUNT(*) > 1))",
                );
                wanted.and_if(
                    Some(*within),
                    "(EXISTS (SELECT 1 FROM members e
                         JOIN organization_lines l ON l.organization_id = e.organization_id AND l.ancestor_id = @
                         WHERE e.id_index = m.id_index AND e.id <> m.id AND e.left_at_ms IS NULL)
                     OR EXISTS (SELECT 1 FROM members e
                         JOIN organization_lines l ON l.organization_id = e.organization_id AND l.ancestor_id = @
                         WHERE e.phone_index = m.phone_index AND e.id <> m.id AND e.left_at_ms IS NULL))",
                );
            }
            Self::Left => wanted.and("m.left_at_ms IS NOT NULL"),
        }
    }
}

/// At most `limit` members, newest first, registered before the one with the id `before`.
///
/// # Errors
/// The database failed.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &Filter<'_>,
    before: Option<&str>,
    limit: u32,
) -> Result<Vec<Record>> {
    let mut wanted = Wanted::within(tx, "m.organization_id", filter.within)?;
    wanted.and_if(before, "m.id < @");
    let name = filter.name.and_then(found_by::pattern);
    wanted.and_if(name, "m.found_by LIKE @ ESCAPE '~'");
    let tail = filter.phone_tail.map(ending);
    wanted.and_if(tail, "m.phone_hint LIKE @ ESCAPE '~'");
    let status = filter.status.as_ref().map(to_name).transpose()?;
    wanted.and_if(status, "m.status = @");
    wanted.and_if(filter.household_id, "m.household_id = @");
    wanted.and_if(
        filter.index,
        "m.id IN (SELECT id FROM members WHERE id_index = @ UNION SELECT id FROM members WHERE phone_index = @
                  UNION SELECT id FROM members WHERE card_index = @)",
    );
    if let Some(only) = &filter.only {
        only.narrow(&mut wanted);
    }
    if !filter.left && !matches!(filter.only, Some(Only::Left)) {
        wanted.and("m.left_at_ms IS NULL");
    }
    let (sql, values) = wanted.newest(SELECT, "m.id", limit);
    tx.query(&sql, &values)?.iter().map(read).collect()
}

/// Members of exactly this organization who have not left, with this name or this identity number, which
/// is given by its blind index. The first registered first.
///
/// # Errors
/// The database failed.
pub fn namesakes(
    tx: &mut Tx<'_>,
    organization_id: &str,
    name: &str,
    id_index: Option<&str>,
) -> Result<Vec<Record>> {
    let sql = format!(
        "{SELECT} WHERE m.organization_id = ?1 AND m.left_at_ms IS NULL AND m.id IN (
             SELECT id FROM members WHERE id_index = ?3
             UNION SELECT id FROM members WHERE organization_id = ?1 AND name = ?2)
         ORDER BY m.id"
    );
    tx.query(&sql, params![organization_id, name, id_index])?
        .iter()
        .map(read)
        .collect()
}

/// Members within an organization's subtree who have not left and have this identity number or this telephone
/// number, given by their blind indexes. The first registered first, at most 20.
///
/// # Errors
/// The database failed.
pub fn with_numbers(
    tx: &mut Tx<'_>,
    within: &str,
    id_index: Option<&str>,
    phone_index: Option<&str>,
) -> Result<Vec<Record>> {
    if id_index.is_none() && phone_index.is_none() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "{SELECT} WHERE m.left_at_ms IS NULL AND m.id IN (
             SELECT id FROM members WHERE id_index = ?2 UNION SELECT id FROM members WHERE phone_index = ?3)
           AND m.organization_id IN (SELECT organization_id FROM organization_lines WHERE ancestor_id = ?1)
         ORDER BY m.id LIMIT 20"
    );
    tx.query(&sql, params![within, id_index, phone_index])?
        .iter()
        .map(read)
        .collect()
}

/// Of each of these members the ids of others within an organization's subtree who have the same
/// identity or telephone number. Who left is nobody's duplicate.
///
/// # Errors
/// The database failed.
pub fn duplicates(
    tx: &mut Tx<'_>,
    within: &str,
    ids: &[&str],
) -> Result<HashMap<String, Vec<DuplicatePerson>>> {
    let mut found: HashMap<String, Vec<DuplicatePerson>> = HashMap::new();
    // A few at a time, for databases with a bound on placeholders.
    for some in ids.chunks(200) {
        let places = placeholders(2, some.len());
        let sql = format!(
            "SELECT p.of_id, b.id, b.name, o.id, o.name, MAX(p.by_number), MAX(p.by_phone)
             FROM (SELECT a.id AS of_id, e.id AS like_id, 1 AS by_number, 0 AS by_phone
                   FROM members a JOIN members e ON e.id_index = a.id_index AND e.id <> a.id
                   WHERE a.left_at_ms IS NULL AND a.id IN ({places})
                   UNION ALL
                   SELECT a.id, e.id, 0, 1
                   FROM members a JOIN members e ON e.phone_index = a.phone_index AND e.id <> a.id
                   WHERE a.left_at_ms IS NULL AND a.id IN ({places})) p
             JOIN members b ON b.id = p.like_id AND b.left_at_ms IS NULL
             JOIN organizations o ON o.id = b.organization_id
             JOIN organization_lines l ON l.organization_id = b.organization_id AND l.ancestor_id = ?1
             GROUP BY p.of_id, b.id, b.name, o.id, o.name ORDER BY b.id"
        );
        let mut values = vec![Value::from(within)];
        values.extend(some.iter().map(|id| Value::from(*id)));
        for row in tx.query(&sql, &values)? {
            let mut shared = Vec::new();
            if row.truth(5)? {
                shared.push("id_number".to_owned());
            }
            if row.truth(6)? {
                shared.push("phone".to_owned());
            }
            found
                .entry(row.text(0)?)
                .or_default()
                .push(DuplicatePerson {
                    member_id: row.text(1)?,
                    name: row.text(2)?,
                    organization: OrganizationRef {
                        id: row.text(3)?,
                        name: row.text(4)?,
                    },
                    shared,
                    differs: Vec::new(),
                });
        }
    }
    Ok(found)
}

/// At most `limit` members within an organization's subtree who have an identity number that an
/// older one there has too, by id, after `after`: one for each probable duplicate.
///
/// # Errors
/// The database failed.
pub fn repeated(
    tx: &mut Tx<'_>,
    within: &str,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<Record>> {
    let sql = format!(
        "{SELECT} WHERE m.left_at_ms IS NULL AND m.id_index IS NOT NULL AND m.id > ?2
           AND m.organization_id IN (SELECT organization_id FROM organization_lines WHERE ancestor_id = ?1)
           AND EXISTS (SELECT 1 FROM members e
               JOIN organization_lines l ON l.organization_id = e.organization_id AND l.ancestor_id = ?1
               WHERE e.id_index = m.id_index AND e.id < m.id AND e.left_at_ms IS NULL)
         ORDER BY m.id LIMIT ?3"
    );
    tx.query(&sql, params![within, after.unwrap_or_default(), limit])?
        .iter()
        .map(read)
        .collect()
}
