//! What staff do with evaluations. Every write is audited, without anybody's name or answer.
//!
//! Whoever makes, announces, opens or closes one speaks to every television of the place and so needs the right to
//! publish beside [`Action::Evaluate`]; with the latter alone a branch enters its paper and answers its objections.

use std::sync::Arc;

use contract::bulletin::BulletinState;
use contract::evaluation::{
    EvaluationClose, EvaluationDraft, EvaluationState, ObjectionAnswer, StaffEvaluation,
};
use store::evaluations::{self, Record, ballots, entitled, life};
use store::versions::Seen;
use store::{Store, Tx, WriteTx, bulletins};

use super::ballots::count::{self, Counted};
use super::ballots::envelope;
use super::participation::Participation;
use super::{about, draft, hash, lead, may_still_join};
use crate::services::kit::audit::{self, About, Actor, Thing, Words};
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::publishing::Source;
use crate::services::kit::rights::{Action, Staff, allows};
use crate::services::kit::{reason, subject};
use crate::services::vault::Vault;

/// What staff look at evaluations with.
#[derive(Clone, Copy, Debug)]
pub struct Desk<'a> {
    /// The database.
    pub store: &'a Store,
    /// How many took part, as last told.
    pub participation: &'a Participation,
    /// The keys.
    pub vault: &'a Arc<Vault>,
}

/// Evaluations of the subtree and those from above that ask somebody of it, newest first.
///
/// # Errors
/// [`ServiceError::Forbidden`], or the database failed.
pub fn list(
    desk: Desk<'_>,
    staff: &Staff,
    state: Option<EvaluationState>,
    (before, limit): (Option<&str>, u32),
    now_ms: i64,
) -> Result<Vec<StaffEvaluation>> {
    staff.may(Action::Read)?;
    desk.store.read(|tx| {
        evaluations::list(tx, &staff.organization.id, state, before, limit)?
            .into_iter()
            .map(|record| view(tx, desk.participation, staff, record, now_ms))
            .collect()
    })
}

/// An evaluation.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`].
pub fn get(desk: Desk<'_>, staff: &Staff, id: &str, now_ms: i64) -> Result<StaffEvaluation> {
    desk.store.read(|tx| {
        let record: Record = subject::seen(tx, staff, id)?;
        view(tx, desk.participation, staff, record, now_ms)
    })
}

/// As this member of staff sees it.
fn view(
    tx: &mut Tx<'_>,
    participation: &Participation,
    staff: &Staff,
    record: Record,
    now_ms: i64,
) -> Result<StaffEvaluation> {
    let is_open = record.state == EvaluationState::Open;
    let paper = if is_open {
        ballots::paper(tx, &record.id)?
    } else {
        ballots::Paper::default()
    };
    let result = record.result.as_ref();
    let took_part = match result {
        Some(result) => result.took_part,
        None if is_open => participation.of(tx, &record.id, now_ms)?,
        None => 0,
    };
    // Who objects is named: not to whoever sees no personal data.
    let objections = if allows(staff.role, Action::ReadMembers) {
        entitled::objections(tx, &record.id, &staff.organization.id)?
    } else {
        Vec::new()
    };
    Ok(StaffEvaluation {
        evaluation: record.to_document(),
        version: record.version,
        took_part,
        on_paper: result.map_or(paper.voters, |result| result.on_paper.unwrap_or_default()),
        paper_ballots: paper.ballots,
        paper_unmatched: paper.once,
        waits_for_paper: record.waits,
        objections,
        organization_code: record.organization_code,
        target_code: record.target_code,
        statuses: record.content.statuses,
        cancel_reason: record.cancel_reason,
    })
}

/// Makes a draft.
///
/// # Errors
/// [`ServiceError::Invalid`], [`ServiceError::Forbidden`].
pub fn create(
    desk: Desk<'_>,
    staff: &Staff,
    draft: &EvaluationDraft,
    now_ms: i64,
) -> Result<StaffEvaluation> {
    lead(staff)?;
    let (by, draft) = (staff.clone(), draft.clone());
    let id = desk.store.write(move |tx| {
        let content = draft::checked(tx, &Source::staff(&by), &draft, now_ms)?;
        let made = evaluations::create(tx, &content, &by.login, now_ms)?;
        noted(tx, &by, "evaluation.create", &made, now_ms)?;
        Ok::<_, ServiceError>(made.id)
    })?;
    get(desk, staff, &id, now_ms)
}

/// Writes a draft anew.
///
/// # Errors
/// [`ServiceError::Stale`], [`ServiceError::Invalid`], [`ServiceError::WrongState`] once it was announced,
/// [`ServiceError::Forbidden`], [`ServiceError::NotFound`].
pub fn edit(
    desk: Desk<'_>,
    staff: &Staff,
    id: &str,
    seen: Seen,
    draft: &EvaluationDraft,
    now_ms: i64,
) -> Result<StaffEvaluation> {
    let draft = draft.clone();
    change(desk, staff, id, "evaluation.update", now_ms, {
        let by = staff.clone();
        move |tx, record| {
            let content = draft::checked(tx, &Source::staff(&by), &draft, now_ms)?;
            Ok(evaluations::edit(tx, &record.id, seen, &content, now_ms)?)
        }
    })
}

/// Freezes a draft and shows it: everybody can look whether they may take part, and object.
///
/// # Errors
/// [`ServiceError::Stale`], [`ServiceError::WrongState`] if it is no draft, [`ServiceError::Conflict`] if its time is
/// over, [`ServiceError::Forbidden`], [`ServiceError::NotFound`].
pub fn announce(
    desk: Desk<'_>,
    staff: &Staff,
    id: &str,
    seen: Seen,
    now_ms: i64,
) -> Result<StaffEvaluation> {
    change(
        desk,
        staff,
        id,
        "evaluation.announce",
        now_ms,
        move |tx, record| {
            if record.state == EvaluationState::Draft && record.content.closes_at_ms <= now_ms {
                return Err(ServiceError::Conflict(
                    "结束时间已经过去，请先改时间".to_owned(),
                ));
            }
            let hash = hash::form_hash(&record.content.form);
            Ok(life::announce(tx, &record.id, seen, &hash, now_ms)?)
        },
    )
}

/// Opens what was announced now, before its time.
///
/// # Errors
/// [`ServiceError::WrongState`], [`ServiceError::Forbidden`], [`ServiceError::NotFound`].
pub fn open(desk: Desk<'_>, staff: &Staff, id: &str, now_ms: i64) -> Result<StaffEvaluation> {
    let vault = Arc::clone(desk.vault);
    change(
        desk,
        staff,
        id,
        "evaluation.open",
        now_ms,
        move |tx, record| opened(tx, &vault, record, now_ms),
    )
}

/// Opens what was announced, with a key of its own. One whose whole time has passed unheeded, because the server
/// was down, is open as long as it was meant to be.
///
/// # Errors
/// [`ServiceError::WrongState`], or the database failed.
pub(super) fn opened(
    tx: &mut WriteTx<'_>,
    vault: &Vault,
    record: &Record,
    now_ms: i64,
) -> Result<Record> {
    let planned = &record.content;
    let closes_at_ms = if planned.closes_at_ms > now_ms {
        planned.closes_at_ms
    } else {
        now_ms + (planned.closes_at_ms - planned.opens_at_ms)
    };
    let counted_at_ms = closes_at_ms + count::GRACE_MS;
    let opened = life::open(tx, &record.id, closes_at_ms, counted_at_ms, now_ms)?;
    envelope::Key::make(tx, vault, &record.id)?;
    Ok(opened)
}

/// Closes what is open now, and counts. There is no way back.
///
/// # Errors
/// [`ServiceError::WrongState`], [`ServiceError::Conflict`] if names and sheets on paper do not come to the same and
/// nobody said that it may, [`ServiceError::Forbidden`], [`ServiceError::NotFound`].
pub fn close(
    desk: Desk<'_>,
    staff: &Staff,
    id: &str,
    how: EvaluationClose,
    now_ms: i64,
) -> Result<StaffEvaluation> {
    let vault = Arc::clone(desk.vault);
    change(
        desk,
        staff,
        id,
        "evaluation.close",
        now_ms,
        move |tx, record| match count::close(
            tx,
            &vault,
            record,
            (how.accept_paper_difference, &count::system_ids),
            now_ms,
        )? {
            Counted::Closed(record) => Ok(*record),
            Counted::Waits(paper) => Err(ServiceError::Conflict(count::says(paper))),
        },
    )
}

/// Cancels: it is never counted, and nothing of what was answered is kept.
///
/// # Errors
/// [`ServiceError::Invalid`] without a reason, [`ServiceError::WrongState`] if it is over,
/// [`ServiceError::Forbidden`], [`ServiceError::NotFound`].
pub fn cancel(
    desk: Desk<'_>,
    staff: &Staff,
    id: &str,
    why: &str,
    now_ms: i64,
) -> Result<StaffEvaluation> {
    let why = reason::checked("reason", why)?;
    change(
        desk,
        staff,
        id,
        "evaluation.cancel",
        now_ms,
        move |tx, record| {
            ballots::erase(tx, &record.id)?;
            Ok(life::cancel(tx, &record.id, &why, now_ms)?)
        },
    )
}

/// Says which bulletin tells what was done about it (整改).
///
/// # Errors
/// [`ServiceError::Invalid`] if the bulletin is not published, [`ServiceError::Stale`],
/// [`ServiceError::WrongState`] before the close, [`ServiceError::Forbidden`], [`ServiceError::NotFound`].
pub fn follow_up(
    desk: Desk<'_>,
    staff: &Staff,
    id: &str,
    seen: Seen,
    bulletin_id: Option<&str>,
    now_ms: i64,
) -> Result<StaffEvaluation> {
    let bulletin_id = bulletin_id.map(str::to_owned);
    let by = staff.clone();
    change(
        desk,
        staff,
        id,
        "evaluation.follow_up",
        now_ms,
        move |tx, record| {
            if let Some(bulletin_id) = &bulletin_id {
                let found = subject::chosen::<bulletins::Record>(tx, &by, bulletin_id)?;
                found
                    .filter(|it| it.state == BulletinState::Published)
                    .ok_or_else(|| {
                        ServiceError::field("bulletin_id", "没有这份公示，或者还没有发布")
                    })?;
            }
            let bulletin_id = bulletin_id.as_deref();
            Ok(life::follow_up(tx, &record.id, seen, bulletin_id, now_ms)?)
        },
    )
}

/// Answers somebody who says that they should be entitled. A branch answers its own members.
///
/// # Errors
/// [`ServiceError::Invalid`] without a reason, [`ServiceError::WrongState`] once it is over,
/// [`ServiceError::Forbidden`], [`ServiceError::NotFound`] also for one that was answered.
pub fn answer(
    desk: Desk<'_>,
    staff: &Staff,
    (id, objection_id): (&str, &str),
    answer: &ObjectionAnswer,
    now_ms: i64,
) -> Result<StaffEvaluation> {
    const UNKNOWN: ServiceError = ServiceError::NotFound("这条申诉");
    let why = reason::checked("reason", &answer.reason)?;
    let (by, entitled) = (staff.clone(), answer.entitled);
    let (at, objection_id) = (id.to_owned(), objection_id.to_owned());
    desk.store.write(move |tx| {
        let record: Record = subject::seen(tx, &by, &at)?;
        by.may(Action::Evaluate)?;
        let found = entitled::objection(tx, &record.id, &objection_id)?.ok_or(UNKNOWN)?;
        if !store::organizations::is_within(tx, &found.organization.id, &by.organization.id)? {
            return Err(UNKNOWN);
        }
        may_still_join(&record)?;
        let is_open = record.state == EvaluationState::Open;
        let on = (record.id.as_str(), is_open);
        if !entitled::answer(tx, on, &objection_id, (entitled, &*why), now_ms)? {
            return Err(UNKNOWN);
        }
        // About the member, so that a purge finds it.
        audit::note(
            tx,
            &Actor::of(Some(&by)),
            "evaluation.answer_objection",
            &About::one(Thing::Member, &found.member.id),
            Some(&found.organization.id),
            Words::Reason(&why),
            now_ms,
        )?;
        Ok(())
    })?;
    get(desk, staff, id, now_ms)
}

/// Does something to an evaluation of the own subtree, and notes it.
fn change(
    desk: Desk<'_>,
    staff: &Staff,
    id: &str,
    action: &'static str,
    now_ms: i64,
    mut act: impl FnMut(&mut WriteTx<'_>, &Record) -> Result<Record> + Send + 'static,
) -> Result<StaffEvaluation> {
    let (by, at) = (staff.clone(), id.to_owned());
    desk.store.write(move |tx| {
        let before: Record = subject::allowed(tx, &by, Action::Evaluate, &at)?;
        lead(&by)?;
        let after = act(tx, &before)?;
        noted(tx, &by, action, &after, now_ms)
    })?;
    get(desk, staff, id, now_ms)
}

fn noted(
    tx: &mut WriteTx<'_>,
    staff: &Staff,
    action: &'static str,
    record: &Record,
    now_ms: i64,
) -> Result<()> {
    let organization = Some(record.organization.id.as_str());
    Ok(audit::note(
        tx,
        &Actor::of(Some(staff)),
        action,
        &about(&record.id),
        organization,
        Words::None,
        now_ms,
    )?)
}
