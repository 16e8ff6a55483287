//! Codes in the picture of a meeting. No roll call demands a code that no picture shows:
//!
//! - a roll call that opens while a meeting for its people goes on is bound to that meeting, and its code
//!   is in the picture until it is over;
//! - when the meeting ends, its coded roll calls end with it, after asking whoever ends it;
//! - one that opens by itself while no such meeting goes on demands no code. Whoever opens one by hand
//!   without a meeting shows the code themselves (`GET /roll-calls/{id}/presence-code`).

use contract::meeting::Direction;
use contract::roll_call::RollCallState;
use store::roll_calls::{self, RollCall, rounds};
use store::{Store, Tx, WriteTx, meetings};

use crate::services::kit::audit::{self, About, Actor, Thing, Words};
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::rights::{Action, Staff};
use crate::services::kit::subject;

/// Lets a meeting end: its coded roll calls are over, or may end with it.
///
/// # Errors
/// [`ServiceError::RollCallOpen`] if one goes on.
pub(in crate::services) fn may_end(tx: &mut Tx<'_>, meeting_id: &str, now_ms: i64) -> Result<()> {
    let coded = roll_calls::coded_of_meeting(tx, meeting_id)?;
    if coded.iter().any(|it| it.goes_on(now_ms)) {
        return Err(ServiceError::RollCallOpen(
            "签到还在进行，会议结束后画面上就没有签到码了。请确认同时结束签到，再结束会议"
                .to_owned(),
        ));
    }
    Ok(())
}

/// Ends the coded roll calls of a meeting that is over.
pub(in crate::services) fn close(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    meeting_id: &str,
    now_ms: i64,
) -> Result<()> {
    for roll_call in roll_calls::coded_of_meeting(tx, meeting_id)? {
        rounds::close(tx, &roll_call.id, now_ms)?;
        let meeting = About::one(Thing::Meeting, meeting_id);
        let words = Words::With(&meeting);
        noted(tx, actor, "roll_call.close", &roll_call, words, now_ms)?;
    }
    Ok(())
}

/// Binds a roll call that demands a code and has just opened to a meeting in whose picture it can be. One
/// that opened `by_itself` without such a meeting demands no code any more.
pub(in crate::services) fn settle(
    tx: &mut WriteTx<'_>,
    roll_call: &RollCall,
    by_itself: bool,
    now_ms: i64,
) -> Result<()> {
    if roll_call.presence_secret.is_none() || roll_call.meeting_id.is_some() {
        return Ok(());
    }
    let organization = &roll_call.organization.id;
    if let Some(meeting) = meetings::that_shows_codes_for(tx, organization)? {
        meetings::link_roll_call(tx, &meeting, &roll_call.id, now_ms)?;
    } else if by_itself {
        roll_calls::lift_code(tx, &roll_call.id)?;
        let action = "roll_call.lift_code";
        noted(tx, &Actor::System, action, roll_call, Words::None, now_ms)?;
    }
    Ok(())
}

/// Lets another round of a roll call open: if it demands a code, the meeting it is bound to still shows one,
/// and no other.
///
/// # Errors
/// [`ServiceError::Conflict`].
pub(in crate::services) fn may_go_on(tx: &mut Tx<'_>, roll_call: &RollCall) -> Result<()> {
    let (Some(meeting), Some(_)) = (&roll_call.meeting_id, &roll_call.presence_secret) else {
        return Ok(());
    };
    if !meetings::shows_codes(tx, meeting)? {
        return Err(ServiceError::Conflict(
            "会议已经结束，画面上没有签到码了，不能再抽点".to_owned(),
        ));
    }
    let coded = roll_calls::coded_of_meeting(tx, meeting)?;
    if coded.iter().any(|other| other.id != roll_call.id) {
        return Err(ServiceError::Conflict(
            "这场会议还有别的签到在进行，结束后才能再抽点".to_owned(),
        ));
    }
    Ok(())
}

/// Lets a command about codes pass: one that is to be shown is that of an open roll call that demands it, of
/// no other meeting, and the only one of this meeting; it belongs to the meeting from then on. One that
/// is demanded is not taken away.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`], [`ServiceError::Conflict`].
pub fn direct(
    store: &Store,
    staff: &Staff,
    meeting_id: &str,
    command: &Direction,
    now_ms: i64,
) -> Result<()> {
    let Direction::PresenceCode { roll_call_id } = command else {
        return Ok(());
    };
    let (staff, meeting_id) = (staff.clone(), meeting_id.to_owned());
    let wanted = roll_call_id.clone();
    store.write(move |tx| {
        let coded = roll_calls::coded_of_meeting(tx, &meeting_id)?;
        let demanded = |but: &str| coded.iter().any(|it| it.id != but && it.goes_on(now_ms));
        let Some(id) = &wanted else {
            if demanded("") {
                return Err(ServiceError::Conflict(
                    "签到还在进行，收起签到码就没人能签到了，请先结束签到".to_owned(),
                ));
            }
            return Ok(());
        };
        let roll_call: RollCall = subject::allowed(tx, &staff, Action::RollCall, id)?;
        if roll_call.presence_secret.is_none() {
            return Err(ServiceError::Conflict("这次点名不要求口令".to_owned()));
        }
        if roll_call.state != RollCallState::Open {
            return Err(ServiceError::Conflict(
                "这次点名没有在进行，不用显示签到码".to_owned(),
            ));
        }
        may_show(tx, &meeting_id)?;
        if demanded(id) {
            return Err(ServiceError::Conflict(
                "这场会议还有别的签到在进行，请先结束那一次".to_owned(),
            ));
        }
        match &roll_call.meeting_id {
            Some(own) if *own == meeting_id => {}
            Some(other) if meetings::shows_codes(tx, other)? => {
                return Err(ServiceError::Conflict(
                    "这次点名的签到码正在另一场会议里显示".to_owned(),
                ));
            }
            _ => {
                tx.written_by(&staff.login);
                meetings::link_roll_call(tx, &meeting_id, id, now_ms)?;
            }
        }
        Ok(())
    })
}

/// Whether a code can be in the picture of this meeting.
///
/// # Errors
/// [`ServiceError::Conflict`].
pub(in crate::services) fn may_show(tx: &mut Tx<'_>, meeting_id: &str) -> Result<()> {
    if meetings::shows_codes(tx, meeting_id)? {
        return Ok(());
    }
    Err(ServiceError::Conflict(
        "这场会议的画面上放不了签到码（画面由外部流媒体服务提供，或还没有开始），请不用签到码点名"
            .to_owned(),
    ))
}

/// The roll call whose code is to be in a meeting's picture, if one is demanded.
///
/// # Errors
/// The database failed.
pub fn demanded(store: &Store, meeting_id: &str) -> Result<Option<String>> {
    let coded = store.read(|tx| roll_calls::coded_of_meeting(tx, meeting_id))?;
    Ok(coded.into_iter().next_back().map(|roll_call| roll_call.id))
}

fn noted(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    action: &'static str,
    roll_call: &RollCall,
    words: Words<'_>,
    now_ms: i64,
) -> Result<()> {
    let organization = Some(roll_call.organization.id.as_str());
    audit::note(
        tx,
        actor,
        action,
        &super::about(&roll_call.id),
        organization,
        words,
        now_ms,
    )?;
    Ok(())
}
