//! What staff have televisions do from afar: asked here, told by the announcer, done and said by the terminal.

use contract::remote_action::{
    RemoteAction, RemoteActions, RemoteKind, RemoteState, TerminalAction, TerminalActions,
};
use contract::station_check::{ActionReport, StationCheck};
use contract::terminal::Terminal;
use store::remote_actions::{self, Record};
use store::{Store, Tx};

use super::kit::audit::{self, About, Actor, Thing, Words};
use super::kit::error::{Result, ServiceError};
use super::kit::rights::{Action, Staff};
use super::kit::subject;

const MINUTE_MS: i64 = 60_000;

/// A terminal that has not answered for so long is not there.
const ANSWERS_WITHIN_MS: i64 = MINUTE_MS;

/// Nothing is done later than so long after it was asked: whoever asked it has long done something else.
const GOOD_FOR_MS: i64 = 24 * 60 * MINUTE_MS;

/// What a check finds later is of no use to whoever waits for it.
const CHECK_GOOD_FOR_MS: i64 = 30 * MINUTE_MS;

/// What was taken for so long and is not done may be asked anew.
const DONE_WITHIN_MS: i64 = 15 * MINUTE_MS;

/// So many are shown.
const SHOWN: u32 = 10;

const NO_ACTION: ServiceError = ServiceError::NotFound("这项远程操作");

/// Asks a terminal to do something. While the same is waiting already, that one is answered.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`], [`ServiceError::Conflict`] for a terminal that was
/// revoked, [`ServiceError::Invalid`] for a kind that is not known.
pub fn ask(
    store: &Store,
    staff: &Staff,
    terminal_id: &str,
    kind: RemoteKind,
    now_ms: i64,
) -> Result<RemoteAction> {
    let (staff, terminal_id) = (staff.clone(), terminal_id.to_owned());
    store.write(move |tx| {
        let terminal: Terminal = subject::allowed(tx, &staff, Action::Admit, &terminal_id)?;
        let action = match kind {
            RemoteKind::Restart => "terminal.restart",
            RemoteKind::Resync => "terminal.resync",
            RemoteKind::Check => {
                let why = "会前检查请在会议的主持页面上做";
                return Err(ServiceError::field("kind", why));
            }
            RemoteKind::Unknown => {
                return Err(ServiceError::field("kind", "不认识这种远程操作"));
            }
        };
        if terminal.revoked_at_ms.is_some() {
            let why = "这台电视已经停用，要重新登记以后才能远程操作";
            return Err(ServiceError::Conflict(why.to_owned()));
        }
        let open = remote_actions::open(tx, &terminal_id, now_ms - GOOD_FOR_MS)?;
        let waits = open.into_iter().find(|one| {
            let at_it = one.taken_at_ms.unwrap_or(now_ms);
            one.kind == kind && at_it > now_ms - DONE_WITHIN_MS
        });
        if let Some(waits) = waits {
            return Ok(shown(waits, now_ms));
        }
        let asked = remote_actions::ask(tx, &terminal_id, kind, &staff.login, now_ms)?;
        audit::note(
            tx,
            &Actor::of(Some(&staff)),
            action,
            &About::one(Thing::Terminal, &terminal_id),
            Some(terminal.organization.id.as_str()),
            Words::None,
            now_ms,
        )?;
        Ok(shown(asked, now_ms))
    })
}

/// What a terminal was asked lately, the latest first.
///
/// # Errors
/// See [`subject`].
pub fn list(store: &Store, staff: &Staff, terminal_id: &str, now_ms: i64) -> Result<RemoteActions> {
    store.read(|tx| {
        subject::seen::<Terminal>(tx, staff, terminal_id)?;
        let found = remote_actions::list(tx, terminal_id, SHOWN)?;
        let actions = found.into_iter().map(|one| shown(one, now_ms));
        Ok(RemoteActions {
            actions: actions.collect(),
        })
    })
}

/// What a terminal is to do.
///
/// # Errors
/// The database failed.
pub fn of_terminal(store: &Store, terminal_id: &str, now_ms: i64) -> Result<TerminalActions> {
    let open = store.read(|tx| remote_actions::open(tx, terminal_id, now_ms - GOOD_FOR_MS))?;
    let open = open
        .into_iter()
        .filter(|one| now_ms - one.asked_at_ms <= good_for_ms(one.kind));
    let actions = open.map(|one| TerminalAction {
        id: one.id,
        kind: one.kind,
        taken: one.taken_at_ms.is_some(),
    });
    Ok(TerminalActions {
        actions: actions.collect(),
    })
}

/// Notes what a terminal says of what it was asked.
///
/// # Errors
/// [`ServiceError::NotFound`] for what this terminal was not asked, [`ServiceError::Invalid`] for a check that no
/// station can have made.
pub fn report(
    store: &Store,
    terminal_id: &str,
    id: &str,
    report: ActionReport,
    now_ms: i64,
) -> Result<()> {
    let (terminal_id, id) = (terminal_id.to_owned(), id.to_owned());
    let check = report.check.map(checked).transpose()?;
    store.write(move |tx| {
        let found = own(tx, &terminal_id, &id)?;
        if report.done {
            let check = check.as_ref().filter(|_| found.kind == RemoteKind::Check);
            remote_actions::done(tx, &id, check, now_ms)?;
        } else {
            remote_actions::taken(tx, &id, now_ms)?;
        }
        Ok(())
    })
}

fn checked(check: StationCheck) -> Result<StationCheck> {
    /// Nobody asks more often.
    const MOST_TRIES: u32 = 100;
    /// Nobody waits longer for an answer.
    const LONGEST_MS: u32 = 60_000;
    let line = check.line;
    let right = line.tries <= MOST_TRIES
        && line.lost <= line.tries
        && line.round_trip_ms.unwrap_or(0) <= LONGEST_MS;
    if right {
        Ok(check)
    } else {
        let why = "线路的次数须在 100 次以内，丢的不能比问的多，往返时间不超过一分钟";
        Err(ServiceError::field("check.line", why))
    }
}

fn own(tx: &mut Tx<'_>, terminal_id: &str, id: &str) -> Result<Record> {
    let found = remote_actions::get(tx, id)?;
    found
        .filter(|one| one.terminal_id == terminal_id)
        .ok_or(NO_ACTION)
}

fn shown(record: Record, now_ms: i64) -> RemoteAction {
    RemoteAction {
        state: state(&record, now_ms),
        id: record.id,
        kind: record.kind,
        asked_at_ms: record.asked_at_ms,
        asked_by: record.asked_by,
        taken_at_ms: record.taken_at_ms,
        done_at_ms: record.done_at_ms,
    }
}

const fn good_for_ms(kind: RemoteKind) -> i64 {
    match kind {
        RemoteKind::Check => CHECK_GOOD_FOR_MS,
        RemoteKind::Restart | RemoteKind::Resync | RemoteKind::Unknown => GOOD_FOR_MS,
    }
}

/// How far it is.
#[must_use]
pub fn state(record: &Record, now_ms: i64) -> RemoteState {
    let since_ms = now_ms - record.asked_at_ms;
    if record.done_at_ms.is_some() {
        RemoteState::Done
    } else if since_ms > good_for_ms(record.kind) {
        RemoteState::Expired
    } else if record.taken_at_ms.is_some() {
        RemoteState::Taken
    } else if since_ms > ANSWERS_WITHIN_MS {
        RemoteState::Unreachable
    } else {
        RemoteState::Asked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_how_far_it_is() {
        let asked = Record {
            id: "a".to_owned(),
            terminal_id: "t".to_owned(),
            kind: RemoteKind::Restart,
            asked_by: "li".to_owned(),
            asked_at_ms: 1_000,
            taken_at_ms: None,
            done_at_ms: None,
            found: None,
        };
        let check = Record {
            kind: RemoteKind::Check,
            ..asked.clone()
        };
        let taken = Record {
            taken_at_ms: Some(2_000),
            ..asked.clone()
        };
        let done = Record {
            done_at_ms: Some(3_000),
            ..taken.clone()
        };
        let day_ms = 1_000 + GOOD_FOR_MS;
        for (record, now_ms, expected) in [
            (&asked, 1_000, RemoteState::Asked),
            (&asked, 61_000, RemoteState::Asked),
            (&asked, 61_001, RemoteState::Unreachable),
            (&asked, day_ms, RemoteState::Unreachable),
            (&asked, day_ms + 1, RemoteState::Expired),
            (&taken, 90_000, RemoteState::Taken),
            (&taken, day_ms + 1, RemoteState::Expired),
            (&done, day_ms + 1, RemoteState::Done),
            (&check, 1_000 + CHECK_GOOD_FOR_MS, RemoteState::Unreachable),
            (&check, 1_001 + CHECK_GOOD_FOR_MS, RemoteState::Expired),
            // By a clock that was set back.
            (&asked, 0, RemoteState::Asked),
        ] {
            assert_eq!(state(record, now_ms), expected, "{record:?} at {now_ms}");
        }
    }
}
