//! The close. In one transaction all envelopes are opened, the ballots written in the order of ids that are drawn
//! now, and envelopes and key erased. An id is 128 random bits and ballots are ordered by it, so each order is as
//! likely as every other: they are shuffled.

use contract::evaluation::{EvaluationResult, EvaluationState};
use store::evaluations::ballots::{self, Ballot, Paper};
use store::evaluations::{self, Record, life};
use store::{Tx, WriteTx};

use super::code;
use super::envelope::Key;
use crate::services::evaluations::suppress::{self, Turnout};
use crate::services::evaluations::table::{self, Heading, Table};
use crate::services::files::hex;
use crate::services::kit::error::{Result, ServiceError};
use crate::services::secrets;
use crate::services::vault::Vault;

/// How long after its time is over an evaluation is counted, in milliseconds: ballots that terminals kept for lack of a
/// network, pressed before, still come in.
pub const GRACE_MS: i64 = 10 * 60_000;

/// Draws the id of a ballot.
pub type Ids = dyn Fn() -> Result<[u8; 16]> + Send + Sync;

/// Ids from the operating system's randomness.
///
/// # Errors
/// There is none.
pub fn system_ids() -> Result<[u8; 16]> {
    secrets::random_bytes()
}

/// What came of it.
#[derive(Debug)]
pub enum Counted {
    /// It is closed, with its result.
    Closed(Box<Record>),
    /// Names and sheets on paper do not come to the same; nothing was done.
    Waits(Paper),
}

/// Why it waits, for staff.
#[must_use]
pub fn says(paper: Paper) -> String {
    let Paper {
        voters,
        ballots,
        once,
    } = paper;
    let mut says = format!("登记了 {voters} 人投纸质票，录入了 {ballots} 张");
    if once > 0 {
        says.push_str(&format!("，还有 {once} 张只录了一遍"));
    }
    says.push_str("，请核对；核对无误再关闭，多登记的按没有交票处理");
    says
}

/// Closes and counts an evaluation that is open. `accept`: also if fewer sheets of paper count than people are marked.
///
/// # Errors
/// [`ServiceError::WrongState`] if it is not open; [`ServiceError::Internal`] if an envelope cannot be opened: then
/// nothing is counted; or the database failed.
pub fn close(
    tx: &mut WriteTx<'_>,
    vault: &Vault,
    record: &Record,
    (accept, ids): (bool, &Ids),
    now_ms: i64,
) -> Result<Counted> {
    if record.state != EvaluationState::Open {
        return Err(ServiceError::WrongState(record.state.into()));
    }
    let id = record.id.as_str();
    let paper = ballots::paper(tx, id)?;
    if !accept && !paper.is_complete() {
        return Ok(Counted::Waits(paper));
    }
    let key = Key::of(tx, vault, id)?;
    let mut opened = Vec::new();
    for (member_id, envelope) in ballots::envelopes(tx, id)? {
        let text = key.open(&envelope)?;
        opened.push(Ballot {
            id: hex(&ids()?),
            member_id: member_id.filter(|_| record.content.named),
            answers: text.trim_end().to_owned(),
        });
    }
    opened.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    let result = result(record, &opened, paper.ballots)?;
    ballots::keep(tx, id, &opened)?;
    ballots::erase(tx, id)?;
    let closed = life::close(tx, id, &result, now_ms)?;
    Ok(Counted::Closed(Box::new(closed)))
}

fn result(record: &Record, kept: &[Ballot], on_paper: u32) -> Result<EvaluationResult> {
    let (content, ballots) = (&record.content, readable(record, kept)?);
    let answers: Vec<_> = ballots
        .iter()
        .map(|ballot| ballot.answers.clone())
        .collect();
    let turnout = Turnout {
        kind: content.kind,
        named: content.named,
        entitled: record.entitled,
        took_part: u32::try_from(ballots.len()).unwrap_or(u32::MAX),
        on_paper,
    };
    let mut result = suppress::suppress(&content.form, &answers, &turnout);
    if let Some(table) = written(record, &ballots)? {
        result.ballots_hash = secrets::sha256_hex_of(&table);
    }
    Ok(result)
}

fn readable(record: &Record, kept: &[Ballot]) -> Result<Vec<table::Ballot>> {
    kept.iter()
        .map(|ballot| {
            Ok(table::Ballot {
                id: ballot.id.clone(),
                answers: code::read(&record.content.form, &ballot.answers)?,
            })
        })
        .collect()
}

fn written(record: &Record, ballots: &[table::Ballot]) -> Result<Option<Vec<u8>>> {
    let heading = Heading {
        evaluation_id: &record.id,
        form_hash: &record.form_hash,
    };
    table::publish(heading, &record.content.form, ballots, record.content.named)
}

/// The table that is published of the ballots of a closed evaluation.
///
/// # Errors
/// [`ServiceError::NotFound`] without such an evaluation, before its close, and where nothing may be published alike;
/// [`ServiceError::Internal`] if the ballots do not come to what was published; or the database failed.
pub fn table(tx: &mut Tx<'_>, id: &str) -> Result<Table> {
    const MISSING: ServiceError = ServiceError::NotFound("公布的票据表");
    let record = evaluations::get(tx, id)?.ok_or(MISSING)?;
    let result = record.result.as_ref();
    let (EvaluationState::Closed, Some(result)) = (record.state, result) else {
        return Err(MISSING);
    };
    let kept = ballots::of(tx, &record.id)?;
    let csv = written(&record, &readable(&record, &kept)?)?.ok_or(MISSING)?;
    let sha256 = secrets::sha256_hex_of(&csv);
    if sha256 != result.ballots_hash {
        let says =
            format!("evaluation {id}: the ballots do not come to the table that was published");
        return Err(ServiceError::Internal(says));
    }
    Ok(Table {
        csv: csv.into(),
        sha256,
    })
}
