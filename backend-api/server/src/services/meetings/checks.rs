//! Whether the stations of a conference can take part: asked of their televisions by its host, and half an hour
//! before it begins.

use std::collections::HashMap;

use contract::meeting::{MeetingKind, MeetingState};
use contract::remote_action::RemoteKind;
use contract::station_check::{StationChecks, StationCheckup};
use contract::terminal::{Terminal, TerminalKind, TerminalRef};
use store::due::Claim;
use store::meetings::Record;
use store::remote_actions::{self, Record as Asked};
use store::{Store, Tx, WriteTx, terminals};

use super::{DIRECT, directed, note};
use crate::services::due::Outcome;
use crate::services::kit::audit::Actor;
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::rights::Staff;
use crate::services::kit::subject;
use crate::services::remote_actions::state;

const MINUTE_MS: i64 = 60_000;

/// Stations that are asked at most; a county has 1,660.
const STATIONS: u32 = 5_000;

/// A check that was asked so lately is not asked again.
const AGAIN_AFTER_MS: i64 = MINUTE_MS;

/// What was found longer ago says nothing of now.
const SHOWN_FOR_MS: i64 = 2 * 60 * MINUTE_MS;

/// Who asks when the server does by itself.
const SERVER: &str = "system";

/// Has every station of a conference look whether it can take part. One that was asked a moment ago is not asked
/// again.
///
/// # Errors
/// [`ServiceError::WrongState`] once it is over or cancelled, [`ServiceError::Conflict`] for a broadcast,
/// [`ServiceError::Forbidden`], [`ServiceError::NotFound`].
pub fn ask(store: &Store, staff: &Staff, id: &str, now_ms: i64) -> Result<StationChecks> {
    let (staff, id) = (staff.clone(), id.to_owned());
    store.write(move |tx| {
        let meeting = directed(tx, &staff, &id)?;
        if !matches!(meeting.state, MeetingState::Scheduled | MeetingState::Live) {
            return Err(ServiceError::WrongState(meeting.state.into()));
        }
        if meeting.content.kind != MeetingKind::Conference {
            let why = "直播只有主会场讲，各站点不用摄像头和话筒，不需要检查";
            return Err(ServiceError::Conflict(why.to_owned()));
        }
        ask_stations(tx, &meeting, &staff.login, now_ms)?;
        let actor = Actor::of(Some(&staff));
        note(tx, &actor, "meeting.check", &meeting, now_ms)?;
        Ok(found(tx, &meeting, now_ms)?)
    })
}

/// What the stations of a meeting found lately.
///
/// # Errors
/// [`ServiceError::Forbidden`], [`ServiceError::NotFound`].
pub fn list(store: &Store, staff: &Staff, id: &str, now_ms: i64) -> Result<StationChecks> {
    store.read(|tx| {
        let meeting: Record = subject::allowed(tx, staff, DIRECT, id)?;
        Ok(found(tx, &meeting, now_ms)?)
    })
}

/// Asks the stations of a conference that begins soon ([`store::due::Kind::StationCheck`]).
///
/// # Errors
/// The database failed.
pub fn before(tx: &mut WriteTx<'_>, claim: &Claim, now_ms: i64) -> Result<Outcome> {
    let meeting = store::meetings::get(tx, &claim.subject)?;
    let meeting = meeting.filter(|it| {
        it.state == MeetingState::Scheduled && it.content.kind == MeetingKind::Conference
    });
    // A server that was down may come too late for it.
    let Some(meeting) = meeting.filter(|it| it.planned_end_ms() > now_ms) else {
        return Ok(Outcome::Nothing);
    };
    ask_stations(tx, &meeting, SERVER, now_ms)?;
    Ok(Outcome::Done)
}

fn ask_stations(
    tx: &mut WriteTx<'_>,
    meeting: &Record,
    by: &str,
    now_ms: i64,
) -> store::Result<()> {
    let stations = stations(tx, meeting)?;
    let asked = latest(tx, &stations, now_ms - AGAIN_AFTER_MS)?;
    for station in &stations {
        let waits = asked.get(&station.id);
        if waits.is_none_or(|one| one.done_at_ms.is_some()) {
            remote_actions::ask(tx, &station.id, RemoteKind::Check, by, now_ms)?;
        }
    }
    Ok(())
}

fn found(tx: &mut Tx<'_>, meeting: &Record, now_ms: i64) -> store::Result<StationChecks> {
    let stations = stations(tx, meeting)?;
    let latest = latest(tx, &stations, now_ms - SHOWN_FOR_MS)?;
    let stations = stations.into_iter().map(|station| {
        let asked = latest.get(&station.id);
        StationCheckup {
            state: asked.map(|one| state(one, now_ms)),
            asked_at_ms: asked.map(|one| one.asked_at_ms),
            check: asked.and_then(|one| one.found),
            terminal: TerminalRef {
                id: station.id,
                name: station.name,
            },
            organization: station.organization,
        }
    });
    Ok(StationChecks {
        stations: stations.collect(),
    })
}

fn stations(tx: &mut Tx<'_>, meeting: &Record) -> store::Result<Vec<Terminal>> {
    let all = terminals::list(tx, &meeting.audience.id, None, STATIONS)?;
    let stations = all
        .into_iter()
        .filter(|one| one.kind == TerminalKind::Station && one.revoked_at_ms.is_none());
    Ok(stations.collect())
}

/// The latest check of each since then.
fn latest(
    tx: &mut Tx<'_>,
    stations: &[Terminal],
    since_ms: i64,
) -> store::Result<HashMap<String, Asked>> {
    let ids: Vec<&str> = stations.iter().map(|one| one.id.as_str()).collect();
    let found = remote_actions::latest(tx, &ids, RemoteKind::Check, since_ms)?;
    let of = |one: Asked| (one.terminal_id.clone(), one);
    Ok(found.into_iter().map(of).collect())
}
