//! What happens by itself, at the [deadlines](store::due) of an evaluation.

use contract::evaluation::EvaluationState;
use contract::staff::NoticeKind;
use store::due::Claim;
use store::evaluations::{Record, life};
use store::notices::{self, NewNotice};
use store::{Store, WriteTx};

use super::ballots::count::{self, Counted};
use super::{about, manage};
use crate::services::due::Outcome;
use crate::services::kit::audit;
use crate::services::kit::error::Result;
use crate::services::kit::subject;
use crate::services::vault::Vault;

/// Opens what was announced.
///
/// # Errors
/// The database failed.
pub fn open(tx: &mut WriteTx<'_>, vault: &Vault, claim: &Claim, now_ms: i64) -> Result<Outcome> {
    let record: Record = subject::existing(tx, &claim.subject)?;
    if record.state != EvaluationState::Announced {
        return Ok(Outcome::Nothing);
    }
    manage::opened(tx, vault, &record, now_ms)?;
    noted(tx, "evaluation.open", &record, now_ms)?;
    Ok(Outcome::Done)
}

/// Closes and counts what is open; if names and sheets on paper do not come to the same, it waits for staff, who are
/// told.
///
/// # Errors
/// The database failed, or an envelope cannot be opened.
pub fn close(tx: &mut WriteTx<'_>, vault: &Vault, claim: &Claim, now_ms: i64) -> Result<Outcome> {
    let record: Record = subject::existing(tx, &claim.subject)?;
    if record.state != EvaluationState::Open {
        return Ok(Outcome::Nothing);
    }
    let how = (false, &count::system_ids as &count::Ids);
    match count::close(tx, vault, &record, how, now_ms)? {
        Counted::Closed(closed) => noted(tx, "evaluation.close", &closed, now_ms)?,
        Counted::Waits(paper) => {
            life::wait(tx, &record.id, now_ms)?;
            let notice = NewNotice {
                organization_id: record.organization.id.clone(),
                kind: NoticeKind::PaperBallots,
                subject: about(&record.id).to_string(),
                detail: format!("“{}”：{}", record.content.title, count::says(paper)),
            };
            notices::raise(tx, &notice, now_ms)?;
        }
    }
    Ok(Outcome::Done)
}

/// Makes sure that envelopes and keys which were deleted are not on the disk any more. Blocks; writers wait
/// meanwhile.
///
/// # Errors
/// The database failed, or somebody reads: it is tried again.
pub fn overwrite(store: &Store, now_ms: i64) -> Result<()> {
    if !store.read(life::is_to_be_overwritten)? {
        return Ok(());
    }
    store.scrub()?;
    store.write(move |tx| life::overwritten(tx, now_ms))?;
    // What that wrote is in the log beside the database, but holds no envelope.
    Ok(())
}

fn noted(tx: &mut WriteTx<'_>, action: &'static str, record: &Record, now_ms: i64) -> Result<()> {
    let organization = Some(record.organization.id.as_str());
    Ok(audit::system(
        tx,
        action,
        &about(&record.id),
        organization,
        now_ms,
    )?)
}
