//! Answers to rounds. They come many at a time and are asked for and written so: one statement
//! for a batch, each row found by primary keys.

use std::collections::HashMap;
use std::hash::Hash;

use contract::member::{HouseholdRef, MemberRef};
use contract::roll_call::{AttendanceState, Method, VerifyReason};
use contract::terminal::TerminalKind;

use super::changes;
use crate::codec::{from_name, pieces, placeholders, to_name, tuples};
use crate::driver::{Row, Tx, Value, WriteTx, params};
use crate::error::Result;
use crate::journal::Topic;

/// Where a terminal stands, as far as signing in is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Id of the terminal.
    pub terminal_id: String,
    /// What it is.
    pub kind: TerminalKind,
    /// Its organization.
    pub organization_id: String,
    /// Its household, at a home that has one.
    pub household: Option<HouseholdRef>,
    /// When it was heard of.
    pub heard: Heard,
}

/// When a terminal was heard of, in Unix milliseconds, to the minute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// The last time before it was silent for long.
    pub before_ms: Option<i64>,
    /// Since when it is heard of again.
    pub since_ms: Option<i64>,
    /// The last time.
    pub last_ms: Option<i64>,
}

impl Place {
    /// Whether it is a station's.
    #[must_use]
    pub fn is_station(&self) -> bool {
        self.kind == TerminalKind::Station
    }
}

/// By what a person is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Who<'a> {
    /// Chosen by name.
    Member(&'a str),
    /// Blind index of a card.
    Card(&'a str),
}

/// A question about a person who wants to sign in.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The roll call.
    pub roll_call_id: &'a str,
    /// Its round.
    pub round: u32,
    /// Who.
    pub who: Who<'a>,
    /// Terminal they stand at.
    pub terminal_id: &'a str,
}

/// What must be known of a person to judge their sign-in.
#[derive(Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Who it is.
    pub member: MemberRef,
    /// Home organization.
    pub organization_id: String,
    /// Their household.
    pub household_id: Option<String>,
    /// Keyed hash of their PIN.
    pub pin_hash: Option<String>,
    /// Whether they have left.
    pub left: bool,
    /// Whether the terminal's organization is theirs or above theirs.
    pub below_terminal: bool,
    /// Whether they are called.
    pub called: bool,
    /// Their answer to this round, if there is one.
    pub answer: Option<Answer>,
    /// Wrong PINs of theirs are counted at this terminal.
    pub tried: bool,
}

impl std::fmt::Debug for Candidate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Candidate")
            .field("member", &self.member.id)
            .field("called", &self.called)
            .field("answer", &self.answer)
            .finish_non_exhaustive()
    }
}

/// How a round was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Present, late or to verify.
    pub state: AttendanceState,
    /// The moment that counts.
    pub signed_at_ms: i64,
    /// Why staff must look.
    pub verify: Option<VerifyReason>,
}

/// An answer to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// The roll call.
    pub roll_call_id: String,
    /// Its round.
    pub round: u32,
    /// Who.
    pub member_id: String,
    /// What counts of it.
    pub answer: Answer,
    /// By what.
    pub method: Method,
    /// They are not called.
    pub guest: bool,
    /// Terminal it came from.
    pub terminal_id: Option<String>,
    /// When the server had it.
    pub received_at_ms: i64,
    /// When the terminal said it was.
    pub claimed_at_ms: i64,
    /// The clock correction the terminal used.
    pub offset_ms: i64,
}

/// Names one answer: roll call, round, member.
pub type AnswerKey = (String, u32, String);

/// Where these terminals stand, by id.
///
/// # Errors
/// The database failed.
pub fn places(tx: &mut Tx<'_>, terminal_ids: &[&str]) -> Result<HashMap<String, Place>> {
    let mut found = HashMap::with_capacity(terminal_ids.len());
    for ids in pieces(terminal_ids) {
        let sql = format!(
            "SELECT t.id, t.kind, t.organization_id, h.id, h.name, t.heard_before_ms, t.heard_since_ms,
                 t.seen_at_ms
             FROM terminals t
             LEFT JOIN households h ON h.terminal_id = t.id WHERE t.id IN ({})",
            placeholders(1, ids.len())
        );
        let values: Vec<Value> = ids.iter().copied().map(Value::from).collect();
        for row in tx.query(&sql, &values)? {
            let household = match (row.opt_text(3)?, row.opt_text(4)?) {
                (Some(id), Some(name)) => Some(HouseholdRef { id, name }),
                _ => None,
            };
            let place = Place {
                terminal_id: row.text(0)?,
                kind: from_name(row.text(1)?)?,
                organization_id: row.text(2)?,
                household,
                heard: Heard {
                    before_ms: row.opt_int(5)?,
                    since_ms: row.opt_int(6)?,
                    last_ms: row.opt_int(7)?,
                },
            };
            found.insert(place.terminal_id.clone(), place);
        }
    }
    Ok(found)
}

/// What must be known to judge each of these, in their order; `None`: there is no such person.
///
/// # Errors
/// The database failed.
pub fn candidates(tx: &mut Tx<'_>, asks: &[Ask<'_>]) -> Result<Vec<Option<Candidate>>> {
    let mut found = vec![None; asks.len()];
    let numbered = |card: bool| -> Vec<(usize, Ask<'_>)> {
        let all = asks.iter().copied().enumerate();
        all.filter(|(_, ask)| matches!(ask.who, Who::Card(_)) == card)
            .collect()
    };
    for (by, asks) in [("m.id", numbered(false)), ("m.card_index", numbered(true))] {
        for asks in pieces(&asks) {
            for row in load(tx, by, asks)? {
                let (index, _) = asks[super::number(row.int(0)?)? as usize];
                found[index] = candidate(&row)?;
            }
        }
    }
    Ok(found)
}

fn load(tx: &mut Tx<'_>, by: &str, asks: &[(usize, Ask<'_>)]) -> Result<Vec<Row>> {
    // The types of the first tuple are those of all.
    let asked: Vec<String> = (0..asks.len())
        .map(|ask| {
            let at = ask * 4;
            format!(
                "(CAST({ask} AS BIGINT), ?{}, CAST(?{} AS BIGINT), ?{}, ?{})",
                at + 1,
                at + 2,
                at + 3,
                at + 4
            )
        })
        .collect();
    // Outer joins throughout: they are done in this order, each by a unique index.
    let sql = format!(
        "SELECT a.column1, m.id, m.name, m.organization_id, m.household_id, m.pin_hash, m.left_at_ms,
             l.depth, k.member_id, s.state, s.signed_at_ms, s.verify, p.subject
         FROM (VALUES {}) a
         LEFT JOIN members m ON {by} = a.column4
         LEFT JOIN terminals t ON t.id = a.column5
         LEFT JOIN organization_lines l ON l.organization_id = m.organization_id
             AND l.ancestor_id = t.organization_id
         LEFT JOIN roll_call_members k ON k.roll_call_id = a.column2 AND k.member_id = m.id
         LEFT JOIN sign_ins s ON s.roll_call_id = a.column2 AND s.round = a.column3 AND s.member_id = m.id
         LEFT JOIN limits p ON p.kind = 'pin' AND p.scope = 'member_here' AND p.subject = m.id || '/' || t.id",
        asked.join(", ")
    );
    let values: Vec<Value> = asks
        .iter()
        .flat_map(|(_, ask)| {
            let (Who::Member(who) | Who::Card(who)) = ask.who;
            [
                Value::from(ask.roll_call_id),
                Value::from(ask.round),
                Value::from(who),
                Value::from(ask.terminal_id),
            ]
        })
        .collect();
    tx.query(&sql, &values)
}

fn candidate(row: &Row) -> Result<Option<Candidate>> {
    let Some(id) = row.opt_text(1)? else {
        return Ok(None);
    };
    let answer = match row.opt_text(9)? {
        Some(state) => Some(Answer {
            state: from_name(state)?,
            signed_at_ms: row.int(10)?,
            verify: row.opt_text(11)?.map(from_name).transpose()?,
        }),
        None => None,
    };
    Ok(Some(Candidate {
        member: MemberRef {
            id,
            name: row.text(2)?,
        },
        organization_id: row.text(3)?,
        household_id: row.opt_text(4)?,
        pin_hash: row.opt_text(5)?,
        left: row.opt_int(6)?.is_some(),
        below_terminal: row.opt_int(7)?.is_some(),
        called: row.opt_text(8)?.is_some(),
        answer,
        tried: row.opt_text(12)?.is_some(),
    }))
}

/// Keeps answers: new ones, and ones that count in place of ones that wait for staff. What else
/// is there already stands. Of one round's answers of one member there is at most one among them.
///
/// # Errors
/// The database failed, or a roll call, member or terminal is not there.
pub fn keep(tx: &mut WriteTx<'_>, sign_ins: &[SignIn]) -> Result<()> {
    if sign_ins.is_empty() {
        return Ok(());
    }
    let seq = changes::next(tx, Topic::SignIns)?;
    for piece in pieces(sign_ins) {
        let mut values = Vec::with_capacity(piece.len() * 13);
        for sign_in in piece {
            values.extend_from_slice(params![
                &sign_in.roll_call_id,
                sign_in.round,
                &sign_in.member_id,
                to_name(&sign_in.answer.state)?,
                to_name(&sign_in.method)?,
                sign_in
                    .answer
                    .verify
                    .map(|verify| to_name(&verify))
                    .transpose()?,
                sign_in.guest,
                sign_in.terminal_id.as_deref(),
                sign_in.answer.signed_at_ms,
                sign_in.received_at_ms,
                sign_in.claimed_at_ms,
                sign_in.offset_ms,
                seq,
            ]);
        }
        let sql = format!(
            "INSERT INTO sign_ins (roll_call_id, round, member_id, state, method, verify, guest, terminal_id,
                 signed_at_ms, received_at_ms, claimed_at_ms, offset_ms, seq)
             VALUES {}
             ON CONFLICT (roll_call_id, round, member_id) DO UPDATE SET
                 state = excluded.state, method = excluded.method, verify = excluded.verify,
                 guest = excluded.guest, terminal_id = excluded.terminal_id,
                 signed_at_ms = excluded.signed_at_ms, received_at_ms = excluded.received_at_ms,
                 claimed_at_ms = excluded.claimed_at_ms, offset_ms = excluded.offset_ms, seq = excluded.seq
             WHERE sign_ins.state = 'to_verify' AND excluded.state <> 'to_verify'",
            tuples(piece.len(), 13)
        );
        tx.execute(&sql, &values)?;
    }
    for id in distinct(sign_ins.iter().map(|sign_in| sign_in.roll_call_id.as_str())) {
        changes::touch(tx, id, seq)?;
    }
    Ok(())
}

/// Who of these households is called, not exempt and has not answered this round, by household,
/// by name.
///
/// # Errors
/// The database failed.
pub fn missing(
    tx: &mut Tx<'_>,
    roll_call_id: &str,
    round: u32,
    household_ids: &[&str],
) -> Result<HashMap<String, Vec<MemberRef>>> {
    let mut found: HashMap<String, Vec<MemberRef>> = HashMap::new();
    for ids in pieces(household_ids) {
        // Counted, not joined: both engines would go through everybody who is called and look for their
        // household, which is most of what a sign-in of a county costs.
        let sql = format!(
            "SELECT m.household_id, m.id, m.name FROM members m
             WHERE m.household_id IN ({})
               AND (SELECT COUNT(*) FROM roll_call_members k
                    WHERE k.roll_call_id = ?1 AND k.member_id = m.id AND k.exempt_reason IS NULL
                      AND (k.corrected IS NULL OR k.corrected = 'missing')) > 0
               AND (SELECT COUNT(*) FROM sign_ins s
                    WHERE s.roll_call_id = ?1 AND s.round = ?2 AND s.member_id = m.id) = 0
             ORDER BY m.name, m.id",
            placeholders(3, ids.len())
        );
        let mut values = params![roll_call_id, round].to_vec();
        values.extend(ids.iter().copied().map(Value::from));
        for row in tx.query(&sql, &values)? {
            found.entry(row.text(0)?).or_default().push(MemberRef {
                id: row.text(1)?,
                name: row.text(2)?,
            });
        }
    }
    Ok(found)
}

/// Names of members, by id.
///
/// # Errors
/// The database failed.
pub fn names(tx: &mut Tx<'_>, member_ids: &[&str]) -> Result<HashMap<String, String>> {
    let mut found = HashMap::with_capacity(member_ids.len());
    for ids in pieces(member_ids) {
        let sql = format!(
            "SELECT id, name FROM members WHERE id IN ({})",
            placeholders(1, ids.len())
        );
        let values: Vec<Value> = ids.iter().copied().map(Value::from).collect();
        for row in tx.query(&sql, &values)? {
            found.insert(row.text(0)?, row.text(1)?);
        }
    }
    Ok(found)
}

/// Each value once, in the order of their first places: what the statements above want.
pub fn distinct<T: Copy + Eq + Hash>(values: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut seen = std::collections::HashSet::new();
    values
        .into_iter()
        .filter(|value| seen.insert(*value))
        .collect()
}
