//! Calling everybody a meeting is for, while it goes on.

use contract::meeting::MeetingState;
use contract::roll_call::{MeetingRollCall, Occasion, RollCall, RollCallDraft, RollCallState};
use store::{Store, meetings, roll_calls};

use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::rights::{Action, Staff};
use crate::services::kit::subject;
use crate::services::roll_call::show::{self, Figures};
use crate::services::roll_call::{codes, manage};

/// Opens a roll call in a live meeting: under its title, of everybody it is for.
///
/// # Errors
/// [`ServiceError::Conflict`] if it is not live, a roll call of it is open, or its picture cannot show the code,
/// [`ServiceError::Invalid`], [`ServiceError::Forbidden`], [`ServiceError::NotFound`].
pub fn open(
    store: &Store,
    figures: &Figures,
    staff: &Staff,
    id: &str,
    request: MeetingRollCall,
    now_ms: i64,
) -> Result<RollCall> {
    let seen: meetings::Record = store.read(|tx| subject::seen(tx, staff, id))?;
    let draft = RollCallDraft {
        title: seen.content.title,
        organization_code: seen.audience_code,
        occasion: Occasion::Meeting,
        window_ms: request.window_ms,
        grace_ms: request.grace_ms,
        presence_code: request.presence_code,
        ..RollCallDraft::default()
    };
    let new = manage::check(&draft, staff, now_ms)?;
    let (by, wanted) = (staff.clone(), id.to_owned());
    let roll_call_id = store.write(move |tx| {
        let meeting: meetings::Record = subject::seen(tx, &by, &wanted)?;
        by.may_in(tx, Action::RollCall, &meeting.audience.id)?;
        if meeting.state != MeetingState::Live {
            return Err(ServiceError::WrongState(meeting.state.into()));
        }
        if new.presence_secret.is_some() {
            codes::may_show(tx, &wanted)?;
        }
        let earlier = match &meeting.roll_call_id {
            Some(id) => roll_calls::get(tx, id)?,
            None => None,
        };
        let open = |it: &roll_calls::RollCall| it.state == RollCallState::Open;
        if earlier.as_ref().is_some_and(open)
            || !roll_calls::coded_of_meeting(tx, &wanted)?.is_empty()
        {
            return Err(ServiceError::Conflict(
                "这场会议的点名还在进行，结束后才能再点".to_owned(),
            ));
        }
        let made = manage::make(tx, &by, &meeting.audience.id, &new, true, now_ms)?;
        tx.written_by(&by.login);
        meetings::link_roll_call(tx, &wanted, &made.id, now_ms)?;
        Ok(made.id)
    })?;
    show::get(store, figures, staff, &roll_call_id)
}
