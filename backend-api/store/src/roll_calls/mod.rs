//! Roll calls: who is called, when, who answered, and how they stand.
//!
//! | module | holds |
//! |---|---|
//! | here | the roll call and its rounds: making, finding |
//! | [`rounds`] | opening (which fixes who is called), closing, spot checks, what is due |
//! | [`sign_ins`] | answers, many at a time |
//! | [`standing`] | how members stand: figures, pages, corrections, months |
//! | [`changes`] | what terminals should be told of, found by any process |
//!
//! Rules about time are not here: see the judge in the server. What is here holds whatever is
//! sent: one row for one member's answer to one round, and the first that counts stands.

pub mod changes;
pub mod rounds;
pub mod sign_ins;
pub mod standing;

use std::collections::HashMap;
use std::fmt;

use contract::member::MemberStatus;
use contract::organization::OrganizationRef;
use contract::roll_call::{Occasion, RollCallState, SpotChecks};
use serde::{Deserialize, Serialize};

use crate::codec::{from_json, from_name, new_id, placeholders, to_json, to_name};
use crate::driver::{Row, Tx, Value, WriteTx, params};
use crate::error::{Error, Result};
use crate::journal::Topic;
use crate::part::{Part, Promise};
use crate::snapshot::{Entitled, Snapshot};
use crate::tree;

pub(crate) const PART: Part = Part {
    tables: &["roll_call_state", "roll_calls", "roll_call_rounds"],
    scrubbed: &["roll_call_members", "sign_ins"],
    promises: &[
        Promise {
            broken: "somebody answered a roll call that did not call them, and is no visitor",
            cases: "SELECT s.member_id FROM sign_ins s WHERE s.guest = 0
               AND NOT EXISTS (SELECT 1 FROM roll_call_members k
                               WHERE k.roll_call_id = s.roll_call_id AND k.member_id = s.member_id)",
        },
        Promise {
            broken: "somebody answered a round that was never held",
            cases: "SELECT s.member_id FROM sign_ins s
             WHERE NOT EXISTS (SELECT 1 FROM roll_call_rounds r
                               WHERE r.roll_call_id = s.roll_call_id AND r.number = s.round
                                 AND r.state IN ('open', 'closed'))",
        },
        Promise {
            broken: "a round is open in a roll call that is not",
            cases: "SELECT r.roll_call_id FROM roll_call_rounds r JOIN roll_calls c ON c.id = r.roll_call_id
             WHERE r.state = 'open' AND c.state <> 'open'",
        },
        Promise {
            broken: "a round of a roll call is to open or close and no deadline is planned for it",
            cases: "SELECT DISTINCT r.roll_call_id FROM roll_call_rounds r WHERE r.state IN ('planned', 'open')
             AND NOT EXISTS (SELECT 1 FROM due d WHERE d.kind = 'roll_call' AND d.subject = r.roll_call_id)",
        },
    ],
    ..Part::EMPTY
};

/// Who is called: fixed when a roll call opens.
const CALLED: Snapshot = Snapshot {
    table: "roll_call_members",
    of: "roll_call_id",
    also: ", exempt_reason",
};

const SELECT: &str = "SELECT c.id, c.organization_id, o.name, c.title, c.occasion, c.state, c.statuses,
     c.presence_secret, c.spot_count, c.spot_within_ms, c.spot_window_ms, c.created_by, c.created_at_ms,
     c.opened_at_ms, c.closed_at_ms, c.touched, c.meeting_id, c.cancel_reason FROM roll_calls c JOIN organizations o ON o.id = c.organization_id";

/// A roll call to be made.
#[derive(Clone)]
pub struct NewRollCall {
    /// Who calls; its subtree is called.
    pub organization_id: String,
    /// Title.
    pub title: String,
    /// What for.
    pub occasion: Occasion,
    /// Standings that are called.
    pub statuses: Vec<MemberStatus>,
    /// Key of the presence codes, if they are demanded.
    pub presence_secret: Option<String>,
    /// Spot checks to be drawn when the first round closes.
    pub spot_checks: Option<SpotChecks>,
    /// Login name of who makes it.
    pub created_by: String,
    /// When the first round opens.
    pub opens_at_ms: i64,
    /// How long one is on time.
    pub window_ms: i64,
    /// How long after that one may still come late.
    pub grace_ms: i64,
}

/// Where a round stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoundState {
    /// To come.
    Planned,
    /// People sign in.
    Open,
    /// Held.
    Closed,
    /// Never held.
    Cancelled,
}

/// A round as it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Round {
    /// 1 for the roll call itself, 2 and more for spot checks, in the order of their opening.
    pub number: u32,
    /// Where it stands.
    pub state: RoundState,
    /// From when one may sign in.
    pub opens_at_ms: i64,
    /// From when one is late.
    pub late_at_ms: i64,
    /// Until when one may sign in.
    pub closes_at_ms: i64,
}

/// A roll call as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct RollCall {
    /// Id.
    pub id: String,
    /// Who calls.
    pub organization: OrganizationRef,
    /// Title.
    pub title: String,
    /// What for.
    pub occasion: Occasion,
    /// Where it stands.
    pub state: RollCallState,
    /// Standings that are called.
    pub statuses: Vec<MemberStatus>,
    /// Key of the presence codes; never shown by `Debug`.
    pub presence_secret: Option<String>,
    /// Spot checks to be drawn when the first round closes.
    pub spot_checks: Option<SpotChecks>,
    /// Login name of who made it.
    pub created_by: String,
    /// When it was made.
    pub created_at_ms: i64,
    /// When it opened.
    pub opened_at_ms: Option<i64>,
    /// When it closed.
    pub closed_at_ms: Option<i64>,
    /// Counts up with every change of it, sign-ins included.
    pub touched: i64,
    /// The meeting in whose picture its codes are shown; `None`: whoever calls shows them.
    pub meeting_id: Option<String>,
    /// Why it was cancelled.
    pub cancel_reason: Option<String>,
    /// Its rounds, planned ones included, by number.
    pub rounds: Vec<Round>,
}

impl fmt::Debug for RollCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RollCall")
            .field("id", &self.id)
            .field("organization", &self.organization.id)
            .field("state", &self.state)
            .field("rounds", &self.rounds)
            .finish_non_exhaustive()
    }
}

impl RollCall {
    /// Whom it calls if it opens at this moment.
    fn calls(&self, at_ms: i64) -> Entitled<'_> {
        Entitled {
            within: &self.organization.id,
            statuses: &self.statuses,
            at_ms,
        }
    }

    /// Whether a round is open or to come. One whose time is over is closed by itself a moment later.
    #[must_use]
    pub fn goes_on(&self, now_ms: i64) -> bool {
        self.rounds.iter().any(|round| match round.state {
            RoundState::Planned => true,
            RoundState::Open => {
                let spot_checks = round.number == 1 && self.spot_checks.is_some();
                round.closes_at_ms > now_ms || spot_checks
            }
            RoundState::Closed | RoundState::Cancelled => false,
        })
    }

    /// From which round on somebody answers who is added now: the one that is open, or the next.
    #[must_use]
    pub fn next_round(&self) -> u32 {
        let open = self
            .rounds
            .iter()
            .find(|round| round.state == RoundState::Open);
        let held = self
            .rounds
            .iter()
            .filter(|round| round.state != RoundState::Planned);
        let after = held.map(|round| round.number).max().unwrap_or(0) + 1;
        open.map_or(after, |round| round.number)
    }

    /// The round with this number.
    #[must_use]
    pub fn round(&self, number: u32) -> Option<&Round> {
        self.rounds.iter().find(|round| round.number == number)
    }
}

impl Round {
    /// As everybody may see it.
    #[must_use]
    pub fn shown(&self) -> contract::roll_call::Round {
        contract::roll_call::Round {
            number: self.number,
            opens_at_ms: self.opens_at_ms,
            late_at_ms: self.late_at_ms,
            closes_at_ms: self.closes_at_ms,
        }
    }
}

/// Makes a roll call, scheduled, with its first round planned.
///
/// # Errors
/// [`Error::NotFound`] without the organization.
pub fn create(tx: &mut WriteTx<'_>, new: &NewRollCall, now_ms: i64) -> Result<RollCall> {
    tree::require(tx, &[&new.organization_id])?;
    let id = new_id(now_ms);
    let spot = new.spot_checks.unwrap_or(SpotChecks {
        count: 0,
        within_ms: 0,
        window_ms: 0,
    });
    let seq = changes::next(tx, Topic::RollCalls)?;
    tx.execute(
        "INSERT INTO roll_calls (id, organization_id, title, occasion, state, statuses, presence_secret,
             spot_count, spot_within_ms, spot_window_ms, created_by, created_at_ms, seq, touched)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?13)",
        params![
            &id,
            &new.organization_id,
            &new.title,
            to_name(&new.occasion)?,
            to_name(&RollCallState::Scheduled)?,
            to_json(&new.statuses)?,
            new.presence_secret.as_deref(),
            spot.count,
            spot.within_ms,
            spot.window_ms,
            &new.created_by,
            now_ms,
            seq
        ],
    )?;
    let late_at_ms = new.opens_at_ms.saturating_add(new.window_ms);
    let round = Round {
        number: 1,
        state: RoundState::Planned,
        opens_at_ms: new.opens_at_ms,
        late_at_ms,
        closes_at_ms: late_at_ms.saturating_add(new.grace_ms),
    };
    rounds::insert(tx, &id, &round)?;
    rounds::follow(tx, &id)?;
    get(tx, &id)?.ok_or(Error::NotFound("roll call"))
}

/// The roll call with this id.
///
/// # Errors
/// The database failed.
pub fn get(tx: &mut Tx<'_>, id: &str) -> Result<Option<RollCall>> {
    let found = by_ids(tx, &[id])?;
    Ok(found.into_iter().next())
}

/// The roll calls with these ids, in no particular order.
///
/// # Errors
/// The database failed.
pub fn by_ids(tx: &mut Tx<'_>, ids: &[&str]) -> Result<Vec<RollCall>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!("{SELECT} WHERE c.id IN ({})", placeholders(1, ids.len()));
    let values: Vec<Value> = ids.iter().copied().map(Value::from).collect();
    let rows = tx.query(&sql, &values)?;
    complete(tx, &rows)
}

/// Roll calls of a meeting that are open and demand the code of its picture, oldest first.
///
/// # Errors
/// The database failed.
pub fn coded_of_meeting(tx: &mut Tx<'_>, meeting_id: &str) -> Result<Vec<RollCall>> {
    let rows = tx.query(
        &format!(
            "{SELECT} WHERE c.meeting_id = ?1 AND c.state = 'open' AND c.presence_secret IS NOT NULL
             ORDER BY c.id"
        ),
        params![meeting_id],
    )?;
    complete(tx, &rows)
}

/// Demands no code any more: no picture shows it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lift_code(tx: &mut WriteTx<'_>, id: &str) -> Result<()> {
    let roll_call = get(tx, id)?.ok_or(Error::NotFound("roll call"))?;
    tx.execute(
        "UPDATE roll_calls SET presence_secret = NULL WHERE id = ?1",
        params![id],
    )?;
    changes::note(tx, &roll_call)?;
    Ok(())
}

/// Notes the meeting in whose picture the codes of a roll call are shown.
///
/// # Errors
/// The database failed.
pub fn set_meeting(tx: &mut WriteTx<'_>, id: &str, meeting_id: &str) -> Result<()> {
    tx.execute(
        "UPDATE roll_calls SET meeting_id = ?2 WHERE id = ?1",
        params![id, meeting_id],
    )?;
    Ok(())
}

/// At most `limit` roll calls that concern `within`, newest first, made before the one with the
/// id `before`: those of its subtree, and those above it, which call its members too.
///
/// # Errors
/// The database failed.
pub fn list(
    tx: &mut Tx<'_>,
    within: &str,
    state: Option<RollCallState>,
    before: Option<&str>,
    limit: u32,
) -> Result<Vec<RollCall>> {
    let state = state.map(|state| to_name(&state)).transpose()?;
    let rows = tx.query(
        &format!(
            "{SELECT} WHERE (c.organization_id IN
                   (SELECT organization_id FROM organization_lines WHERE ancestor_id = ?1)
                 OR c.organization_id IN
                   (SELECT ancestor_id FROM organization_lines WHERE organization_id = ?1))
               AND (CAST(?2 AS TEXT) IS NULL OR c.id < ?2)
               AND (CAST(?3 AS TEXT) IS NULL OR c.state = ?3)
             ORDER BY c.id DESC LIMIT ?4"
        ),
        params![within, before, state, limit],
    )?;
    complete(tx, &rows)
}

/// Roll calls that a terminal has to do with: those of its organization and of those above it,
/// those that call somebody of its household, and at a station also those below it, which call
/// its people. Open ones first, then scheduled ones that open before `until_ms`, then those that
/// closed after `since_ms`; at most `limit`.
///
/// # Errors
/// The database failed.
pub fn for_terminal(
    tx: &mut Tx<'_>,
    place: &sign_ins::Place,
    since_ms: i64,
    until_ms: i64,
    limit: u32,
) -> Result<Vec<RollCall>> {
    const LIVE: &str = "(x.state = 'open'
        OR (x.state = 'scheduled' AND EXISTS (SELECT 1 FROM roll_call_rounds r
              WHERE r.roll_call_id = x.id AND r.number = 1 AND r.opens_at_ms < ?4))
        OR (x.state = 'closed' AND x.closed_at_ms > ?3))";
    let rows = tx.query(
        &format!(
            "{SELECT} WHERE c.id IN (
                 SELECT x.id FROM organization_lines l JOIN roll_calls x ON x.organization_id = l.ancestor_id
                 WHERE l.organization_id = ?1 AND {LIVE}
                 UNION SELECT x.id FROM members m JOIN roll_call_members k ON k.member_id = m.id
                 JOIN roll_calls x ON x.id = k.roll_call_id
                 WHERE m.household_id = CAST(?2 AS TEXT) AND {LIVE}
                 UNION SELECT x.id FROM organization_lines l JOIN roll_calls x ON x.organization_id = l.organization_id
                 WHERE l.ancestor_id = ?1 AND CAST(?5 AS BIGINT) = 1 AND {LIVE})
             ORDER BY CASE c.state WHEN 'open' THEN 0 WHEN 'scheduled' THEN 1 ELSE 2 END, c.id DESC LIMIT ?6"
        ),
        params![
            &place.organization_id,
            place.household.as_ref().map(|household| household.id.as_str()),
            since_ms,
            until_ms,
            i64::from(place.is_station()),
            limit
        ],
    )?;
    complete(tx, &rows)
}

/// Adds the rounds to what was read of roll calls.
fn complete(tx: &mut Tx<'_>, rows: &[Row]) -> Result<Vec<RollCall>> {
    let mut found = rows
        .iter()
        .map(roll_call)
        .collect::<Result<Vec<RollCall>>>()?;
    if found.is_empty() {
        return Ok(found);
    }
    let ids: Vec<Value> = found.iter().map(|found| Value::from(&found.id)).collect();
    let sql = format!(
        "SELECT roll_call_id, number, state, opens_at_ms, late_at_ms, closes_at_ms FROM roll_call_rounds
         WHERE roll_call_id IN ({}) ORDER BY number",
        placeholders(1, ids.len())
    );
    let mut rounds: HashMap<String, Vec<Round>> = HashMap::new();
    for row in tx.query(&sql, &ids)? {
        rounds.entry(row.text(0)?).or_default().push(Round {
            number: number(row.int(1)?)?,
            state: from_name(row.text(2)?)?,
            opens_at_ms: row.int(3)?,
            late_at_ms: row.int(4)?,
            closes_at_ms: row.int(5)?,
        });
    }
    for found in &mut found {
        found.rounds = rounds.remove(&found.id).unwrap_or_default();
    }
    Ok(found)
}

fn roll_call(row: &Row) -> Result<RollCall> {
    let count = number(row.int(8)?)?;
    Ok(RollCall {
        id: row.text(0)?,
        organization: OrganizationRef {
            id: row.text(1)?,
            name: row.text(2)?,
        },
        title: row.text(3)?,
        occasion: from_name(row.text(4)?)?,
        state: from_name(row.text(5)?)?,
        statuses: from_json(&row.text(6)?)?,
        presence_secret: row.opt_text(7)?,
        spot_checks: (count > 0).then_some(SpotChecks {
            count,
            within_ms: row.int(9)?,
            window_ms: row.int(10)?,
        }),
        created_by: row.text(11)?,
        created_at_ms: row.int(12)?,
        opened_at_ms: row.opt_int(13)?,
        closed_at_ms: row.opt_int(14)?,
        touched: row.int(15)?,
        meeting_id: row.opt_text(16)?,
        cancel_reason: row.opt_text(17)?,
        rounds: Vec::new(),
    })
}

/// A number that the schema keeps small.
fn number(value: i64) -> Result<u32> {
    u32::try_from(value).map_err(|_| Error::Damaged(format!("{value} where a small number is")))
}
