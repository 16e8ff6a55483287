//! Who watched a meeting, and for how long.

use contract::error::FieldError;
use contract::meeting::{MeetingState, Viewing, ViewingReport, Viewings};
use store::meetings::viewings::{self, Report};
use store::{Store, meetings, terminals};
use uuid::Uuid;

use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::rights::{Action, Staff};
use crate::services::kit::subject;

/// Whoever watched for less did not really watch.
const WATCHED_MS: i64 = 60_000;

/// Longer than any meeting goes on.
const LONGEST_MS: i64 = 24 * 3_600_000;

/// Members one report may name: more than a meeting room holds.
const MOST_MEMBERS: usize = 500;

/// Takes note of a viewing; a repeat, an older report or another order change nothing. Members who
/// could not have signed in at this terminal are left out.
///
/// # Errors
/// [`ServiceError::NotFound`] if the meeting is not for this terminal and nothing is known of the viewing,
/// [`ServiceError::Conflict`] if it never began or the viewing is another terminal's, [`ServiceError::Invalid`].
pub fn report(
    store: &Store,
    terminal_id: &str,
    viewing_id: &str,
    report: &ViewingReport,
    now_ms: i64,
) -> Result<()> {
    let id = check(viewing_id, report)?;
    let (terminal_id, report) = (terminal_id.to_owned(), report.clone());
    store.write(move |tx| {
        let terminal = terminals::get(tx, &terminal_id)?.ok_or(ServiceError::Unauthenticated)?;
        let place = &terminal.organization.id;
        let meeting: meetings::Record = match subject::shown(tx, place, &report.meeting_id) {
            // It was shown here when it was watched; a refusal would be final.
            Err(ServiceError::NotFound(_))
                if viewings::is_known(tx, &id, &report.meeting_id, &terminal.id)? =>
            {
                subject::existing(tx, &report.meeting_id)?
            }
            shown => shown?,
        };
        if !matches!(meeting.state, MeetingState::Live | MeetingState::Ended) {
            return Err(ServiceError::WrongState(meeting.state.into()));
        }
        let mut wanted = report.member_ids.clone();
        wanted.sort_unstable();
        wanted.dedup();
        let member_ids = viewings::people_at(tx, &terminal, &wanted)?;
        let report = Report {
            id: id.clone(),
            meeting_id: meeting.id,
            terminal_id: terminal.id,
            started_at_ms: report.started_at_ms,
            last_at_ms: report.last_at_ms,
            // Nobody watches for longer than it takes.
            watched_ms: report
                .watched_ms
                .min(report.last_at_ms - report.started_at_ms),
            member_ids,
        };
        Ok(viewings::record(tx, &report, now_ms)?)
    })?;
    metrics::counter!("viewing_reports").increment(1);
    Ok(())
}

/// The viewing's id, in the one form it is kept in.
fn check(viewing_id: &str, report: &ViewingReport) -> Result<String> {
    let mut wrong = Vec::new();
    let mut complain = |field: &str, message: &str| {
        wrong.push(FieldError {
            field: field.to_owned(),
            message: message.to_owned(),
        });
    };
    let id = Uuid::try_parse(viewing_id);
    if id.is_err() {
        complain("id", "观看记录的编号须为 UUID");
    }
    if report.started_at_ms < 0 || report.last_at_ms < report.started_at_ms {
        complain("last_at_ms", "结束时间不能早于开始时间");
    }
    if !(0..=LONGEST_MS).contains(&report.watched_ms) {
        complain("watched_ms", "观看时长须在 0 到 24 小时之间，以毫秒计");
    }
    if report.member_ids.len() > MOST_MEMBERS {
        complain("member_ids", "一次最多报 500 人");
    }
    match id {
        Ok(id) if wrong.is_empty() => Ok(id.to_string()),
        _ => Err(ServiceError::Invalid(wrong)),
    }
}

/// Who of the own subtree watched. Names of members are for those who may see members.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`].
pub fn viewings(store: &Store, staff: &Staff, id: &str) -> Result<Viewings> {
    let names = staff.may(Action::ReadMembers).is_ok();
    store.read(|tx| {
        let meeting: meetings::Record = subject::seen(tx, staff, id)?;
        let own = &staff.organization.id;
        let terminals = viewings::terminals(tx, &meeting.audience.id, own)?;
        let lines = viewings::of_meeting(tx, &meeting.id, own)?;
        let watched = lines.iter().filter(|line| line.watched_ms >= WATCHED_MS);
        Ok(Viewings {
            terminals: u32::try_from(terminals).unwrap_or(u32::MAX),
            watched: u32::try_from(watched.count()).unwrap_or(u32::MAX),
            viewings: lines
                .into_iter()
                .map(|line| Viewing {
                    terminal_id: line.terminal_id,
                    terminal_name: line.terminal_name,
                    organization: line.organization,
                    first_at_ms: line.first_at_ms,
                    last_at_ms: line.last_at_ms,
                    watched_ms: line.watched_ms,
                    members: if names { line.members } else { Vec::new() },
                })
                .collect(),
        })
    })
}
