//! What terminals and staff should be told of roll calls, and whom it concerns: read after the
//! [journal] says that something changed. Each change takes a number; what it changed
//! keeps the number, so that thousands of sign-ins are no more than the rows they are anyway.

use contract::roll_call::RollCallState;

use super::RollCall;
use crate::driver::{Tx, WriteTx, params};
use crate::error::Result;
use crate::journal::{self, Audience, Listener, Topic};

/// Something that happened after a number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The newest number.
    pub seq: i64,
    /// Rounds that opened and are open.
    pub opened: Vec<Opened>,
    /// Roll calls that changed for everybody called.
    pub changed: Vec<Changed>,
    /// Roll calls in which members signed in or were corrected, with each TV that shows these
    /// members: their home's, and the stations at and above their organization.
    pub members: Vec<(String, Listener)>,
}

/// A round that opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The roll call.
    pub roll_call_id: String,
    /// Its title.
    pub title: String,
    /// Who calls.
    pub organization_id: String,
    /// The round.
    pub round: u32,
    /// Until when one may sign in.
    pub closes_at_ms: i64,
}

/// A roll call that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The roll call.
    pub roll_call_id: String,
    /// Who calls.
    pub organization_id: String,
    /// Where it stands now.
    pub state: RollCallState,
}

/// The newest number.
///
/// # Errors
/// The database failed.
pub fn newest(tx: &mut Tx<'_>) -> Result<i64> {
    tx.query_one("SELECT seq FROM roll_call_state WHERE id = 1", params![])?
        .int(0)
}

/// Everything after the number `seq`, and the newest number.
///
/// # Errors
/// The database failed.
pub fn since(tx: &mut Tx<'_>, seq: i64) -> Result<Changes> {
    let mut changes = Changes {
        seq: newest(tx)?,
        ..Changes::default()
    };
    if changes.seq == seq {
        return Ok(changes);
    }
    for row in tx.query(
        "SELECT c.id, c.title, c.organization_id, r.number, r.closes_at_ms
         FROM roll_call_rounds r JOIN roll_calls c ON c.id = r.roll_call_id
         WHERE r.seq > ?1 AND r.state = 'open' ORDER BY r.seq",
        params![seq],
    )? {
        changes.opened.push(Opened {
            roll_call_id: row.text(0)?,
            title: row.text(1)?,
            organization_id: row.text(2)?,
            round: super::number(row.int(3)?)?,
            closes_at_ms: row.int(4)?,
        });
    }
    for row in tx.query(
        "SELECT id, organization_id, state FROM roll_calls WHERE seq > ?1 ORDER BY seq",
        params![seq],
    )? {
        changes.changed.push(Changed {
            roll_call_id: row.text(0)?,
            organization_id: row.text(1)?,
            state: crate::codec::from_name(row.text(2)?)?,
        });
    }
    for row in tx.query(
        "SELECT k.roll_call_id, t.id, t.organization_id
         FROM (SELECT roll_call_id, member_id FROM sign_ins WHERE seq > ?1
               UNION SELECT roll_call_id, member_id FROM roll_call_members WHERE seq > ?1 AND seq > 0) k
         JOIN members m ON m.id = k.member_id
         JOIN households h ON h.id = m.household_id
         JOIN terminals t ON t.id = h.terminal_id
         UNION
         SELECT g.roll_call_id, t.id, t.organization_id
         FROM (SELECT DISTINCT k.roll_call_id AS roll_call_id, m.organization_id AS organization_id
               FROM (SELECT roll_call_id, member_id FROM sign_ins WHERE seq > ?1
                     UNION SELECT roll_call_id, member_id FROM roll_call_members WHERE seq > ?1 AND seq > 0) k
               JOIN members m ON m.id = k.member_id) g
         JOIN organization_lines l ON l.organization_id = g.organization_id
         JOIN terminals t ON t.organization_id = l.ancestor_id AND t.kind = 'station'",
        params![seq],
    )? {
        let concerned = Listener {
            terminal_id: Some(row.text(1)?),
            organization_id: row.text(2)?,
        };
        changes.members.push((row.text(0)?, concerned));
    }
    Ok(changes)
}

/// TVs of homes that stand outside the caller's subtree although somebody of theirs is called.
///
/// # Errors
/// The database failed.
pub fn homes_outside(
    tx: &mut Tx<'_>,
    roll_call_id: &str,
    organization_id: &str,
) -> Result<Vec<Listener>> {
    tx.query(
        "SELECT DISTINCT t.id, t.organization_id FROM roll_call_members k
         JOIN members m ON m.id = k.member_id
         JOIN households h ON h.id = m.household_id
         JOIN terminals t ON t.id = h.terminal_id
         WHERE k.roll_call_id = ?1 AND NOT EXISTS (
             SELECT 1 FROM organization_lines l
             WHERE l.organization_id = t.organization_id AND l.ancestor_id = ?2)",
        params![roll_call_id, organization_id],
    )?
    .iter()
    .map(|row| {
        Ok(Listener {
            terminal_id: Some(row.text(0)?),
            organization_id: row.text(1)?,
        })
    })
    .collect()
}

/// The organization and those below it, by id.
///
/// # Errors
/// The database failed.
pub fn below(tx: &mut Tx<'_>, organization_id: &str) -> Result<Vec<String>> {
    tx.query(
        "SELECT organization_id FROM organization_lines WHERE ancestor_id = ?1",
        params![organization_id],
    )?
    .iter()
    .map(|row| row.text(0))
    .collect()
}

/// Takes the next number, for a change of this topic.
pub(super) fn next(tx: &mut WriteTx<'_>, topic: Topic) -> Result<i64> {
    journal::touch(tx, topic, Audience::Own);
    tx.query_one(
        "UPDATE roll_call_state SET seq = seq + 1 WHERE id = 1 RETURNING seq",
        params![],
    )?
    .int(0)
}

/// Notes that a roll call changed for everybody called.
pub(super) fn note(tx: &mut WriteTx<'_>, roll_call: &RollCall) -> Result<i64> {
    let seq = next(tx, Topic::RollCalls)?;
    tx.execute(
        "UPDATE roll_calls SET seq = ?2, touched = ?2 WHERE id = ?1",
        params![&roll_call.id, seq],
    )?;
    Ok(seq)
}

/// Notes that something about a roll call changed.
pub(super) fn touch(tx: &mut WriteTx<'_>, roll_call_id: &str, seq: i64) -> Result<()> {
    tx.execute(
        "UPDATE roll_calls SET touched = ?2 WHERE id = ?1",
        params![roll_call_id, seq],
    )?;
    Ok(())
}
