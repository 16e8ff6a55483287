//! Who watched a meeting, and for how long. Terminals send the whole of a viewing again and again;
//! what is kept of it is the earliest beginning, the latest end, the longest time and everybody
//! named, so neither repeats nor another order change anything.

use std::collections::BTreeMap;

use contract::organization::OrganizationRef;
use contract::terminal::{Terminal, TerminalKind};

use crate::codec::{pieces, placeholders};
use crate::driver::{Tx, Value, WriteTx, params};
use crate::error::{Error, Result};

/// What a terminal says of one viewing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The viewing, a UUID made by the terminal.
    pub id: String,
    /// The meeting.
    pub meeting_id: String,
    /// The terminal.
    pub terminal_id: String,
    /// When it began.
    pub started_at_ms: i64,
    /// When it was last seen going on.
    pub last_at_ms: i64,
    /// Time picture and sound really ran.
    pub watched_ms: i64,
    /// Members who were signed in there.
    pub member_ids: Vec<String>,
}

/// All viewings of one terminal together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// The terminal.
    pub terminal_id: String,
    /// Its name.
    pub terminal_name: String,
    /// Where it stands.
    pub organization: OrganizationRef,
    /// When it first watched.
    pub first_at_ms: i64,
    /// When it last watched.
    pub last_at_ms: i64,
    /// Time watched.
    pub watched_ms: i64,
    /// Names of the members who were signed in there, sorted.
    pub members: Vec<String>,
}

/// Adds to what is known of a viewing.
///
/// # Errors
/// [`Error::Taken`] if the id is that of another terminal or meeting, a broken constraint for
/// members, terminals or meetings that are not there.
pub fn record(tx: &mut WriteTx<'_>, report: &Report, now_ms: i64) -> Result<()> {
    let written = tx.execute(
        "INSERT INTO viewings (id, meeting_id, terminal_id, started_at_ms, last_at_ms, watched_ms, received_at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (id) DO UPDATE SET
             started_at_ms = CASE WHEN excluded.started_at_ms < viewings.started_at_ms
                             THEN excluded.started_at_ms ELSE viewings.started_at_ms END,
             last_at_ms = CASE WHEN excluded.last_at_ms > viewings.last_at_ms
                          THEN excluded.last_at_ms ELSE viewings.last_at_ms END,
             watched_ms = CASE WHEN excluded.watched_ms > viewings.watched_ms
                          THEN excluded.watched_ms ELSE viewings.watched_ms END,
             received_at_ms = excluded.received_at_ms
         WHERE viewings.meeting_id = excluded.meeting_id AND viewings.terminal_id = excluded.terminal_id",
        params![
            &report.id,
            &report.meeting_id,
            &report.terminal_id,
            report.started_at_ms,
            report.last_at_ms,
            report.watched_ms,
            now_ms
        ],
    )?;
    if written == 0 {
        return Err(Error::Taken("viewing"));
    }
    for member_id in &report.member_ids {
        tx.execute(
            "INSERT INTO viewing_members (viewing_id, member_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            params![&report.id, member_id],
        )?;
    }
    Ok(())
}

/// Whether something is known of a viewing of this meeting at this terminal.
///
/// # Errors
/// The database failed.
pub fn is_known(tx: &mut Tx<'_>, id: &str, meeting_id: &str, terminal_id: &str) -> Result<bool> {
    let row = tx.query_opt(
        "SELECT 1 FROM viewings WHERE id = ?1 AND meeting_id = ?2 AND terminal_id = ?3",
        params![id, meeting_id, terminal_id],
    )?;
    Ok(row.is_some())
}

/// Those of `ids` who may be signed in at a terminal: at a home the members of its household, at a
/// station those of its subtree and whoever signed in there (by card), at a signage screen nobody.
///
/// # Errors
/// The database failed.
pub fn people_at(tx: &mut Tx<'_>, terminal: &Terminal, ids: &[String]) -> Result<Vec<String>> {
    let condition = match terminal.kind {
        TerminalKind::Signage => return Ok(Vec::new()),
        TerminalKind::Household => {
            "m.household_id IN (SELECT h.id FROM households h WHERE h.terminal_id = ?1)"
        }
        TerminalKind::Station => {
            "(m.organization_id IN (SELECT l.organization_id FROM terminals t
                  JOIN organization_lines l ON l.ancestor_id = t.organization_id WHERE t.id = ?1)
              OR EXISTS (SELECT 1 FROM sign_ins s WHERE s.member_id = m.id AND s.terminal_id = ?1))"
        }
    };
    let mut found = Vec::new();
    for piece in pieces(ids) {
        let sql = format!(
            "SELECT m.id FROM members m WHERE m.left_at_ms IS NULL AND {condition} AND m.id IN ({})",
            placeholders(2, piece.len())
        );
        let ids = piece.iter().map(Value::from);
        let values: Vec<Value> = std::iter::once(Value::from(&terminal.id))
            .chain(ids)
            .collect();
        for row in tx.query(&sql, &values)? {
            found.push(row.text(0)?);
        }
    }
    Ok(found)
}

/// What each terminal of `within` and the organizations below it watched of a meeting, by
/// organization and name.
///
/// # Errors
/// The database failed.
pub fn of_meeting(tx: &mut Tx<'_>, meeting_id: &str, within: &str) -> Result<Vec<Watched>> {
    const FROM: &str = "FROM viewings v JOIN terminals t ON t.id = v.terminal_id
         JOIN organization_lines l ON l.organization_id = t.organization_id AND l.ancestor_id = ?2";
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in tx.query(
        &format!(
            "SELECT DISTINCT v.terminal_id, m.id, m.name {FROM}
             JOIN viewing_members k ON k.viewing_id = v.id JOIN members m ON m.id = k.member_id
             WHERE v.meeting_id = ?1"
        ),
        params![meeting_id, within],
    )? {
        names.entry(row.text(0)?).or_default().push(row.text(2)?);
    }
    let rows = tx.query(
        &format!(
            "SELECT t.id, t.name, o.id, o.name, MIN(v.started_at_ms), MAX(v.last_at_ms),
                 CAST(SUM(v.watched_ms) AS BIGINT)
             {FROM} JOIN organizations o ON o.id = t.organization_id
             WHERE v.meeting_id = ?1 GROUP BY t.id, t.name, o.id, o.name"
        ),
        params![meeting_id, within],
    )?;
    let mut watched = Vec::with_capacity(rows.len());
    for row in rows {
        let terminal_id = row.text(0)?;
        let mut members = names.remove(&terminal_id).unwrap_or_default();
        members.sort();
        watched.push(Watched {
            members,
            terminal_id,
            terminal_name: row.text(1)?,
            organization: OrganizationRef {
                id: row.text(2)?,
                name: row.text(3)?,
            },
            first_at_ms: row.int(4)?,
            last_at_ms: row.int(5)?,
            watched_ms: row.int(6)?,
        });
    }
    // Not by the database, whose collation depends on how it was made.
    watched.sort_by(|a, b| {
        let key = |it: &Watched| {
            let place = (it.organization.name.clone(), it.organization.id.clone());
            (place, it.terminal_name.clone(), it.terminal_id.clone())
        };
        key(a).cmp(&key(b))
    });
    Ok(watched)
}

/// How many terminals that were not revoked stand both in `audience_id` and in `within`, or below.
///
/// # Errors
/// The database failed.
pub fn terminals(tx: &mut Tx<'_>, audience_id: &str, within: &str) -> Result<i64> {
    tx.query_one(
        "SELECT COUNT(*) FROM terminals t
         JOIN organization_lines a ON a.organization_id = t.organization_id AND a.ancestor_id = ?1
         JOIN organization_lines l ON l.organization_id = t.organization_id AND l.ancestor_id = ?2
         WHERE t.revoked_at_ms IS NULL",
        params![audience_id, within],
    )?
    .int(0)
}
