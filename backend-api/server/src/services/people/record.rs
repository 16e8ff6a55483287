//! A member's own record.

use std::sync::Arc;

use contract::member::{MemberRecord, StudySummary};
use store::members::moves;
use store::roll_calls::standing;
use store::{Store, progress};

use super::session::{self, Stand};
use crate::services::kit::audit::{self, Actor, Words};
use crate::services::kit::calendar;
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::limits::Limits;
use crate::services::members::about;

/// Roll calls shown.
const MOST: u32 = 100;
/// Study asked for in a year: 32 hours (2023 plan of education and training of members).
const GOAL_MS: i64 = 32 * 3_600_000;

/// What the member of a session may see of themselves. The numbers stay masked: the room can see
/// the screen.
///
/// # Errors
/// [`ServiceError::Forbidden`] without a session on this TV, [`ServiceError::TooMany`].
pub fn of_session(
    store: &Store,
    limits: &Arc<Limits>,
    stand: Stand<'_>,
    token: &str,
    now_ms: i64,
) -> Result<MemberRecord> {
    let since_ms = calendar::year_start_ms(now_ms);
    let terminal_id = stand.terminal_id;
    let guess = store.read(|tx| session::guess(tx, stand))?;
    let record = store.read(|tx| {
        limits.check(tx, &guess, now_ms)?;
        let member = session::member(tx, terminal_id, token, now_ms)?;
        let year = progress::china_year(now_ms);
        let (finished, watched_ms) = progress::of_year(tx, terminal_id, year)?;
        let study = StudySummary {
            goal_ms: GOAL_MS,
            finished: u32::try_from(finished).unwrap_or(u32::MAX),
            watched_ms,
        };
        Ok::<_, ServiceError>(MemberRecord {
            member: member.named(),
            status: member.status,
            joined_on: member.joined_on,
            phone_masked: member.phone_hint,
            attendance: standing::summary_of_member(tx, &member.id, since_ms, i64::MAX)?,
            roll_calls: standing::of_member(tx, &member.id, MOST)?,
            study,
            transfers: moves::transfers(tx, &member.id)?,
            organization: member.organization,
        })
    });
    if matches!(record, Err(ServiceError::Forbidden(_))) {
        let limits = Arc::clone(limits);
        store.write(move |tx| limits.failed(tx, &guess, now_ms).map(|_| ()))?;
    }
    let record = record?;
    let (id, organization) = (record.member.id.clone(), record.organization.id.clone());
    store.write(move |tx| {
        let actor = Actor::Member(id.clone());
        audit::note(
            tx,
            &actor,
            "member.record",
            &about(&id),
            Some(&organization),
            Words::None,
            now_ms,
        )
    })?;
    Ok(record)
}
