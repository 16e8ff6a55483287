//! Enrolled boxes, and what they write.

use contract::terminal::{Progress, ProgressReport, Terminal, TerminalDraft};
use store::{Store, Tx, WriteTx, households, idempotency, progress, settings, terminals};

use super::households as households_service;
use super::kit::audit::{self, Actor};
use super::kit::error::{Result, ServiceError};
use super::kit::names;
use super::kit::rights::{Action, Staff};
use super::live::Live;
use super::organizations::by_code;
use super::secrets;
use super::tokens::{Changed, Tokens};

/// Setting that changes whenever a terminal is revoked or becomes something else, so that every
/// process looks its tokens up anew.
const CHANGES: &str = "terminals.revocations";

/// The terminal a token belongs to, revoked ones included.
///
/// # Errors
/// [`ServiceError::Unauthenticated`].
pub fn by_token_sha256(store: &Store, token_sha256: &str) -> Result<Terminal> {
    store
        .read(|tx| terminals::by_token(tx, token_sha256))?
        .ok_or(ServiceError::Unauthenticated)
}

/// Terminals of the subtree, by id.
///
/// # Errors
/// [`ServiceError::Forbidden`], or the database failed.
pub fn list(
    store: &Store,
    staff: &Staff,
    before: Option<&str>,
    limit: u32,
) -> Result<Vec<Terminal>> {
    staff.may(Action::Read)?;
    Ok(store.read(|tx| terminals::list(tx, &staff.organization.id, before, limit))?)
}

/// TVs of homes of the subtree that are in use and that no household has, by id.
///
/// # Errors
/// [`ServiceError::Forbidden`], or the database failed.
pub fn without_household(
    store: &Store,
    staff: &Staff,
    before: Option<&str>,
    limit: u32,
) -> Result<Vec<Terminal>> {
    staff.may(Action::Read)?;
    let within = &staff.organization.id;
    Ok(store.read(|tx| terminals::without_household(tx, within, before, limit))?)
}

/// Takes a terminal's token away. Doing it twice is fine.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`].
pub fn revoke(store: &Store, staff: Option<&Staff>, id: &str, now_ms: i64) -> Result<Terminal> {
    let (staff, id) = (staff.cloned(), id.to_owned());
    store.write(move |tx| {
        let terminal = terminals::get(tx, &id)?.ok_or(ServiceError::NotFound("这台电视"))?;
        // The command line asks nobody: who can run it can write the database.
        if let Some(staff) = &staff {
            staff.may_in(tx, Action::Revoke, &terminal.organization.id)?;
        }
        if terminals::revoke(tx, &id, now_ms)? {
            noted(tx)?;
            let (actor, subject) = (Actor::of(staff.as_ref()), format!("terminal:{id}"));
            let organization = Some(terminal.organization.id.as_str());
            audit::note(
                tx,
                &actor,
                "terminal.revoke",
                &subject,
                organization,
                "",
                now_ms,
            )?;
        }
        terminals::get(tx, &id)?.ok_or(ServiceError::NotFound("这台电视"))
    })
}

/// Makes a terminal what `draft` says. Whatever it may show now instead, it is told at once.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`], [`ServiceError::Conflict`] for one that
/// was revoked, [`ServiceError::Invalid`].
pub fn edit(
    store: &Store,
    staff: Option<&Staff>,
    id: &str,
    draft: &TerminalDraft,
    now_ms: i64,
) -> Result<Terminal> {
    const UNKNOWN: ServiceError = ServiceError::NotFound("这台电视");
    let name = checked_name(&draft.name)?;
    let (staff, id, draft) = (staff.cloned(), id.to_owned(), draft.clone());
    store.write(move |tx| {
        let old = terminals::get(tx, &id)?.ok_or(UNKNOWN)?;
        if let Some(staff) = &staff {
            staff.may_in(tx, Action::Admit, &old.organization.id)?;
        }
        if old.revoked_at_ms.is_some() {
            return Err(ServiceError::Conflict(
                "这台电视已停用，请在电视上重新登记".to_owned(),
            ));
        }
        let organization = by_code(tx, "organization_code", &draft.organization_code)?;
        if let Some(staff) = &staff {
            staff.may_in(tx, Action::Admit, &organization.id)?;
        }
        let before = households::of_terminal(tx, &id)?.map(|household| household.id);
        if before != draft.household_id {
            if let Some(wanted) = &draft.household_id {
                let kind = draft.kind;
                let replace = draft.replace_tv;
                households_service::to_be_given(
                    tx,
                    wanted,
                    &organization.id,
                    kind,
                    replace,
                    now_ms,
                )?;
                store::enrolments::release(tx, wanted)?;
            }
            if let Some(before) = &before {
                households::bind(tx, before, None)?;
            }
        } else if let Some(kept) = &draft.household_id {
            // Its own TV is no other one; all else must hold.
            let kind = draft.kind;
            households_service::to_be_given(tx, kept, &organization.id, kind, true, now_ms)?;
        }
        terminals::rename(tx, &id, &name)?;
        terminals::set_kind(tx, &id, draft.kind)?;
        terminals::move_to(tx, &id, &organization.id)?;
        if let Some(wanted) = &draft.household_id {
            households::bind(tx, wanted, Some(&id))?;
        }
        noted(tx)?;
        let (actor, subject) = (Actor::of(staff.as_ref()), format!("terminal:{id}"));
        for place in [&old.organization.id, &organization.id] {
            audit::note(
                tx,
                &actor,
                "terminal.update",
                &subject,
                Some(place.as_str()),
                "",
                now_ms,
            )?;
            if old.organization.id == organization.id {
                break;
            }
        }
        terminals::get(tx, &id)?.ok_or(UNKNOWN)
    })
}

/// A terminal's name without spaces around it.
///
/// # Errors
/// [`ServiceError::Invalid`].
pub(super) fn checked_name(name: &str) -> Result<String> {
    names::field("name", name, "名称（例如“张家村 12 号”）", 40)
}

fn noted(tx: &mut WriteTx<'_>) -> Result<(), store::Error> {
    settings::set(tx, CHANGES, &uuid::Uuid::now_v7().to_string())
}

/// A text that changes whenever a terminal is revoked or becomes something else.
///
/// # Errors
/// The database failed.
pub fn changes(tx: &mut Tx<'_>) -> Result<Option<String>, store::Error> {
    settings::get(tx, CHANGES)
}

/// Looks up anew every terminal whose token is in memory. Whoever was revoked or is something else
/// now is told, and listens where it belongs from then on. Returns the revoked ones. Blocks.
///
/// # Errors
/// The database failed.
pub fn look_again(store: &Store, tokens: &Tokens, live: &Live) -> Result<Vec<String>> {
    let mut revoked = Vec::new();
    for Changed { before, now } in tokens.look_again(store)? {
        match now {
            None => {
                live.revoked(&before.organization_id, &before.terminal_id);
                revoked.push(before.terminal_id.to_string());
            }
            Some(now) => {
                let moved = now.organization_id != before.organization_id;
                live.changed(&before.organization_id, &before.terminal_id, moved);
            }
        }
    }
    Ok(revoked)
}

/// Notes that these terminals were heard of.
///
/// # Errors
/// The database failed.
pub fn touch(store: &Store, seen: Vec<(String, i64)>) -> Result<()> {
    store.write(move |tx| {
        for (id, at_ms) in &seen {
            terminals::touch(tx, id, *at_ms)?;
        }
        Ok::<_, store::Error>(())
    })?;
    Ok(())
}

/// Records how far a terminal got in a programme, once for each key however often it is sent.
///
/// # Errors
/// [`ServiceError::NotFound`] for an unknown programme, [`ServiceError::KeyReused`],
/// [`ServiceError::Invalid`].
pub fn record_progress(
    store: &Store,
    terminal_id: &str,
    programme_id: &str,
    key: &str,
    report: &ProgressReport,
    now_ms: i64,
) -> Result<Progress> {
    check(report, now_ms)?;
    let request = serde_json::to_string(report)
        .map_err(|e| ServiceError::Internal(format!("encoding a report: {e}")))?;
    let key = idempotency::Key {
        scope: format!("terminal/{terminal_id}"),
        key: key.to_owned(),
        request_hash: secrets::sha256_hex(&format!("progress/{programme_id}\n{request}")),
    };
    let (terminal_id, programme_id, report) = (
        terminal_id.to_owned(),
        programme_id.to_owned(),
        report.clone(),
    );
    let outcome = store.write(move |tx| {
        idempotency::once(tx, &key, now_ms, |tx| {
            let now = progress::record(tx, &terminal_id, &programme_id, &report)?;
            let body = serde_json::to_string(&now)
                .map_err(|e| ServiceError::Internal(format!("encoding progress: {e}")))?;
            Ok::<_, ServiceError>(idempotency::Stored { status: 200, body })
        })
    })?;
    match outcome {
        idempotency::Outcome::Done(answer) | idempotency::Outcome::Replayed(answer) => {
            serde_json::from_str(&answer.body)
                .map_err(|e| ServiceError::Internal(format!("a stored answer is damaged: {e}")))
        }
        idempotency::Outcome::Reused => Err(ServiceError::KeyReused),
    }
}

fn check(report: &ProgressReport, now_ms: i64) -> Result<()> {
    /// Nothing on demand is longer than this.
    const LONGEST_MS: i64 = 48 * 3_600_000;
    /// A box whose clock is more than a day ahead would win over every later report.
    const AHEAD_MS: i64 = 24 * 3_600_000;
    let wrong = |field: &str, message: &str| Err(ServiceError::field(field, message));
    if !(0..=LONGEST_MS).contains(&report.position_ms) {
        return wrong("position_ms", "须在 0 到 48 小时之间，以毫秒计");
    }
    if !(0..=LONGEST_MS).contains(&report.duration_ms) {
        return wrong("duration_ms", "须在 0 到 48 小时之间，以毫秒计");
    }
    if !(0..=LONGEST_MS).contains(&report.watched_ms) {
        return wrong("watched_ms", "须在 0 到 48 小时之间，以毫秒计");
    }
    if !(0..=now_ms.saturating_add(AHEAD_MS)).contains(&report.at_ms) {
        return wrong("at_ms", "终端时钟比服务器快了一天以上，请先校时");
    }
    Ok(())
}
