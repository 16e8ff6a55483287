//! Enrolled boxes, and what they write.

use contract::terminal::{Progress, ProgressReport, Terminal};
use store::{Store, Tx, idempotency, progress, settings, terminals};

use super::audit::{self, Actor};
use super::error::{Result, ServiceError};
use super::rights::{Action, Staff};
use super::secrets;

/// Setting that changes with every revocation, so that other processes forget cached tokens.
const REVOCATIONS: &str = "terminals.revocations";

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
            settings::set(tx, REVOCATIONS, &uuid::Uuid::now_v7().to_string())?;
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

/// A text that changes whenever a terminal is revoked.
///
/// # Errors
/// The database failed.
pub fn revocations(tx: &mut Tx<'_>) -> Result<Option<String>, store::Error> {
    settings::get(tx, REVOCATIONS)
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
