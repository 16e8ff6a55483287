//! Roll calls as staff and terminals see them.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use contract::roll_call::{
    Counts, RollCall, RollCallResults, RollCallState, TerminalRollCall, TerminalRollCalls,
};
use parking_lot::Mutex;
use store::roll_calls::sign_ins::{self, Place};
use store::roll_calls::{self, RoundState, standing};
use store::{Store, Tx, organizations};

use super::SEE;
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::rights::{Action, Staff};
use crate::services::kit::subject::{self, Subject};

/// How far a terminal looks ahead and back.
const DAY_MS: i64 = 24 * 3_600_000;

/// Roll calls a terminal is told of at most.
const MOST: u32 = 50;

/// Figures kept in memory at most.
const KEPT: usize = 20_000;

/// Figures are counted again after this time even if the roll call did not change: the tree of
/// organizations may have.
const FRESH: Duration = Duration::from_secs(300);

/// Figures that were counted lately: as long as nothing changed, thirty-five thousand rows are not
/// counted again.
#[derive(Debug, Default)]
pub struct Figures(Mutex<HashMap<(String, Option<String>), Counted>>);

#[derive(Clone, Copy, Debug)]
struct Counted {
    /// The change of the roll call at which it was counted.
    touched: i64,
    at: Instant,
    counts: Counts,
}

impl Figures {
    /// Figures of a roll call, of `within` and below it if it is given. Blocks.
    ///
    /// # Errors
    /// The database failed.
    pub fn of(
        &self,
        tx: &mut Tx<'_>,
        roll_call: &roll_calls::RollCall,
        within: Option<&str>,
    ) -> Result<Counts> {
        if roll_call.state == RollCallState::Scheduled {
            return Ok(Counts::default());
        }
        let key = (roll_call.id.clone(), within.map(str::to_owned));
        if let Some(counted) = self.0.lock().get(&key)
            && counted.touched == roll_call.touched
            && counted.at.elapsed() < FRESH
        {
            return Ok(counted.counts);
        }
        // The same snapshot in which `touched` was read.
        let counts = standing::counts(tx, &roll_call.id, within)?;
        let mut kept = self.0.lock();
        if kept.len() >= KEPT {
            kept.clear();
        }
        let counted = Counted {
            touched: roll_call.touched,
            at: Instant::now(),
            counts,
        };
        kept.insert(key, counted);
        Ok(counts)
    }
}

/// The part of a roll call that somebody at `organization_id` sees: `None` is all of it.
///
/// # Errors
/// The database failed.
pub(super) fn part<'a>(
    tx: &mut Tx<'_>,
    roll_call: &roll_calls::RollCall,
    organization_id: &'a str,
) -> Result<Option<&'a str>> {
    let all = organizations::is_within(tx, &roll_call.organization.id, organization_id)?;
    Ok((!all).then_some(organization_id))
}

impl Subject for roll_calls::RollCall {
    const NAME: &'static str = "这次点名";
    const SEE: Action = SEE;

    fn find(tx: &mut Tx<'_>, id: &str) -> store::Result<Option<Self>> {
        roll_calls::get(tx, id)
    }

    fn organization_id(&self) -> &str {
        &self.organization.id
    }

    /// One from above calls the members of those below, too.
    fn is_seen_from(&self, tx: &mut Tx<'_>, own: &str) -> store::Result<bool> {
        let theirs = &self.organization.id;
        Ok(
            organizations::is_within(tx, theirs, own)?
                || organizations::is_within(tx, own, theirs)?,
        )
    }
}

/// A roll call as this member of staff sees it.
///
/// # Errors
/// The database failed.
pub(super) fn staff_view(
    tx: &mut Tx<'_>,
    figures: &Figures,
    staff: &Staff,
    roll_call: roll_calls::RollCall,
) -> Result<RollCall> {
    let part = part(tx, &roll_call, &staff.organization.id)?;
    let counts = figures.of(tx, &roll_call, part)?;
    Ok(RollCall {
        rounds: shown_rounds(&roll_call),
        id: roll_call.id,
        title: roll_call.title,
        organization: roll_call.organization,
        occasion: roll_call.occasion,
        state: roll_call.state,
        statuses: roll_call.statuses,
        presence_code: roll_call.presence_secret.is_some(),
        opened_at_ms: roll_call.opened_at_ms,
        closed_at_ms: roll_call.closed_at_ms,
        meeting_id: roll_call.meeting_id,
        cancel_reason: roll_call.cancel_reason,
        created_by: roll_call.created_by,
        counts,
    })
}

/// Rounds that were opened, and the first one as planned: random ones to come are not told.
fn shown_rounds(roll_call: &roll_calls::RollCall) -> Vec<contract::roll_call::Round> {
    roll_call
        .rounds
        .iter()
        .filter(|round| {
            round.number == 1 || matches!(round.state, RoundState::Open | RoundState::Closed)
        })
        .map(roll_calls::Round::shown)
        .collect()
}

/// A roll call.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub fn get(store: &Store, figures: &Figures, staff: &Staff, id: &str) -> Result<RollCall> {
    store.read(|tx| {
        let roll_call: roll_calls::RollCall = subject::seen(tx, staff, id)?;
        staff_view(tx, figures, staff, roll_call)
    })
}

/// Roll calls that concern the subtree, newest first.
///
/// # Errors
/// The database failed.
pub fn list(
    store: &Store,
    figures: &Figures,
    staff: &Staff,
    state: Option<RollCallState>,
    before: Option<&str>,
    limit: u32,
) -> Result<Vec<RollCall>> {
    staff.may(SEE)?;
    store.read(|tx| {
        roll_calls::list(tx, &staff.organization.id, state, before, limit)?
            .into_iter()
            .map(|roll_call| staff_view(tx, figures, staff, roll_call))
            .collect()
    })
}

/// Figures of a roll call by organization.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub fn results(
    store: &Store,
    figures: &Figures,
    staff: &Staff,
    id: &str,
) -> Result<RollCallResults> {
    store.read(|tx| {
        let roll_call: roll_calls::RollCall = subject::seen(tx, staff, id)?;
        let part = part(tx, &roll_call, &staff.organization.id)?;
        if roll_call.state == RollCallState::Scheduled {
            return Ok(RollCallResults {
                total: Counts::default(),
                organizations: Vec::new(),
            });
        }
        Ok(RollCallResults {
            total: figures.of(tx, &roll_call, part)?,
            organizations: standing::results(tx, id, part)?,
        })
    })
}

/// Figures of a roll call alone, for those who watch them change.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub fn counts(store: &Store, figures: &Figures, staff: &Staff, id: &str) -> Result<Counts> {
    store.read(|tx| {
        let roll_call: roll_calls::RollCall = subject::seen(tx, staff, id)?;
        let part = part(tx, &roll_call, &staff.organization.id)?;
        figures.of(tx, &roll_call, part)
    })
}

/// What a terminal has to do with.
///
/// # Errors
/// [`ServiceError::Unauthenticated`] if it is gone.
pub fn for_terminal(
    store: &Store,
    figures: &Figures,
    terminal_id: &str,
    now_ms: i64,
) -> Result<TerminalRollCalls> {
    store.read(|tx| {
        let place = place(tx, terminal_id)?;
        let (since, until) = (now_ms - DAY_MS, now_ms + DAY_MS);
        let mut shown = Vec::new();
        for roll_call in roll_calls::for_terminal(tx, &place, since, until, MOST)? {
            shown.push(terminal_view(tx, figures, &place, roll_call, now_ms)?);
        }
        Ok(TerminalRollCalls {
            server_time_ms: now_ms,
            roll_calls: shown,
        })
    })
}

pub(super) fn place(tx: &mut Tx<'_>, terminal_id: &str) -> Result<Place> {
    sign_ins::places(tx, &[terminal_id])?
        .remove(terminal_id)
        .ok_or(ServiceError::Unauthenticated)
}

fn terminal_view(
    tx: &mut Tx<'_>,
    figures: &Figures,
    place: &Place,
    roll_call: roll_calls::RollCall,
    now_ms: i64,
) -> Result<TerminalRollCall> {
    let (mut people, mut unlisted, mut counts) = (Vec::new(), Vec::new(), Counts::default());
    if roll_call.state == RollCallState::Open {
        unlisted = standing::unlisted(tx, &roll_call, place, now_ms)?;
    }
    if roll_call.state != RollCallState::Scheduled {
        let part = part(tx, &roll_call, &place.organization_id)?;
        counts = figures.of(tx, &roll_call, part)?;
        people = standing::of_terminal(tx, &roll_call.id, place)?;
    }
    Ok(TerminalRollCall {
        rounds: shown_rounds(&roll_call),
        id: roll_call.id,
        title: roll_call.title,
        organization: roll_call.organization,
        occasion: roll_call.occasion,
        state: roll_call.state,
        presence_code: roll_call.presence_secret.is_some(),
        people,
        unlisted,
        counts,
    })
}
