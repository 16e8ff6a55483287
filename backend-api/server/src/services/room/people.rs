//! Who takes part in a live meeting, and who directs it.

use std::collections::{BTreeMap, BTreeSet};

use contract::meeting::{MeetingKind, MeetingState};
use contract::terminal::TerminalKind;
use store::staff as accounts;
use store::{Store, Tx, meetings, organizations, terminals};

use super::director::Terminal;
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::rights::{Action, Staff, allows};
use crate::services::kit::subject;
use crate::services::media::{Grant, Holder, own_route};

/// Stations that a meeting's list is read with; a county has 1,660.
const STATIONS: u32 = 5_000;

/// What a live meeting is, as far as its room is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveMeeting {
    /// Id.
    pub id: String,
    /// How it is held.
    pub kind: MeetingKind,
    /// Title, for the picture.
    pub title: String,
    /// Who holds it, for the host's tile.
    pub host_name: String,
    /// Whether it is recorded.
    pub record: bool,
    /// When it is planned to be over.
    pub planned_end_ms: i64,
    /// Stations of the audience.
    pub stations: Vec<Terminal>,
}

/// The terminal that wants to take part, if the meeting is for it.
///
/// # Errors
/// [`ServiceError::NotFound`] if there is no such meeting for this terminal, [`ServiceError::Revoked`].
pub fn participant(store: &Store, terminal_id: &str, meeting_id: &str) -> Result<Terminal> {
    store.read(|tx| {
        let terminal = terminals::get(tx, terminal_id)?.ok_or(ServiceError::Unauthenticated)?;
        if terminal.revoked_at_ms.is_some() {
            return Err(ServiceError::Revoked);
        }
        let place = &terminal.organization.id;
        subject::shown::<meetings::Record>(tx, place, meeting_id)?;
        Ok(Terminal {
            id: terminal.id,
            name: terminal.name,
            organization: terminal.organization,
            station: terminal.kind == TerminalKind::Station,
        })
    })
}

/// Lets somebody direct a meeting that is held in their subtree.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`].
pub fn may_direct(store: &Store, staff: &Staff, meeting_id: &str) -> Result<()> {
    let action = Action::Direct;
    store.read(|tx| subject::allowed::<meetings::Record>(tx, staff, action, meeting_id))?;
    Ok(())
}

/// Which of these tokens for a meeting may be kept no longer: of televisions it is not for, or that speak and
/// are no station, and of sessions of staff that have ended or may not direct it. Of a meeting that is over
/// all go with its room.
///
/// # Errors
/// The database failed.
pub fn lost(tx: &mut Tx<'_>, meeting_id: &str, given: &[&Grant]) -> store::Result<Vec<Grant>> {
    let meeting = meetings::get(tx, meeting_id)?.filter(|it| it.state == MeetingState::Live);
    let Some(meeting) = meeting else {
        return Ok(Vec::new());
    };
    let mut terminals_of: BTreeSet<&str> = BTreeSet::new();
    let mut sessions: BTreeMap<&str, bool> = BTreeMap::new();
    for grant in given {
        match &grant.holder {
            Holder::Terminal(id) => {
                terminals_of.insert(id);
            }
            Holder::Session(id) => {
                sessions.insert(id, false);
            }
        }
    }
    let terminals_of: Vec<&str> = terminals_of.into_iter().collect();
    let in_use = terminals::in_use_within(tx, &terminals_of, &meeting.audience.id)?;
    let in_use: BTreeMap<String, TerminalKind> = in_use.into_iter().collect();
    for (id, may) in &mut sessions {
        *may = may_still_direct(tx, id, &meeting.organization.id)?;
    }
    let keeps = |grant: &Grant| match &grant.holder {
        Holder::Session(id) => sessions.get(id.as_str()) == Some(&true),
        Holder::Terminal(id) => {
            let of_a_station = grant.sending || grant.stream == own_route(meeting_id, id);
            in_use
                .get(id)
                .is_some_and(|kind| !of_a_station || *kind == TerminalKind::Station)
        }
    };
    let lost = given.iter().filter(|grant| !keeps(grant));
    Ok(lost.map(|grant| (*grant).clone()).collect())
}

/// Whether a session of staff goes on whose account may direct a meeting of this organization.
fn may_still_direct(tx: &mut Tx<'_>, session_id: &str, place: &str) -> store::Result<bool> {
    let Some(account) = accounts::account_of_session(tx, session_id)? else {
        return Ok(false);
    };
    let may = account.disabled_at_ms.is_none() && allows(account.role, Action::Direct);
    Ok(may && organizations::is_within(tx, place, &account.organization.id)?)
}

/// What the room of a meeting has to know; nothing if it is not live.
///
/// # Errors
/// The database failed.
pub fn live_meeting(store: &Store, meeting_id: &str) -> Result<Option<LiveMeeting>> {
    Ok(store.read(|tx| match meetings::get(tx, meeting_id)? {
        Some(record) if record.state == MeetingState::Live => read(tx, record).map(Some),
        _ => Ok::<_, store::Error>(None),
    })?)
}

/// All live meetings, for a server that starts.
///
/// # Errors
/// The database failed.
pub fn live_meetings(store: &Store) -> Result<Vec<LiveMeeting>> {
    Ok(store.read(|tx| {
        let live = meetings::live(tx)?;
        live.into_iter()
            .map(|record| read(tx, record))
            .collect::<store::Result<Vec<_>>>()
    })?)
}

fn read(tx: &mut Tx<'_>, record: meetings::Record) -> store::Result<LiveMeeting> {
    let all = terminals::list(tx, &record.audience.id, None, STATIONS)?;
    let stations = all
        .into_iter()
        .filter(|one| one.kind == TerminalKind::Station && one.revoked_at_ms.is_none())
        .map(|one| Terminal {
            id: one.id,
            name: one.name,
            organization: one.organization,
            station: true,
        })
        .collect();
    let planned_end_ms = record.planned_end_ms();
    Ok(LiveMeeting {
        id: record.id,
        kind: record.content.kind,
        planned_end_ms,
        title: record.content.title,
        host_name: record.organization.name,
        record: record.content.record,
        stations,
    })
}
