//! What staff do with roll calls. Every write is audited.

use contract::error::FieldError;
use contract::member::MemberStatus;
use contract::roll_call::{
    Attendance, AttendanceState, Correction, MemberAddition, PresenceCode, RollCall, RollCallDraft,
    RollCallState, RoundRequest,
};
use store::roll_calls::standing::{self, Wanted};
use store::roll_calls::{self, NewRollCall, RoundState, rounds};
use store::{Store, Tx, WriteTx, members, organizations};

use super::show::{Figures, part, staff_view};
use super::{SEE, codes, presence};
use crate::services::kit::audit::{self, About, Actor, Thing, Words};
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::rights::{Action, Staff};
use crate::services::kit::{names, reason, subject};
use crate::services::secrets;

/// Making, opening, closing, correcting.
const CALL: Action = Action::RollCall;
/// Seeing who it is that stands so.
const SEE_NAMES: Action = Action::ReadMembers;

const SECOND_MS: i64 = 1_000;
const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// Makes a roll call; without a time to open it opens at once.
///
/// # Errors
/// [`ServiceError::Invalid`], [`ServiceError::NotFound`] for the organization,
/// [`ServiceError::Forbidden`].
pub fn create(
    store: &Store,
    figures: &Figures,
    staff: &Staff,
    draft: &RollCallDraft,
    now_ms: i64,
) -> Result<RollCall> {
    staff.may(CALL)?;
    let new = check(draft, staff, now_ms)?;
    let at_once = draft.opens_at_ms.is_none();
    let (by, code) = (staff.clone(), draft.organization_code.clone());
    let id = store.write(move |tx| {
        let organization = subject::organization(tx, &by, CALL, "organization_code", &code)?;
        let made = make(tx, &by, &organization.id, &new, at_once, now_ms)?;
        if at_once {
            codes::settle(tx, &made, false, now_ms)?;
        }
        Ok::<_, ServiceError>(made.id)
    })?;
    super::show::get(store, figures, staff, &id)
}

/// Makes what was [checked](check) a roll call of an organization, inside a transaction that found
/// that `by` may.
pub(in crate::services) fn make(
    tx: &mut WriteTx<'_>,
    by: &Staff,
    organization_id: &str,
    new: &NewRollCall,
    at_once: bool,
    now_ms: i64,
) -> Result<roll_calls::RollCall> {
    let new = NewRollCall {
        organization_id: organization_id.to_owned(),
        ..new.clone()
    };
    let made = roll_calls::create(tx, &new, now_ms)?;
    if at_once {
        rounds::open(tx, &made.id, None, now_ms)?;
    }
    note(tx, by, "roll_call.create", &made, Words::None, now_ms)?;
    Ok(made)
}

/// What a draft asks for, without the organization.
///
/// # Errors
/// [`ServiceError::Invalid`] with every field that is wrong.
pub(in crate::services) fn check(
    draft: &RollCallDraft,
    staff: &Staff,
    now_ms: i64,
) -> Result<NewRollCall> {
    let mut wrong = Vec::new();
    let mut complain = |field: &str, message: &str| {
        wrong.push(FieldError {
            field: field.to_owned(),
            message: message.to_owned(),
        });
    };
    let title = names::title(&draft.title, "标题", 60).unwrap_or_else(|message| {
        complain("title", &message);
        String::new()
    });
    if !(10 * SECOND_MS..=DAY_MS).contains(&draft.window_ms) {
        complain("window_ms", "签到时间须在 10 秒到 24 小时之间，以毫秒计");
    }
    if !(0..=DAY_MS).contains(&draft.grace_ms) {
        complain("grace_ms", "迟到宽限须在 0 到 24 小时之间，以毫秒计");
    }
    let opens_at_ms = draft.opens_at_ms.unwrap_or(now_ms);
    // A minute is lost between filling in the form and sending it.
    if !(now_ms - 60 * SECOND_MS..=now_ms + 366 * DAY_MS).contains(&opens_at_ms) {
        complain("opens_at_ms", "开始时间须在现在之后、一年之内");
    }
    if let Some(spot) = draft.spot_checks {
        if !(1..=3).contains(&spot.count) {
            complain("spot_checks.count", "随机抽点须为 1 到 3 次");
        }
        if !(10 * SECOND_MS..=HOUR_MS).contains(&spot.window_ms) {
            complain(
                "spot_checks.window_ms",
                "每次抽点的时间须在 10 秒到 1 小时之间，以毫秒计",
            );
        }
        let least = i64::from(spot.count).saturating_mul(spot.window_ms);
        if !(least..=DAY_MS).contains(&spot.within_ms) {
            complain(
                "spot_checks.within_ms",
                "抽点的总时段须容得下全部抽点，且不超过 24 小时",
            );
        }
    }
    if draft.statuses.contains(&MemberStatus::Unknown) {
        complain("statuses", names::UNKNOWN_STATUS);
    }
    if !wrong.is_empty() {
        return Err(ServiceError::Invalid(wrong));
    }
    let mut statuses = draft.statuses.clone();
    if statuses.is_empty() {
        statuses = vec![MemberStatus::Full, MemberStatus::Probationary];
    }
    statuses.sort_unstable();
    statuses.dedup();
    let presence_secret = draft
        .presence_code
        .then(secrets::random_token)
        .transpose()?;
    Ok(NewRollCall {
        organization_id: String::new(),
        title,
        occasion: draft.occasion,
        statuses,
        presence_secret,
        spot_checks: draft.spot_checks,
        created_by: staff.login.clone(),
        opens_at_ms,
        window_ms: draft.window_ms,
        grace_ms: draft.grace_ms,
    })
}

/// Opens a scheduled roll call now.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`], [`ServiceError::Conflict`] if it is
/// not scheduled.
pub fn open(
    store: &Store,
    figures: &Figures,
    staff: &Staff,
    id: &str,
    now_ms: i64,
) -> Result<RollCall> {
    change(
        store,
        figures,
        staff,
        id,
        "roll_call.open",
        now_ms,
        move |tx, roll_call| {
            if rounds::open(tx, &roll_call.id, Some(now_ms), now_ms)? {
                codes::settle(tx, roll_call, false, now_ms)?;
                Ok(Words::None)
            } else {
                Err(wrong_state(roll_call))
            }
        },
    )
}

/// Closes an open roll call now.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`], [`ServiceError::Conflict`] if it is
/// not open.
pub fn close(
    store: &Store,
    figures: &Figures,
    staff: &Staff,
    id: &str,
    now_ms: i64,
) -> Result<RollCall> {
    change(
        store,
        figures,
        staff,
        id,
        "roll_call.close",
        now_ms,
        move |tx, roll_call| {
            if rounds::close(tx, &roll_call.id, now_ms)? {
                Ok(Words::None)
            } else {
                Err(wrong_state(roll_call))
            }
        },
    )
}

/// Cancels a roll call: it never counts.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`], [`ServiceError::Conflict`] if it is
/// cancelled already, [`ServiceError::Invalid`] without a reason.
pub fn cancel(
    store: &Store,
    figures: &Figures,
    staff: &Staff,
    id: &str,
    reason: &str,
    now_ms: i64,
) -> Result<RollCall> {
    let reason = reason::checked("reason", reason)?;
    change(
        store,
        figures,
        staff,
        id,
        "roll_call.cancel",
        now_ms,
        move |tx, roll_call| {
            if rounds::cancel(tx, &roll_call.id, now_ms)? {
                rounds::note_cancel_reason(tx, &roll_call.id, &reason)?;
                Ok(Words::None)
            } else {
                Err(wrong_state(roll_call))
            }
        },
    )
}

/// Opens a spot check now. A roll call that closed within the last day is open again by it.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`], [`ServiceError::Conflict`] while a
/// round is open or if the roll call is not under way, [`ServiceError::Invalid`].
pub fn add_round(
    store: &Store,
    figures: &Figures,
    staff: &Staff,
    id: &str,
    request: RoundRequest,
    now_ms: i64,
) -> Result<RollCall> {
    let window_ms = request.window_ms;
    if !(10 * SECOND_MS..=HOUR_MS).contains(&window_ms) {
        return Err(ServiceError::field(
            "window_ms",
            "抽点的时间须在 10 秒到 1 小时之间，以毫秒计",
        ));
    }
    change(
        store,
        figures,
        staff,
        id,
        "roll_call.open_round",
        now_ms,
        move |tx, roll_call| {
            let over_lately = roll_call.state == RollCallState::Closed
                && roll_call
                    .closed_at_ms
                    .is_some_and(|closed| now_ms - closed <= DAY_MS);
            if roll_call.state != RollCallState::Open && !over_lately {
                return Err(wrong_state(roll_call));
            }
            let is_open = |round: &roll_calls::Round| {
                round.state == RoundState::Open && round.closes_at_ms > now_ms
            };
            if roll_call.rounds.iter().any(is_open) {
                return Err(ServiceError::Conflict(
                    "上一轮点名还没有结束，请稍后再抽点".to_owned(),
                ));
            }
            codes::may_go_on(tx, roll_call)?;
            let round = rounds::add(tx, &roll_call.id, window_ms, now_ms)?;
            Ok(Words::Round(round.number))
        },
    )
}

/// Writes down how staff say a member stands, whatever was answered.
///
/// # Errors
/// [`ServiceError::NotFound`] if the member is not called, [`ServiceError::Forbidden`],
/// [`ServiceError::Conflict`] before it opens, [`ServiceError::Invalid`].
pub fn correct(
    store: &Store,
    staff: &Staff,
    id: &str,
    correction: &Correction,
    now_ms: i64,
) -> Result<Attendance> {
    const UNKNOWN: ServiceError = ServiceError::NotFound("这次点名中的这位党员");
    let reason = reason::checked("reason", &correction.reason)?;
    if matches!(
        correction.state,
        AttendanceState::ToVerify | AttendanceState::Guest
    ) {
        return Err(ServiceError::field(
            "state",
            "只能改为到会、迟到、请假、免点或未到",
        ));
    }
    let (staff, id) = (staff.clone(), id.to_owned());
    let (member_id, state) = (correction.member_id.clone(), correction.state);
    store.write(move |tx| {
        let roll_call: roll_calls::RollCall = subject::seen(tx, &staff, &id)?;
        staff.may(CALL)?;
        if !matches!(roll_call.state, RollCallState::Open | RollCallState::Closed) {
            return Err(wrong_state(&roll_call));
        }
        // A branch corrects its own members in the township's roll call.
        let organization_id = standing::organization_of(tx, &id, &member_id)?.ok_or(UNKNOWN)?;
        if !organizations::is_within(tx, &organization_id, &staff.organization.id)? {
            return Err(UNKNOWN);
        }
        let line = standing::correct(tx, &id, &member_id, state, &reason, &staff.login, now_ms)?;
        // About the member, so that a purge finds it.
        audit::note(
            tx,
            &Actor::of(Some(&staff)),
            "roll_call.correct",
            &About::one(Thing::Member, &member_id),
            Some(&organization_id),
            Words::Corrected {
                roll_call: &super::about(&id),
                state,
                reason: &reason,
            },
            now_ms,
        )?;
        Ok(line)
    })
}

/// Calls a member too who was entered, moved or given their standing after the roll call had opened, while it
/// goes on. Tells whether that is news; somebody who is called already stays as they are.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`], [`ServiceError::Conflict`] before it opens, once
/// it is over, or if the member has left, [`ServiceError::Invalid`] for whom it does not call.
pub fn add_member(
    store: &Store,
    staff: &Staff,
    id: &str,
    addition: &MemberAddition,
    now_ms: i64,
) -> Result<(Attendance, bool)> {
    let reason = reason::checked("reason", &addition.reason)?;
    let (staff, id, member_id) = (staff.clone(), id.to_owned(), addition.member_id.clone());
    store.write(move |tx| {
        let roll_call: roll_calls::RollCall = subject::seen(tx, &staff, &id)?;
        staff.may(CALL)?;
        // As with corrections: a branch adds its own members to the township's roll call.
        let member: members::Record = subject::allowed(tx, &staff, CALL, &member_id)?;
        if let Some(line) = standing::of_called(tx, &id, &member_id)? {
            return Ok((line, false));
        }
        if roll_call.state != RollCallState::Open || !roll_call.goes_on(now_ms) {
            return Err(wrong_state(&roll_call));
        }
        if member.left_at_ms.is_some_and(|left| left <= now_ms) {
            return Err(ServiceError::Conflict(
                "这位党员已经离开，请先恢复".to_owned(),
            ));
        }
        if !organizations::is_within(tx, &member.organization.id, &roll_call.organization.id)? {
            let message = format!("这次点名只点“{}”的人", roll_call.organization.name);
            return Err(ServiceError::field("member_id", message));
        }
        if !roll_call.statuses.contains(&member.status) {
            let message = "这次点名不点这种身份的人，请先核对这位同志的身份";
            return Err(ServiceError::field("member_id", message));
        }
        standing::add_member(tx, &id, &member_id, roll_call.next_round(), &reason)?;
        // About the member, so that a purge finds it.
        audit::note(
            tx,
            &Actor::of(Some(&staff)),
            "roll_call.add_member",
            &About::one(Thing::Member, &member_id),
            Some(&member.organization.id),
            Words::Added {
                roll_call: &super::about(&id),
                reason: &reason,
            },
            now_ms,
        )?;
        let line = standing::of_called(tx, &id, &member_id)?;
        let line = line.ok_or(store::Error::NotFound("line of the attendance"))?;
        Ok((line, true))
    })
}

/// Which lines of the attendance are asked for.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    /// Only of the organization with this code and those below it.
    pub organization_code: Option<String>,
    /// Only who stands so.
    pub state: Option<AttendanceState>,
    /// Only after this member.
    pub after: Option<String>,
    /// At most so many.
    pub limit: u32,
}

/// How each member stands.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`].
pub fn attendance(
    store: &Store,
    staff: &Staff,
    id: &str,
    lines: &Lines,
) -> Result<Vec<Attendance>> {
    store.read(|tx| {
        let roll_call: roll_calls::RollCall = subject::seen(tx, staff, id)?;
        staff.may(SEE_NAMES)?;
        let chosen = chosen(tx, staff, lines.organization_code.as_deref())?;
        let part = match &chosen {
            Some(chosen) => part(tx, &roll_call, chosen)?,
            None => part(tx, &roll_call, &staff.organization.id)?,
        };
        let wanted = Wanted {
            within: part,
            state: lines.state,
            after: lines.after.as_deref(),
            limit: lines.limit,
        };
        Ok(standing::attendance(tx, id, wanted)?)
    })
}

/// The organization with a code, within the subtree.
pub(super) fn chosen(tx: &mut Tx<'_>, staff: &Staff, code: Option<&str>) -> Result<Option<String>> {
    let Some(code) = code else {
        return Ok(None);
    };
    let organization = subject::organization(tx, staff, SEE, "organization", code)?;
    Ok(Some(organization.id))
}

/// The code to be shown in the picture now.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`], [`ServiceError::Conflict`] if none is
/// demanded.
pub fn presence_code(store: &Store, staff: &Staff, id: &str, now_ms: i64) -> Result<PresenceCode> {
    let roll_call: roll_calls::RollCall = store.read(|tx| subject::allowed(tx, staff, CALL, id))?;
    let Some(secret) = &roll_call.presence_secret else {
        return Err(ServiceError::Conflict("这次点名不要求在场码".to_owned()));
    };
    let (code, until_ms) = presence::code_at(secret, now_ms);
    Ok(PresenceCode { code, until_ms })
}

/// The code of an open roll call; nothing if it is over or demands none.
///
/// # Errors
/// The database failed.
pub fn current_code(store: &Store, id: &str, now_ms: i64) -> Result<Option<String>> {
    let roll_call = store.read(|tx| roll_calls::get(tx, id))?;
    Ok(roll_call
        .filter(|roll_call| roll_call.state == RollCallState::Open)
        .and_then(|roll_call| roll_call.presence_secret)
        .map(|secret| presence::code_at(&secret, now_ms).0))
}

/// Changes a roll call of the own subtree; `work` answers what the audit log says beside.
fn change(
    store: &Store,
    figures: &Figures,
    staff: &Staff,
    id: &str,
    action: &'static str,
    now_ms: i64,
    mut work: impl FnMut(&mut WriteTx<'_>, &roll_calls::RollCall) -> Result<Words<'static>>
    + Send
    + 'static,
) -> Result<RollCall> {
    let (by, wanted) = (staff.clone(), id.to_owned());
    store.write(move |tx| {
        let roll_call: roll_calls::RollCall = subject::allowed(tx, &by, CALL, &wanted)?;
        tx.written_by(&by.login);
        let words = work(tx, &roll_call)?;
        note(tx, &by, action, &roll_call, words, now_ms)
    })?;
    store.read(|tx| {
        let roll_call = subject::seen(tx, staff, id)?;
        staff_view(tx, figures, staff, roll_call)
    })
}

/// Writes down what was done with a roll call. Without its title, which may name somebody, and without
/// reasons, which no purge would find here.
fn note(
    tx: &mut WriteTx<'_>,
    staff: &Staff,
    action: &'static str,
    roll_call: &roll_calls::RollCall,
    words: Words<'_>,
    now_ms: i64,
) -> Result<()> {
    audit::note(
        tx,
        &Actor::of(Some(staff)),
        action,
        &super::about(&roll_call.id),
        Some(&roll_call.organization.id),
        words,
        now_ms,
    )?;
    Ok(())
}

fn wrong_state(roll_call: &roll_calls::RollCall) -> ServiceError {
    ServiceError::WrongState(roll_call.state.into())
}

#[cfg(test)]
mod tests {
    use contract::organization::OrganizationRef;
    use contract::roll_call::SpotChecks;

    use super::*;
    use crate::services::kit::rights::Role;

    const NOW: i64 = 1_795_312_800_000;

    fn fields(draft: &RollCallDraft) -> Vec<String> {
        let staff = Staff {
            account_id: "a".to_owned(),
            session_id: "s".to_owned(),
            login: "li".to_owned(),
            organization: OrganizationRef::default(),
            role: Role::OrganizationStaff,
        };
        match check(draft, &staff, NOW) {
            Ok(_) => Vec::new(),
            Err(ServiceError::Invalid(fields)) => {
                fields.into_iter().map(|field| field.field).collect()
            }
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn every_mistake_of_a_draft_is_named() {
        let good = RollCallDraft {
            title: "十一月主题党日".to_owned(),
            organization_code: "QH".to_owned(),
            window_ms: 600_000,
            ..RollCallDraft::default()
        };
        assert!(fields(&good).is_empty());
        let spot = SpotChecks {
            count: 3,
            within_ms: 179_999,
            window_ms: 60_000,
        };
        let crowded = RollCallDraft {
            spot_checks: Some(spot),
            ..good.clone()
        };
        assert_eq!(fields(&crowded), ["spot_checks.within_ms"]);
        let bad = RollCallDraft {
            title: "点\n名".to_owned(),
            opens_at_ms: Some(NOW - 60_001),
            window_ms: 9_999,
            grace_ms: -1,
            spot_checks: Some(SpotChecks {
                count: 4,
                within_ms: i64::MAX,
                window_ms: i64::MAX,
            }),
            ..good
        };
        assert_eq!(
            fields(&bad),
            [
                "title",
                "window_ms",
                "grace_ms",
                "opens_at_ms",
                "spot_checks.count",
                "spot_checks.window_ms",
                "spot_checks.within_ms"
            ]
        );
    }
}
