//! Ballots on paper, of those without a television. Names and sheets are entered apart: who voted on paper is
//! marked, once, as if they had at a TV; and each sheet, which has a number and no name, is read by two different
//! people, and counts when both read the same.

use std::sync::Arc;

use contract::error::FieldError;
use contract::evaluation::{
    EvaluationState, PaperBallot, PaperBallotTakenBack, PaperReading, PaperState,
    PaperVoterTakenBack,
};
use store::evaluations::{Record, ballots, entitled};
use store::{Store, WriteTx, members};

use super::code;
use super::envelope::Key;
use crate::services::evaluations::{about, lead};
use crate::services::kit::audit::{self, About, Actor, Entry, Thing, Words};
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::rights::{Action, Staff};
use crate::services::kit::{reason, subject};
use crate::services::vault::Vault;

/// The highest number of a sheet.
const MAX_SHEET: u32 = 999_999;

/// Marks that somebody voted on paper. They cannot vote at a TV any more, and if they have, they cannot on paper.
///
/// # Errors
/// [`ServiceError::Conflict`] if they have taken part or are not entitled, [`ServiceError::WrongState`] while it is
/// not open, [`ServiceError::Forbidden`], [`ServiceError::NotFound`].
pub fn mark(
    store: &Store,
    staff: &Staff,
    (id, member_id): (&str, &str),
    now_ms: i64,
) -> Result<PaperState> {
    let (staff, id, member_id) = (staff.clone(), id.to_owned(), member_id.to_owned());
    store.write(move |tx| {
        let record = open(tx, &staff, &id)?;
        // A branch marks its own members in the township's evaluation.
        let member: members::Record = subject::allowed(tx, &staff, Action::Evaluate, &member_id)?;
        let standing = entitled::standing(tx, &id, &[member.id.as_str()])?;
        let standing = standing.get(&member.id);
        if !standing.is_some_and(|it| it.entitled) {
            return Err(ServiceError::Conflict(
                "这位同志不在这次的名单里；如果应该在，请先答复他的申诉".to_owned(),
            ));
        }
        if !ballots::cast_on_paper(tx, &id, &member.id)? {
            return Err(ServiceError::Conflict(
                "这位同志已经投过了，电视上的或纸上的，不能再登记".to_owned(),
            ));
        }
        noted(tx, &staff, "evaluation.paper_voter", &record, now_ms)?;
        state(tx, &id, PaperReading::First)
    })
}

/// Enters what one person reads on a sheet.
///
/// # Errors
/// [`ServiceError::Invalid`] for answers that are not complete, [`ServiceError::Conflict`] if the same person has read
/// it, if it counts already, or if there would be more sheets than names; [`ServiceError::WrongState`] while it is not
/// open, [`ServiceError::Forbidden`], [`ServiceError::NotFound`].
pub fn read(
    store: &Store,
    vault: &Arc<Vault>,
    staff: &Staff,
    id: &str,
    sheet: PaperBallot,
    now_ms: i64,
) -> Result<PaperState> {
    let (vault, staff, id) = (Arc::clone(vault), staff.clone(), id.to_owned());
    store.write(move |tx| {
        let record = open(tx, &staff, &id)?;
        checked(&record, &sheet)?;
        let form = &record.content.form;
        let key = Key::of(tx, &vault, &id)?;
        let reading = match ballots::sheet(tx, &id, sheet.sheet)? {
            None => {
                let envelope = key.seal(&code::padded(form, &sheet.answers))?;
                ballots::read_first(tx, &id, sheet.sheet, &staff.login, &envelope)?;
                PaperReading::First
            }
            Some(first) if first.matched => {
                return Err(ServiceError::Conflict(format!(
                    "第 {} 号已经录入两遍；如果是另一张纸，请换一个编号",
                    sheet.sheet
                )));
            }
            Some(first) if first.read_by == staff.login => {
                return Err(ServiceError::Conflict(format!(
                    "第 {} 号第一遍是您录的，第二遍须由另一个人录",
                    sheet.sheet
                )));
            }
            Some(first) => {
                let before = key.open(&first.envelope)?;
                if before == code::padded(form, &sheet.answers) {
                    let paper = ballots::paper(tx, &id)?;
                    if paper.ballots >= paper.voters {
                        return Err(ServiceError::Conflict(format!(
                            "登记了 {} 人投纸质票，已经录入 {} 张，不能更多；请先登记投票人",
                            paper.voters, paper.ballots
                        )));
                    }
                    ballots::read_again(tx, &id, sheet.sheet)?;
                    PaperReading::Matches
                } else {
                    ballots::forget_sheet(tx, &id, sheet.sheet)?;
                    PaperReading::Differs
                }
            }
        };
        noted(tx, &staff, "evaluation.paper_ballot", &record, now_ms)?;
        state(tx, &id, reading)
    })
}

/// Takes back that somebody voted on paper: they were marked by mistake, and may vote. There are never fewer names
/// than sheets that count, or at the close there would be a ballot of nobody: the right person is marked first, or the
/// sheet that is none is taken back.
///
/// # Errors
/// [`ServiceError::Invalid`] without a reason, [`ServiceError::Conflict`] if they are not marked or there would be
/// fewer names than sheets, [`ServiceError::WrongState`] while it is not open, [`ServiceError::Forbidden`],
/// [`ServiceError::NotFound`].
pub fn take_voter_back(
    store: &Store,
    staff: &Staff,
    id: &str,
    wrong: PaperVoterTakenBack,
    now_ms: i64,
) -> Result<PaperState> {
    let why = reason::checked("reason", &wrong.reason)?;
    let (staff, id) = (staff.clone(), id.to_owned());
    store.write(move |tx| {
        let record = led(tx, &staff, &id)?;
        let member: members::Record =
            subject::allowed(tx, &staff, Action::Evaluate, &wrong.member_id)?;
        if !ballots::take_back(tx, &id, &member.id)? {
            return Err(ServiceError::Conflict(
                "这位同志没有登记为用纸投票；在电视上投的不能撤回".to_owned(),
            ));
        }
        let left = ballots::paper(tx, &id)?;
        if left.voters < left.ballots {
            return Err(ServiceError::Conflict(format!(
                "已经有 {} 张纸质票算数，登记的人不能比票少：登错了人，请先登记真正投票的人；多录了票，请先作废那一张",
                left.ballots
            )));
        }
        let actor = Actor::of(Some(&staff));
        let action = "evaluation.paper_voter_back";
        let place = Some(record.organization.id.as_str());
        let entries = vec![
            Entry::new(&actor, action, &about(&id), place, Words::None),
            Entry::new(
                &actor,
                action,
                &About::one(Thing::Member, &member.id),
                place,
                Words::Reason(&why),
            ),
        ];
        audit::note_all(tx, entries, now_ms)?;
        state(tx, &id, PaperReading::First)
    })
}

/// Takes a sheet back, with all that was read of it; it may be read anew. One that counts is not taken back by whoever
/// read it first, as it is not counted by one person alone.
///
/// # Errors
/// [`ServiceError::Conflict`] for whoever read it first, [`ServiceError::WrongState`] while it is not open,
/// [`ServiceError::Forbidden`], [`ServiceError::NotFound`] without such a sheet.
pub fn take_ballot_back(
    store: &Store,
    staff: &Staff,
    id: &str,
    PaperBallotTakenBack { sheet }: PaperBallotTakenBack,
    now_ms: i64,
) -> Result<PaperState> {
    let (staff, id) = (staff.clone(), id.to_owned());
    store.write(move |tx| {
        let record = led(tx, &staff, &id)?;
        let Some(read) = ballots::sheet(tx, &id, sheet)? else {
            return Err(ServiceError::NotFound("这个编号的纸质票"));
        };
        if read.matched && read.read_by == staff.login {
            return Err(ServiceError::Conflict(format!(
                "第 {sheet} 号第一遍是您录的，已经算数，须由另一个人作废"
            )));
        }
        ballots::forget_sheet(tx, &id, sheet)?;
        audit::note(
            tx,
            &Actor::of(Some(&staff)),
            "evaluation.paper_ballot_back",
            &about(&id),
            Some(&record.organization.id),
            Words::Sheet(sheet),
            now_ms,
        )?;
        state(tx, &id, PaperReading::First)
    })
}

/// The evaluation, for somebody who takes back what others entered: whoever may open and close it.
fn led(tx: &mut WriteTx<'_>, staff: &Staff, id: &str) -> Result<Record> {
    let record: Record = subject::allowed(tx, staff, Action::Evaluate, id)?;
    lead(staff)?;
    still_open(record)
}

fn still_open(record: Record) -> Result<Record> {
    if record.state == EvaluationState::Open {
        Ok(record)
    } else {
        Err(ServiceError::WrongState(record.state.into()))
    }
}

/// The evaluation, for somebody who enters paper. It may still be entered after the time is over, until it is
/// counted.
fn open(tx: &mut WriteTx<'_>, staff: &Staff, id: &str) -> Result<Record> {
    let record: Record = subject::seen(tx, staff, id)?;
    staff.may(Action::Evaluate)?;
    still_open(record)
}

fn checked(record: &Record, sheet: &PaperBallot) -> Result<()> {
    let mut wrong = Vec::new();
    if !(1..=MAX_SHEET).contains(&sheet.sheet) {
        wrong.push(FieldError {
            field: "sheet".to_owned(),
            message: format!("纸上的编号须为 1 到 {MAX_SHEET}"),
        });
    }
    let faults = record.content.form.judge(&sheet.answers);
    wrong.extend(faults.into_iter().map(|fault| FieldError {
        field: format!("answers.{}", fault.question),
        message: fault.says.to_owned(),
    }));
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(ServiceError::Invalid(wrong))
    }
}

fn state(tx: &mut WriteTx<'_>, id: &str, reading: PaperReading) -> Result<PaperState> {
    let paper = ballots::paper(tx, id)?;
    Ok(PaperState {
        reading,
        voters: paper.voters,
        ballots: paper.ballots,
        once: paper.once,
    })
}

/// That staff did so, but neither for whom nor what they read.
fn noted(
    tx: &mut WriteTx<'_>,
    staff: &Staff,
    action: &'static str,
    record: &Record,
    now_ms: i64,
) -> Result<()> {
    Ok(audit::note(
        tx,
        &Actor::of(Some(staff)),
        action,
        &about(&record.id),
        Some(&record.organization.id),
        Words::None,
        now_ms,
    )?)
}
