//! Opening and closing. What is done twice, or by two servers at once, is done once: each step
//! asks for the state it begins from.

use contract::roll_call::RollCallState;

use super::{CALLED, RollCall, Round, RoundState, changes, get};
use crate::codec::to_name;
use crate::driver::{Tx, WriteTx, params};
use crate::due;
use crate::error::{Error, Result};

/// Something whose time has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The roll call.
    pub roll_call_id: String,
    /// Its round.
    pub round: u32,
    /// It opens; otherwise it closes.
    pub opens: bool,
    /// When that was due.
    pub at_ms: i64,
}

/// What is due by now, in the order of its moments.
///
/// # Errors
/// The database failed.
pub fn due(tx: &mut Tx<'_>, now_ms: i64) -> Result<Vec<Due>> {
    tx.query(
        "SELECT roll_call_id, number, 1, opens_at_ms FROM roll_call_rounds
         WHERE state = 'planned' AND opens_at_ms <= ?1
         UNION ALL
         SELECT roll_call_id, number, 0, closes_at_ms FROM roll_call_rounds
         WHERE state = 'open' AND closes_at_ms <= ?1
         ORDER BY 4, 3 DESC, 1, 2",
        params![now_ms],
    )?
    .iter()
    .map(|row| {
        Ok(Due {
            roll_call_id: row.text(0)?,
            round: super::number(row.int(1)?)?,
            opens: row.truth(2)?,
            at_ms: row.int(3)?,
        })
    })
    .collect()
}

/// Opens a scheduled roll call and fixes who is called: everybody with one of its standings in
/// the subtree who has not left. `at_ms` moves its first round there; `None`: as planned. Tells
/// whether it was scheduled.
///
/// # Errors
/// [`Error::NotFound`].
pub fn open(tx: &mut WriteTx<'_>, id: &str, at_ms: Option<i64>, now_ms: i64) -> Result<bool> {
    let roll_call = get(tx, id)?.ok_or(Error::NotFound("roll call"))?;
    let first = *roll_call
        .round(1)
        .ok_or_else(|| Error::Damaged("a roll call without a round".into()))?;
    if roll_call.state != RollCallState::Scheduled {
        return Ok(false);
    }
    let moved = at_ms.unwrap_or(first.opens_at_ms) - first.opens_at_ms;
    let opens_at_ms = first.opens_at_ms + moved;
    let seq = changes::note(tx, &roll_call)?;
    tx.execute(
        "UPDATE roll_calls SET state = 'open', opened_at_ms = ?2 WHERE id = ?1",
        params![id, opens_at_ms],
    )?;
    tx.execute(
        "UPDATE roll_call_rounds SET state = 'open', opens_at_ms = ?2, late_at_ms = ?3, closes_at_ms = ?4, seq = ?5
         WHERE roll_call_id = ?1 AND number = 1",
        params![
            id,
            opens_at_ms,
            first.late_at_ms + moved,
            first.closes_at_ms + moved,
            seq
        ],
    )?;
    CALLED.take(tx, id, &roll_call.calls(now_ms))?;
    follow(tx, id)?;
    Ok(true)
}

/// Opens a planned spot check, for its whole time from now. Tells whether it was planned.
///
/// # Errors
/// [`Error::NotFound`].
pub fn open_spot_check(tx: &mut WriteTx<'_>, id: &str, number: u32, now_ms: i64) -> Result<bool> {
    let roll_call = get(tx, id)?.ok_or(Error::NotFound("roll call"))?;
    let round = *roll_call.round(number).ok_or(Error::NotFound("round"))?;
    if round.state != RoundState::Planned || roll_call.state != RollCallState::Open {
        return Ok(false);
    }
    let moved = now_ms - round.opens_at_ms;
    let seq = changes::note(tx, &roll_call)?;
    tx.execute(
        "UPDATE roll_call_rounds SET state = 'open', opens_at_ms = ?3, late_at_ms = ?4, closes_at_ms = ?5, seq = ?6
         WHERE roll_call_id = ?1 AND number = ?2",
        params![
            id,
            number,
            now_ms,
            round.late_at_ms + moved,
            round.closes_at_ms + moved,
            seq
        ],
    )?;
    follow(tx, id)?;
    Ok(true)
}

/// Leaves out a planned spot check whose whole time passed unheeded. Without any round to come or
/// open the roll call is over. Tells whether it was planned.
///
/// # Errors
/// [`Error::NotFound`].
pub fn leave_out(tx: &mut WriteTx<'_>, id: &str, number: u32) -> Result<bool> {
    let roll_call = get(tx, id)?.ok_or(Error::NotFound("roll call"))?;
    let round = roll_call.round(number).ok_or(Error::NotFound("round"))?;
    if round.state != RoundState::Planned {
        return Ok(false);
    }
    changes::note(tx, &roll_call)?;
    set_state(tx, id, number, RoundState::Cancelled)?;
    if !goes_on(&roll_call, number) {
        let over_at_ms = roll_call
            .rounds
            .iter()
            .filter(|round| round.state == RoundState::Closed)
            .map(|round| round.closes_at_ms)
            .max();
        let over_at_ms = over_at_ms.unwrap_or(round.opens_at_ms);
        finish(tx, id, RollCallState::Closed, over_at_ms)?;
    }
    follow(tx, id)?;
    Ok(true)
}

/// Closes a round whose time is over and plans spot checks at `openings`, in Unix milliseconds
/// and ascending. Without any round to come or open the roll call is over. Tells whether the
/// round was open.
///
/// # Errors
/// [`Error::NotFound`].
pub fn close_round(tx: &mut WriteTx<'_>, id: &str, number: u32, openings: &[i64]) -> Result<bool> {
    let roll_call = get(tx, id)?.ok_or(Error::NotFound("roll call"))?;
    let round = *roll_call.round(number).ok_or(Error::NotFound("round"))?;
    if round.state != RoundState::Open {
        return Ok(false);
    }
    changes::note(tx, &roll_call)?;
    set_state(tx, id, number, RoundState::Closed)?;
    let window_ms = roll_call.spot_checks.map_or(0, |spot| spot.window_ms);
    for (next, opens_at_ms) in (last_number(&roll_call) + 1..).zip(openings) {
        let planned = Round {
            number: next,
            state: RoundState::Planned,
            opens_at_ms: *opens_at_ms,
            late_at_ms: opens_at_ms + window_ms,
            closes_at_ms: opens_at_ms + window_ms,
        };
        insert(tx, id, &planned)?;
    }
    if openings.is_empty() && !goes_on(&roll_call, number) {
        finish(tx, id, RollCallState::Closed, round.closes_at_ms)?;
    }
    follow(tx, id)?;
    Ok(true)
}

/// Closes a roll call now: open rounds end, planned ones are never held. Tells whether it was
/// open.
///
/// # Errors
/// [`Error::NotFound`].
pub fn close(tx: &mut WriteTx<'_>, id: &str, now_ms: i64) -> Result<bool> {
    let roll_call = get(tx, id)?.ok_or(Error::NotFound("roll call"))?;
    if roll_call.state != RollCallState::Open {
        return Ok(false);
    }
    end(tx, &roll_call, RollCallState::Closed, now_ms)?;
    Ok(true)
}

/// Cancels a roll call: it never counts. Tells whether that is news.
///
/// # Errors
/// [`Error::NotFound`].
pub fn cancel(tx: &mut WriteTx<'_>, id: &str, now_ms: i64) -> Result<bool> {
    let roll_call = get(tx, id)?.ok_or(Error::NotFound("roll call"))?;
    if roll_call.state == RollCallState::Cancelled {
        return Ok(false);
    }
    end(tx, &roll_call, RollCallState::Cancelled, now_ms)?;
    Ok(true)
}

/// Notes why a roll call was cancelled.
///
/// # Errors
/// The database failed.
pub fn note_cancel_reason(tx: &mut WriteTx<'_>, id: &str, reason: &str) -> Result<()> {
    tx.execute(
        "UPDATE roll_calls SET cancel_reason = ?2 WHERE id = ?1",
        params![id, reason],
    )?;
    Ok(())
}

/// Opens a spot check now, in a roll call that has opened and was not cancelled; one that is over
/// is open again. Spot checks still to come keep their moments and count after this one.
///
/// # Errors
/// [`Error::NotFound`].
pub fn add(tx: &mut WriteTx<'_>, id: &str, window_ms: i64, now_ms: i64) -> Result<Round> {
    let roll_call = get(tx, id)?.ok_or(Error::NotFound("roll call"))?;
    // Numbers follow the order of opening, and a gap would tell that one is to come.
    let planned: Vec<&Round> = roll_call
        .rounds
        .iter()
        .filter(|round| round.state == RoundState::Planned)
        .collect();
    let number = planned
        .first()
        .map_or(last_number(&roll_call) + 1, |first| first.number);
    for later in planned.iter().rev() {
        tx.execute(
            "UPDATE roll_call_rounds SET number = number + 1 WHERE roll_call_id = ?1 AND number = ?2",
            params![id, later.number],
        )?;
    }
    let round = Round {
        number,
        state: RoundState::Open,
        opens_at_ms: now_ms,
        late_at_ms: now_ms + window_ms,
        closes_at_ms: now_ms + window_ms,
    };
    insert(tx, id, &round)?;
    let seq = changes::note(tx, &roll_call)?;
    tx.execute(
        "UPDATE roll_call_rounds SET seq = ?3 WHERE roll_call_id = ?1 AND number = ?2",
        params![id, number, seq],
    )?;
    tx.execute(
        "UPDATE roll_calls SET state = 'open', closed_at_ms = NULL WHERE id = ?1",
        params![id],
    )?;
    follow(tx, id)?;
    Ok(round)
}

/// Whether another round than `number` is open or to come.
fn goes_on(roll_call: &RollCall, number: u32) -> bool {
    roll_call
        .rounds
        .iter()
        .filter(|other| other.number != number)
        .any(|other| matches!(other.state, RoundState::Open | RoundState::Planned))
}

fn last_number(roll_call: &RollCall) -> u32 {
    roll_call.rounds.last().map_or(0, |round| round.number)
}

fn end(
    tx: &mut WriteTx<'_>,
    roll_call: &RollCall,
    state: RollCallState,
    now_ms: i64,
) -> Result<()> {
    changes::note(tx, roll_call)?;
    for round in &roll_call.rounds {
        match round.state {
            RoundState::Planned => {
                set_state(tx, &roll_call.id, round.number, RoundState::Cancelled)?;
            }
            RoundState::Open => {
                tx.execute(
                    "UPDATE roll_call_rounds SET state = 'closed', late_at_ms = ?3, closes_at_ms = ?4
                     WHERE roll_call_id = ?1 AND number = ?2",
                    params![
                        &roll_call.id,
                        round.number,
                        round.late_at_ms.min(now_ms),
                        round.closes_at_ms.min(now_ms)
                    ],
                )?;
            }
            RoundState::Closed | RoundState::Cancelled => {}
        }
    }
    finish(tx, &roll_call.id, state, now_ms)?;
    follow(tx, &roll_call.id)?;
    Ok(())
}

fn finish(tx: &mut WriteTx<'_>, id: &str, state: RollCallState, at_ms: i64) -> Result<()> {
    tx.execute(
        "UPDATE roll_calls SET state = ?2, closed_at_ms = ?3 WHERE id = ?1",
        params![id, to_name(&state)?, at_ms],
    )?;
    Ok(())
}

fn set_state(tx: &mut WriteTx<'_>, id: &str, number: u32, state: RoundState) -> Result<()> {
    tx.execute(
        "UPDATE roll_call_rounds SET state = ?3 WHERE roll_call_id = ?1 AND number = ?2",
        params![id, number, to_name(&state)?],
    )?;
    Ok(())
}

/// Keeps the deadline ([`due::Kind::RollCall`]) at the next moment of a roll call, after every
/// change of its rounds. Answers the moment.
///
/// # Errors
/// The database failed.
pub fn follow(tx: &mut WriteTx<'_>, id: &str) -> Result<Option<i64>> {
    let row = tx.query_one(
        "SELECT MIN(CASE state WHEN 'planned' THEN opens_at_ms ELSE closes_at_ms END)
         FROM roll_call_rounds WHERE roll_call_id = ?1 AND state IN ('planned', 'open')",
        params![id],
    )?;
    let at_ms = row.opt_int(0)?;
    due::set(tx, due::Kind::RollCall, id, at_ms)?;
    Ok(at_ms)
}

pub(super) fn insert(tx: &mut WriteTx<'_>, id: &str, round: &Round) -> Result<()> {
    tx.execute(
        "INSERT INTO roll_call_rounds (roll_call_id, number, state, opens_at_ms, late_at_ms, closes_at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            id,
            round.number,
            to_name(&round.state)?,
            round.opens_at_ms,
            round.late_at_ms,
            round.closes_at_ms
        ],
    )?;
    Ok(())
}
