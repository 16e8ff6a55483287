//! What happens by itself, at the [deadline](store::due) that follows the rounds of a roll call.

use contract::roll_call::SpotChecks;
use store::WriteTx;
use store::due::Claim;
use store::roll_calls::rounds::{self, Due};
use store::roll_calls::{self, RollCall};

use super::{about, codes};
use crate::services::due::Outcome;
use crate::services::kit::audit::{self, Actor, Words};
use crate::services::kit::error::{Result, ServiceError};

/// Does what is due of a roll call at the moment of its deadline; what comes after that moment,
/// even if it is past by now, is the next deadline.
///
/// # Errors
/// The database failed; [`ServiceError::Internal`] if nothing can be done although it is due.
pub fn next(tx: &mut WriteTx<'_>, claim: &Claim, now_ms: i64) -> Result<Outcome> {
    let id = claim.subject.as_str();
    let mut changed = false;
    for due in rounds::due(tx, claim.at_ms)? {
        if due.roll_call_id == id {
            changed |= step(tx, &due, &random()?, now_ms)?;
        }
    }
    match rounds::follow(tx, id)? {
        Some(at_ms) if !changed && at_ms <= claim.at_ms => Err(ServiceError::Internal(
            "a roll call stays where it is".to_owned(),
        )),
        _ if changed => Ok(Outcome::Done),
        _ => Ok(Outcome::Nothing),
    }
}

/// Does what is due of these roll calls inside a transaction that needs them up to date. `random`
/// is drawn outside, since a transaction may run twice.
///
/// # Errors
/// The database failed.
pub(super) fn catch_up(
    tx: &mut WriteTx<'_>,
    ids: &[&str],
    random: &[u64; 3],
    now_ms: i64,
) -> Result<bool> {
    let mut any = false;
    loop {
        let due = rounds::due(tx, now_ms)?;
        let mut changed = false;
        for due in due {
            if ids.contains(&due.roll_call_id.as_str()) {
                changed |= step(tx, &due, random, now_ms)?;
            }
        }
        if !changed {
            return Ok(any);
        }
        any = true;
    }
}

/// Random numbers of the operating system for the spot checks of one roll call.
pub(super) fn random() -> Result<[u64; 3]> {
    let mut bytes = [0; 24];
    getrandom::fill(&mut bytes)
        .map_err(|error| ServiceError::Internal(format!("no randomness: {error}")))?;
    let mut numbers = [0; 3];
    for (number, bytes) in numbers.iter_mut().zip(bytes.chunks_exact(8)) {
        *number = bytes
            .iter()
            .fold(0, |number, byte| (number << 8) | u64::from(*byte));
    }
    Ok(numbers)
}

fn step(tx: &mut WriteTx<'_>, due: &Due, random: &[u64; 3], now_ms: i64) -> Result<bool> {
    let id = &due.roll_call_id;
    let roll_call = roll_calls::get(tx, id)?.ok_or(ServiceError::NotFound("这次点名"))?;
    let round = roll_call
        .round(due.round)
        .ok_or(ServiceError::NotFound("这一轮点名"))?;
    let (action, done) = match (due.opens, due.round) {
        (true, 1) => {
            let done = rounds::open(tx, id, None, now_ms)?;
            if done {
                codes::settle(tx, &roll_call, true, now_ms)?;
            }
            ("roll_call.open", done)
        }
        (true, number)
            if round.closes_at_ms <= now_ms || codes::may_go_on(tx, &roll_call).is_err() =>
        {
            let done = rounds::leave_out(tx, id, number)?;
            ("roll_call.leave_out_round", done)
        }
        (true, number) => (
            "roll_call.open_round",
            rounds::open_spot_check(tx, id, number, now_ms)?,
        ),
        (false, number) => {
            let openings = openings(&roll_call, number, random, now_ms);
            let done = rounds::close_round(tx, id, number, &openings)?;
            ("roll_call.close_round", done)
        }
    };
    if done {
        let organization = Some(roll_call.organization.id.as_str());
        audit::note(
            tx,
            &Actor::System,
            action,
            &about(id),
            organization,
            Words::Round(due.round),
            now_ms,
        )?;
    }
    Ok(done)
}

/// When spot checks open, drawn when the first round closes. Those whose whole time has passed
/// already, because the server was down, are left out.
fn openings(roll_call: &RollCall, number: u32, random: &[u64; 3], now_ms: i64) -> Vec<i64> {
    let (Some(spot), Some(round), 1) = (roll_call.spot_checks, roll_call.round(number), number)
    else {
        return Vec::new();
    };
    draw(spot, random)
        .into_iter()
        .map(|offset_ms| round.closes_at_ms + offset_ms)
        .filter(|opens_at_ms| opens_at_ms + spot.window_ms > now_ms)
        .collect()
}

/// Moments within the time given, ascending, none before the one before it is over: uniformly
/// drawn from the time that the windows leave, then spread by them.
fn draw(spot: SpotChecks, random: &[u64; 3]) -> Vec<i64> {
    let count = i64::from(spot.count).clamp(0, 3);
    let slack = (spot.within_ms - (count - 1) * spot.window_ms).max(0);
    let mut moments: Vec<i64> = random
        .iter()
        .take(usize::try_from(count).unwrap_or(0))
        .map(|random| {
            // Every moment of 0..=slack equally often, to 2⁻²⁴ for a day.
            let scaled = (u128::from(*random) * (u128::from(slack.unsigned_abs()) + 1)) >> 64;
            i64::try_from(scaled).unwrap_or(slack)
        })
        .collect();
    moments.sort_unstable();
    (0..)
        .zip(moments)
        .map(|(before, moment)| moment + before * spot.window_ms)
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn spot_checks_lie_within_their_time_and_do_not_overlap(
            count in 1..=3_u32, window_ms in 1_000..600_000_i64, more in 0..3_600_000_i64, random: [u64; 3],
        ) {
            let spot = SpotChecks { count, within_ms: i64::from(count) * window_ms + more, window_ms };
            let moments = draw(spot, &random);
            prop_assert_eq!(moments.len(), count as usize);
            prop_assert!(moments.iter().all(|moment| (0..=spot.within_ms).contains(moment)));
            prop_assert!(moments.windows(2).all(|pair| pair[1] - pair[0] >= window_ms));
        }
    }

    #[test]
    fn every_part_of_the_time_is_drawn() {
        let spot = SpotChecks {
            count: 1,
            within_ms: 1_000,
            window_ms: 10,
        };
        assert_eq!(draw(spot, &[0, 1, 2]), [0]);
        assert_eq!(draw(spot, &[u64::MAX, 0, 0]), [1_000]);
        assert_eq!(draw(spot, &[u64::MAX / 2 + 1, 0, 0]), [500]);
        // Two draws of the system differ.
        assert_ne!(random().unwrap(), random().unwrap());
    }
}
