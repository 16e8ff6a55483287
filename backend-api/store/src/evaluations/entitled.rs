//! Who is entitled, who took part, and who says that they should be entitled.

use std::collections::HashMap;

use contract::evaluation::OpenObjection;
use contract::organization::OrganizationRef;
use contract::person::MemberRef;
use sha2::{Digest, Sha256};

use super::{ENTITLED, count, existing, told};
use crate::codec::{new_id, pieces, placeholders};
use crate::driver::{Row, Tx, Value, WriteTx, params};
use crate::error::{Error, Result};
use crate::journal::{self, Audience, Topic};

/// How a member stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// They are on the list that was fixed at the opening, or added since.
    pub entitled: bool,
    /// They took part.
    pub took_part: bool,
    /// They say that they should be entitled.
    pub objection: Option<Objection>,
}

/// What became of an objection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection {
    /// Staff have answered.
    pub answered: bool,
    /// With yes.
    pub accepted: bool,
    /// What they said.
    pub reason: Option<String>,
}

/// How each of these members stands, by id; none of them is left out.
///
/// # Errors
/// The database failed.
pub fn standing(
    tx: &mut Tx<'_>,
    id: &str,
    member_ids: &[&str],
) -> Result<HashMap<String, Standing>> {
    let mut found = HashMap::with_capacity(member_ids.len());
    for ids in pieces(member_ids) {
        let sql = format!(
            "SELECT m.id, k.took_part, j.member_id, j.answered_at_ms, j.entitled, j.reason FROM members m
             LEFT JOIN evaluation_members k ON k.evaluation_id = ?1 AND k.member_id = m.id
             LEFT JOIN evaluation_objections j ON j.evaluation_id = ?1 AND j.member_id = m.id
             WHERE m.id IN ({})",
            placeholders(2, ids.len())
        );
        let mut values = params![id].to_vec();
        values.extend(ids.iter().copied().map(Value::from));
        for row in tx.query(&sql, &values)? {
            let took_part = row.opt_int(1)?;
            let objection = match row.opt_text(2)? {
                None => None,
                Some(_) => Some(Objection {
                    answered: row.opt_int(3)?.is_some(),
                    accepted: row.opt_int(4)? == Some(1),
                    reason: row.opt_text(5)?,
                }),
            };
            let standing = Standing {
                entitled: took_part.is_some(),
                took_part: took_part == Some(1),
                objection,
            };
            found.insert(row.text(0)?, standing);
        }
    }
    Ok(found)
}

/// Who of a household is entitled and has not taken part, by name.
///
/// # Errors
/// The database failed.
pub fn missing(tx: &mut Tx<'_>, id: &str, household_id: &str) -> Result<Vec<MemberRef>> {
    let rows = tx.query(
        "SELECT m.id, m.name FROM members m
         JOIN evaluation_members k ON k.evaluation_id = ?1 AND k.member_id = m.id
         WHERE m.household_id = ?2 AND m.left_at_ms IS NULL AND k.took_part = 0",
        params![id, household_id],
    )?;
    let mut missing = rows
        .iter()
        .map(|row| named(row, 0))
        .collect::<Result<Vec<_>>>()?;
    missing.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    Ok(missing)
}

/// How many took part until now.
///
/// # Errors
/// The database failed.
pub fn took_part(tx: &mut Tx<'_>, id: &str) -> Result<u32> {
    let row = tx.query_one(
        "SELECT COUNT(*) FROM evaluation_members WHERE evaluation_id = ?1 AND took_part = 1",
        params![id],
    )?;
    Ok(count(row.int(0)?))
}

/// The home organization that somebody had when they became entitled; `None`: they are not.
///
/// # Errors
/// The database failed.
pub fn organization_of(tx: &mut Tx<'_>, id: &str, member_id: &str) -> Result<Option<String>> {
    ENTITLED.organization_of(tx, id, member_id)
}

/// Keeps an objection with what they had been told. One that is there stands; tells whether it is new.
///
/// # Errors
/// The database failed.
pub fn object(
    tx: &mut WriteTx<'_>,
    id: &str,
    member_id: &str,
    because: &str,
    now_ms: i64,
) -> Result<bool> {
    let added = tx.execute(
        "INSERT INTO evaluation_objections (id, evaluation_id, member_id, because, at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (evaluation_id, member_id) DO NOTHING",
        params![new_id(now_ms), id, member_id, because, now_ms],
    )?;
    Ok(added > 0)
}

/// The objection with this id to this evaluation, which nobody has answered.
///
/// # Errors
/// The database failed.
pub fn objection(tx: &mut Tx<'_>, id: &str, objection_id: &str) -> Result<Option<OpenObjection>> {
    tx.query_opt(
        &format!("{OBJECTIONS} AND j.evaluation_id = ?1 AND j.id = ?2"),
        params![id, objection_id],
    )?
    .as_ref()
    .map(open_objection)
    .transpose()
}

/// Objections that nobody has answered, of members of an organization and of those below it, the oldest first.
///
/// # Errors
/// The database failed.
pub fn objections(tx: &mut Tx<'_>, id: &str, within: &str) -> Result<Vec<OpenObjection>> {
    let rows = tx.query(
        &format!(
            "{OBJECTIONS} AND j.evaluation_id = ?1 AND m.organization_id IN
                 (SELECT organization_id FROM organization_lines WHERE ancestor_id = ?2)
             ORDER BY j.id"
        ),
        params![id, within],
    )?;
    rows.iter().map(open_objection).collect()
}

const OBJECTIONS: &str = "SELECT j.id, m.id, m.name, o.id, o.name, j.at_ms, j.because FROM evaluation_objections j \
     JOIN members m ON m.id = j.member_id JOIN organizations o ON o.id = m.organization_id \
     WHERE j.answered_at_ms IS NULL";

fn open_objection(row: &Row) -> Result<OpenObjection> {
    Ok(OpenObjection {
        id: row.text(0)?,
        member: named(row, 1)?,
        organization: OrganizationRef {
            id: row.text(3)?,
            name: row.text(4)?,
        },
        at_ms: row.int(5)?,
        because: row.text(6)?,
    })
}

/// Answers an objection. Whoever is entitled by it is on the list from now on, if that is fixed already;
/// otherwise when it is. Tells whether nobody had answered it before.
///
/// # Errors
/// [`Error::NotFound`] without it.
pub fn answer(
    tx: &mut WriteTx<'_>,
    (id, is_open): (&str, bool),
    objection_id: &str,
    (entitled, reason): (bool, &str),
    now_ms: i64,
) -> Result<bool> {
    let answered = tx.query_opt(
        "UPDATE evaluation_objections SET answered_at_ms = ?3, entitled = ?4, reason = ?5
         WHERE id = ?2 AND evaluation_id = ?1 AND answered_at_ms IS NULL RETURNING member_id",
        params![id, objection_id, now_ms, entitled, reason],
    )?;
    let Some(answered) = answered else {
        return Ok(false);
    };
    let member_id = answered.text(0)?;
    if entitled && is_open && ENTITLED.add(tx, id, &member_id)? {
        recount(tx, id)?;
        let record = existing(tx, id)?;
        told(tx, &record, now_ms)?;
    }
    tell_home(tx, &member_id)?;
    Ok(true)
}

/// Whom staff have added before it opened.
pub(super) fn added_before(tx: &mut Tx<'_>, id: &str) -> Result<Vec<String>> {
    tx.query(
        "SELECT j.member_id FROM evaluation_objections j JOIN members m ON m.id = j.member_id
         WHERE j.evaluation_id = ?1 AND j.entitled = 1 AND m.left_at_ms IS NULL",
        params![id],
    )?
    .iter()
    .map(|row| row.text(0))
    .collect()
}

/// Keeps how many are entitled, and the hash of their list: SHA-256 over their ids, sorted, a line each.
pub(super) fn recount(tx: &mut WriteTx<'_>, id: &str) -> Result<()> {
    let rows = tx.query(
        "SELECT member_id FROM evaluation_members WHERE evaluation_id = ?1",
        params![id],
    )?;
    let mut ids = rows
        .iter()
        .map(|row| row.text(0))
        .collect::<Result<Vec<_>>>()?;
    ids.sort_unstable();
    let mut hash = Sha256::new();
    for id in &ids {
        hash.update(id.as_bytes());
        hash.update(b"\n");
    }
    let hash: String = hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let entitled = i64::try_from(ids.len()).map_err(|_| Error::Damaged("a list".to_owned()))?;
    tx.execute(
        "UPDATE evaluations SET version = version + 1, entitled = ?2, entitled_hash = ?3 WHERE id = ?1",
        params![id, entitled, hash],
    )?;
    Ok(())
}

/// Notes that somebody's own TV should ask again.
pub(super) fn tell_home(tx: &mut WriteTx<'_>, member_id: &str) -> Result<()> {
    let home = tx.query_opt(
        "SELECT h.terminal_id FROM members m JOIN households h ON h.id = m.household_id
         WHERE m.id = ?1 AND h.terminal_id IS NOT NULL",
        params![member_id],
    )?;
    if let Some(home) = home {
        journal::touch(tx, Topic::Evaluations, Audience::Terminal(&home.text(0)?));
    }
    Ok(())
}

fn named(row: &Row, first: usize) -> Result<MemberRef> {
    Ok(MemberRef {
        id: row.text(first)?,
        name: row.text(first + 1)?,
    })
}
