//! What the server does to requests at its time: says that one is due soon, sends one that is overdue higher,
//! reminds an asker. What is not due any more is left alone.

use contract::request::Happened;
use store::due::{Claim, Kind};
use store::requests::{self, Record, Standing};
use store::versions::Seen;
use store::{WriteTx, due};

use super::kept::{self, Around, Step, Who};
use super::machine::Said;
use super::told;
use crate::services::due::Outcome;
use crate::services::kit::error::Result;
use crate::services::vault::Vault;

/// Says that a request is due soon. By night it waits for the morning.
///
/// # Errors
/// The database failed.
pub fn soon(tx: &mut WriteTx<'_>, vault: &Vault, claim: &Claim, now_ms: i64) -> Result<Outcome> {
    let Some(record) = requests::get(tx, &claim.subject)? else {
        return Ok(Outcome::Nothing);
    };
    let around = Around::of(tx, &record, now_ms)?;
    let mut case = around.case(&record, now_ms);
    match case.soon() {
        Ok(said) => written(tx, vault, &record, &around, (&said, case.standing), now_ms),
        Err(later) => {
            due::set(tx, Kind::RequestSoon, &record.id, later)?;
            Ok(Outcome::Nothing)
        }
    }
}

/// Sends a request higher that nobody has answered in time.
///
/// # Errors
/// The database failed.
pub fn overdue(tx: &mut WriteTx<'_>, vault: &Vault, claim: &Claim, now_ms: i64) -> Result<Outcome> {
    let Some(record) = requests::get(tx, &claim.subject)? else {
        return Ok(Outcome::Nothing);
    };
    let around = Around::of(tx, &record, now_ms)?;
    let mut case = around.case(&record, now_ms);
    let Some(said) = case.overdue() else {
        return Ok(Outcome::Nothing);
    };
    written(tx, vault, &record, &around, (&said, case.standing), now_ms)
}

/// Reminds somebody who got an answer to say whether it is solved.
///
/// # Errors
/// The database failed.
pub fn remind(tx: &mut WriteTx<'_>, vault: &Vault, claim: &Claim, now_ms: i64) -> Result<Outcome> {
    let Some(record) = requests::get(tx, &claim.subject)? else {
        return Ok(Outcome::Nothing);
    };
    let around = Around::of(tx, &record, now_ms)?;
    let mut case = around.case(&record, now_ms);
    let Some(said) = case.remind() else {
        return Ok(Outcome::Nothing);
    };
    written(tx, vault, &record, &around, (&said, case.standing), now_ms)
}

fn written(
    tx: &mut WriteTx<'_>,
    vault: &Vault,
    record: &Record,
    around: &Around,
    (said, standing): (&Said, Standing),
    now_ms: i64,
) -> Result<Outcome> {
    let who = Who::server();
    let step = Step {
        record,
        seen: Seen::Any,
        said,
        who: &who,
        now_ms,
    };
    let (after, _) = kept::keep(tx, vault, &around.days, step, standing)?;
    let action = match said.what {
        Happened::DueSoon => {
            told::due_soon(tx, &after, now_ms)?;
            "request.due_soon"
        }
        Happened::Reminded => "request.remind",
        _ => {
            told::overdue(tx, &after, now_ms)?;
            "request.overdue"
        }
    };
    kept::noted(tx, &who.actor, action, &after, now_ms)?;
    Ok(Outcome::Done)
}
