//! Enrolled boxes, and what they write.

use contract::staff::NoticeKind;
use contract::terminal::{
    Progress, ProgressReport, Terminal, TerminalDraft, TerminalKind, TerminalOnly, TerminalStorage,
};
use store::notices::{self, NewNotice};
use store::versions::Seen;
use store::{Store, Tx, households, idempotency, programmes, progress, terminals};

use super::households as households_service;
use super::kit::audit::{self, About, Actor, Thing, Words};
use super::kit::error::{Result, ServiceError};
use super::kit::names;
use super::kit::rights::{Action, Staff};
use super::kit::subject::{self, Subject};
use super::secrets;

/// The terminal a token belongs to, revoked ones included.
///
/// # Errors
/// [`ServiceError::Unauthenticated`].
pub fn by_token_sha256(store: &Store, token_sha256: &str) -> Result<Terminal> {
    store
        .read(|tx| terminals::by_token(tx, token_sha256))?
        .ok_or(ServiceError::Unauthenticated)
}

impl Subject for Terminal {
    const NAME: &'static str = "这台电视";
    const SEE: Action = Action::Read;

    fn find(tx: &mut Tx<'_>, id: &str) -> store::Result<Option<Self>> {
        terminals::get(tx, id)
    }

    fn organization_id(&self) -> &str {
        &self.organization.id
    }
}

/// Which terminals to list.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of the organization with this code and those below it; left out: of the own one.
    pub organization_code: Option<String>,
    /// Whose name, or that of their organization, contains this or is read so.
    pub name: Option<String>,
    /// What they are.
    pub kind: Option<TerminalKind>,
    /// Only these.
    pub only: Option<TerminalOnly>,
    /// Since when, for those who were heard of and those who are silent; left out: for so long that one in use
    /// would have asked.
    pub since_ms: Option<i64>,
}

/// Terminals of the subtree, newest first.
///
/// # Errors
/// [`ServiceError::Forbidden`]; [`ServiceError::Invalid`] for an unknown organization.
pub fn list(
    store: &Store,
    staff: &Staff,
    filter: &Filter,
    before: Option<&str>,
    limit: u32,
    now_ms: i64,
) -> Result<Vec<Terminal>> {
    staff.may(Action::Read)?;
    store.read(|tx| {
        let code = filter.organization_code.as_deref();
        let wanted = terminals::Filter {
            within: &subject::within(tx, staff, Action::Read, code)?,
            name: filter.name.as_deref(),
            kind: filter.kind,
            only: filter.only,
            since_ms: filter.since_ms.unwrap_or(now_ms - terminals::SILENCE_MS),
        };
        Ok(terminals::select(tx, &wanted, before, limit)?)
    })
}

/// Takes a terminal's token away. Doing it twice is fine.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`].
pub fn revoke(store: &Store, staff: Option<&Staff>, id: &str, now_ms: i64) -> Result<Terminal> {
    let (staff, id) = (staff.cloned(), id.to_owned());
    store.write(move |tx| {
        let terminal: Terminal = subject::allowed(tx, &staff, Action::Revoke, &id)?;
        if terminals::revoke(tx, &id, now_ms)? {
            let (actor, about) = (Actor::of(staff.as_ref()), About::one(Thing::Terminal, &id));
            let organization = Some(terminal.organization.id.as_str());
            audit::note(
                tx,
                &actor,
                "terminal.revoke",
                &about,
                organization,
                Words::None,
                now_ms,
            )?;
        }
        subject::existing(tx, &id)
    })
}

/// One terminal.
///
/// # Errors
/// See [`subject`].
pub fn get(store: &Store, staff: &Staff, id: &str) -> Result<Terminal> {
    store.read(|tx| subject::seen(tx, staff, id))
}

/// Makes a terminal what `draft` says, if it still is of the version that was seen. Whatever it may show
/// now instead, it is told at once.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`], [`ServiceError::Conflict`] for one that
/// was revoked, [`ServiceError::Invalid`], [`ServiceError::Stale`].
pub fn edit(
    store: &Store,
    staff: Option<&Staff>,
    id: &str,
    seen: Seen,
    draft: &TerminalDraft,
    now_ms: i64,
) -> Result<Terminal> {
    let name = checked_name(&draft.name)?;
    let (staff, id, draft) = (staff.cloned(), id.to_owned(), draft.clone());
    store.write(move |tx| {
        let old: Terminal = subject::allowed(tx, &staff, Action::Admit, &id)?;
        seen.check(old.version)?;
        if old.revoked_at_ms.is_some() {
            return Err(ServiceError::Conflict(
                "这台电视已停用，请在电视上重新登记".to_owned(),
            ));
        }
        let code = &draft.organization_code;
        let organization =
            subject::organization(tx, &staff, Action::Admit, "organization_code", code)?;
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
        let (actor, about) = (Actor::of(staff.as_ref()), About::one(Thing::Terminal, &id));
        for place in [&old.organization.id, &organization.id] {
            audit::note(
                tx,
                &actor,
                "terminal.update",
                &about,
                Some(place.as_str()),
                Words::None,
                now_ms,
            )?;
            if old.organization.id == organization.id {
                break;
            }
        }
        subject::existing(tx, &id)
    })
}

/// A terminal's name without spaces around it.
///
/// # Errors
/// [`ServiceError::Invalid`].
pub(super) fn checked_name(name: &str) -> Result<String> {
    names::field("name", name, "名称（例如“张家村 12 号”）", 40)
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

/// Keeps where a terminal says that it keeps things. Staff are told when that is not its disk, once until somebody
/// looks.
///
/// # Errors
/// The database failed.
pub fn report_storage(
    store: &Store,
    id: &str,
    storage: TerminalStorage,
    now_ms: i64,
) -> Result<()> {
    let id = id.to_owned();
    store.write(move |tx| {
        let Some(terminal) = terminals::get(tx, &id)? else {
            return Ok(());
        };
        let is_news = terminals::set_storage(tx, &id, storage)?;
        let what = match storage {
            TerminalStorage::Disk => return Ok(()),
            TerminalStorage::Outbox => {
                "内容存不下，断电以后要重新下载；签到、投票这些还存得下。请检查存储卡，必要时更换"
            }
            TerminalStorage::Nothing => {
                "什么都存不下，断电以后没有送出的签到、投票会丢。请尽快更换存储卡"
            }
        };
        if !is_news {
            return Ok(());
        }
        let notice = NewNotice {
            organization_id: terminal.organization.id,
            kind: NoticeKind::TerminalStorage,
            subject: About::one(Thing::Terminal, &id).to_string(),
            detail: format!("电视“{}”{what}", terminal.name),
        };
        Ok(notices::raise(tx, &notice, now_ms)?)
    })
}

/// Records how far a terminal got in a programme, once for each key however often it is sent.
///
/// # Errors
/// [`ServiceError::NotFound`] for a programme that is not for this terminal and never was watched here,
/// [`ServiceError::KeyReused`], [`ServiceError::Invalid`].
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
            let terminal: Terminal = subject::existing(tx, &terminal_id)?;
            let place = &terminal.organization.id;
            match subject::shown::<programmes::Record>(tx, place, &programme_id) {
                Ok(_) => {}
                // It was shown here when it was watched; a refusal would be final.
                Err(ServiceError::NotFound(_))
                    if progress::get(tx, &terminal_id, &programme_id)?.is_some() => {}
                Err(other) => return Err(other),
            }
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
