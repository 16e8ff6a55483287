//! Who takes part in a live meeting, and who directs it.

use contract::meeting::{MeetingKind, MeetingState};
use contract::terminal::TerminalKind;
use store::staff as accounts;
use store::{Store, Tx, meetings, organizations, terminals};

use super::director::Terminal;
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::rights::{Action, Staff, allows};
use crate::services::kit::subject;

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
/// [`ServiceError::NotFound`] if there is no such meeting for this terminal.
pub fn participant(store: &Store, terminal_id: &str, meeting_id: &str) -> Result<Terminal> {
    store.read(|tx| {
        let terminal = terminals::get(tx, terminal_id)?.ok_or(ServiceError::Unauthenticated)?;
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

/// Whether somebody with this login may direct a meeting no more. `false` for whoever is no staff.
///
/// # Errors
/// The database failed.
pub fn lost_the_right(tx: &mut Tx<'_>, login: &str, meeting_id: &str) -> store::Result<bool> {
    let Some(account) = accounts::account_by_login(tx, login)? else {
        return Ok(false);
    };
    let Some(meeting) = meetings::get(tx, meeting_id)? else {
        return Ok(true);
    };
    let place = &meeting.organization.id;
    let may = account.disabled_at_ms.is_none() && allows(account.role, Action::Direct);
    Ok(!may || !organizations::is_within(tx, place, &account.organization.id)?)
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
