//! A ballot of a terminal. It counts once, whatever is sent how often and wherever: the first stands, and whoever
//! comes again is told that they have taken part, never what they chose.

use std::sync::Arc;

use contract::error::FieldError;
use contract::evaluation::{BallotTaken, EvaluationState, NewBallot, ballot_bytes};
use contract::terminal::{Terminal, TerminalKind};
use store::evaluations::{Record, ballots, entitled};
use store::members;
use store::{Store, WriteTx, households};

use super::code;
use super::count::GRACE_MS;
use super::envelope::Key;
use crate::services::evaluations::terminal;
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::limits::Limits;
use crate::services::kit::subject;
use crate::services::people::session::Stand;
use crate::services::proof::{Known, Proved, prove};
use crate::services::vault::Vault;

/// The longest age that is believed, in milliseconds: as for sign-ins.
const OLDEST_MS: i64 = 7 * 24 * 3_600_000;

/// A ballot as it was sent.
#[derive(Debug)]
pub struct Sent {
    /// What was sent.
    pub ballot: NewBallot,
    /// How long its request was, in bytes.
    pub bytes: usize,
}

/// Takes a ballot that arrived at `now_ms`.
///
/// # Errors
/// As a proof is refused; [`ServiceError::NotFound`] for an evaluation that is not shown there;
/// [`ServiceError::Conflict`] for another form or too late, [`ServiceError::WrongState`] while it is not open;
/// [`ServiceError::Forbidden`] for somebody who is not entitled; [`ServiceError::Invalid`] for answers that are not
/// complete. Of a ballot that is refused nothing is kept.
pub fn cast(
    store: &Store,
    (vault, limits): (&Arc<Vault>, &Arc<Limits>),
    stand: Stand<'_>,
    Sent { ballot, bytes }: Sent,
    now_ms: i64,
) -> Result<BallotTaken> {
    let (vault, limits) = (Arc::clone(vault), Arc::clone(limits));
    let (terminal_id, address) = (stand.terminal_id.to_owned(), stand.address.to_owned());
    // A proof that is refused was counted, and that must stay: so it is a value.
    store.write(move |tx| {
        tx.by_keys()?;
        let terminal = terminal(tx, &terminal_id)?;
        let record: Record = subject::shown(tx, &terminal.organization.id, &ballot.evaluation_id)?;
        let known = Known {
            vault: &vault,
            limits: &limits,
        };
        let at = (&terminal, address.as_str());
        let member = match prove(tx, known, at, &ballot.proof, now_ms)? {
            Proved::Yes(member) => member,
            Proved::No(refusal) => return Ok(Err(refusal)),
        };
        let repeated = match judged(tx, &vault, &record, &member, (&ballot, bytes), now_ms) {
            Ok(repeated) => repeated,
            // A right proof has forgiven the wrong ones before it, which must stay too.
            Err(refusal) if is_plain(&refusal) => return Ok(Err(refusal)),
            Err(failed) => return Err(failed),
        };
        Ok::<_, ServiceError>(Ok(BallotTaken {
            member: member.named(),
            repeated,
            household_missing: missing(tx, &terminal, &record)?,
        }))
    })?
}

/// Puts the ballot into its envelope, if it may be cast. Tells whether they had taken part before.
fn judged(
    tx: &mut WriteTx<'_>,
    vault: &Vault,
    record: &Record,
    member: &members::Record,
    (ballot, bytes): (&NewBallot, usize),
    now_ms: i64,
) -> Result<bool> {
    let standing = entitled::standing(tx, &record.id, &[member.id.as_str()])?;
    let standing = standing.get(&member.id);
    if standing.is_some_and(|it| it.took_part) {
        return Ok(true);
    }
    if record.state != EvaluationState::Open {
        return Err(ServiceError::WrongState(record.state.into()));
    }
    if !standing.is_some_and(|it| it.entitled) {
        return Err(ServiceError::Forbidden(
            "您不在这次的名单里，如果您觉得应该在，请按“我应该能投”",
        ));
    }
    in_time(record, ballot, now_ms)?;
    if ballot.form_hash != record.form_hash {
        return Err(ServiceError::Conflict(
            "题目和服务器上的不一样，请稍等电视更新后再答".to_owned(),
        ));
    }
    let form = &record.content.form;
    let expected = ballot_bytes(form);
    if bytes != expected {
        return Err(ServiceError::BadRequest(format!(
            "每张票的请求须为 {expected} 字节，这张是 {bytes} 字节"
        )));
    }
    let faults = form.judge(&ballot.answers);
    if !faults.is_empty() {
        let wrong = faults.into_iter().map(|fault| FieldError {
            field: format!("answers.{}", fault.question),
            message: fault.says.to_owned(),
        });
        return Err(ServiceError::Invalid(wrong.collect()));
    }
    let key = Key::of(tx, vault, &record.id)?;
    let envelope = key.seal(&code::padded(form, &ballot.answers))?;
    Ok(!ballots::cast(tx, &record.id, &member.id, &envelope)?)
}

/// Whether it was pressed before the close. Until then the arrival counts; for a while after it what a terminal kept
/// for lack of a network, as far as its clock that cannot be set tells.
fn in_time(record: &Record, ballot: &NewBallot, now_ms: i64) -> Result<()> {
    let closes_at_ms = record.content.closes_at_ms;
    let late = now_ms.saturating_sub(closes_at_ms);
    let age_ms = ballot.age_ms.filter(|age| (0..=OLDEST_MS).contains(age));
    let pressed_in_time = ballot.queued
        && late < GRACE_MS
        && age_ms.is_some_and(|age| now_ms.saturating_sub(age) < closes_at_ms);
    if late < 0 || pressed_in_time {
        return Ok(());
    }
    Err(ServiceError::Conflict(
        "时间已到，这一票没有赶上，没有计入，也没有保存".to_owned(),
    ))
}

/// Whether it is an answer to who asked, rather than a failure of the server.
const fn is_plain(error: &ServiceError) -> bool {
    matches!(
        error,
        ServiceError::WrongState(_)
            | ServiceError::Forbidden(_)
            | ServiceError::Conflict(_)
            | ServiceError::Invalid(_)
            | ServiceError::BadRequest(_)
    )
}

/// Who of a home may still take part.
fn missing(
    tx: &mut WriteTx<'_>,
    terminal: &Terminal,
    record: &Record,
) -> Result<Vec<contract::person::MemberRef>> {
    if terminal.kind != TerminalKind::Household || record.state != EvaluationState::Open {
        return Ok(Vec::new());
    }
    match households::of_terminal(tx, &terminal.id)? {
        Some(household) => Ok(entitled::missing(tx, &record.id, &household.id)?),
        None => Ok(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use contract::proof::Proof;
    use store::evaluations::Content;

    use super::*;

    const CLOSES: i64 = 1_795_312_800_000;

    fn is_in_time(now_ms: i64, queued: bool, age_ms: Option<i64>) -> bool {
        let record = Record {
            id: String::new(),
            version: 1,
            content: Content {
                closes_at_ms: CLOSES,
                ..Content::default()
            },
            organization: contract::organization::OrganizationRef::default(),
            organization_code: String::new(),
            target_code: None,
            state: EvaluationState::Open,
            form_hash: String::new(),
            entitled_hash: String::new(),
            entitled: 0,
            announced_at_ms: None,
            waits: false,
            result: None,
            follow_up: None,
            cancel_reason: None,
        };
        let ballot = NewBallot {
            evaluation_id: String::new(),
            form_hash: String::new(),
            proof: Proof::Card {
                card: String::new(),
            },
            answers: Vec::new(),
            padding: String::new(),
            age_ms,
            queued,
        };
        in_time(&record, &ballot, now_ms).is_ok()
    }

    #[test]
    fn what_was_pressed_before_the_close_counts_for_a_while_after_it() {
        for (now_ms, queued, age_ms, expected) in [
            (CLOSES - 1, false, Some(0), true),
            (CLOSES - 1, true, None, true),
            (CLOSES, false, Some(0), false),
            // A terminal that is not cut off says that it is late.
            (CLOSES + 1_000, false, Some(60_000), false),
            (CLOSES + 1_000, true, Some(60_000), true),
            (CLOSES + 1_000, true, Some(1_001), true),
            (CLOSES + 1_000, true, Some(1_000), false),
            // The box was switched off meanwhile: nobody knows when.
            (CLOSES + 1_000, true, None, false),
            (CLOSES + 1_000, true, Some(-1), false),
            (CLOSES + 1_000, true, Some(i64::MAX), false),
            (CLOSES + GRACE_MS - 1, true, Some(GRACE_MS), true),
            (CLOSES + GRACE_MS, true, Some(2 * GRACE_MS), false),
        ] {
            let found = is_in_time(now_ms, queued, age_ms);
            assert_eq!(found, expected, "{} {queued} {age_ms:?}", now_ms - CLOSES);
        }
    }
}
