//! Who sees a request, reading it with all that its rules ask for, and writing down what happened to it.

use contract::organization::Organization;
use contract::request::{CategoryKind, Happened};
use jiff::civil::Date;
use store::requests::history::{self, New};
use store::requests::lists::{self, Viewer};
use store::requests::{self, Record, Standing, calendar};
use store::versions::Seen;
use store::{Tx, WriteTx, organizations};

use super::clock::Days;
use super::machine::{self, Actor, Case, Said};
use super::told;
use crate::services::attachments;
use crate::services::kit::audit::{self, About, Thing, Words};
use crate::services::kit::calendar::today;
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::rights::{Action, Staff, allows};
use crate::services::vault::{Place, Vault};

/// There is none, or it is not for who asks.
pub const MISSING: ServiceError = ServiceError::NotFound("这件事");

/// What an asker is called in the history.
pub const ASKER: &str = "本人";

/// Years of the working calendar that a deadline can reach into.
const YEARS: i16 = 3;

/// Somebody of the staff, as lists ask who looks.
#[must_use]
pub fn viewer(staff: &Staff) -> Viewer<'_> {
    Viewer {
        organization_id: &staff.organization.id,
        confides: allows(staff.role, Action::Confide),
    }
}

/// The request with this id, for somebody who wants to look at it. Whom it is not shown, it is not there.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`] for a role that sees none; or the database failed.
pub fn seen(tx: &mut Tx<'_>, staff: &Staff, id: &str) -> Result<Record> {
    staff.may(Action::Read)?;
    lists::seen(tx, viewer(staff), id)?.ok_or(MISSING)
}

/// How somebody stands who wants to do something to a request that they see: the office that has it may, and
/// those above it.
///
/// # Errors
/// [`ServiceError::Forbidden`], or the database failed.
pub fn acting(tx: &mut Tx<'_>, staff: &Staff, record: &Record) -> Result<Actor> {
    let office = &record.standing.office.id;
    // One that was told in confidence is seen by nobody else than whoever may answer it.
    if record.facts.kind != CategoryKind::Confidential {
        staff.may_in(tx, Action::Serve, office)?;
    }
    Ok(if *office == staff.organization.id {
        Actor::Office
    } else {
        Actor::Above
    })
}

/// The working calendar for a clock that starts at a moment.
///
/// # Errors
/// The database failed.
pub fn days(tx: &mut Tx<'_>, from_ms: i64) -> store::Result<Days> {
    let Some(root) = organizations::root(tx)? else {
        return Ok(Days::default());
    };
    let first = today(from_ms).year();
    let mut days = Days::default();
    for year in first..first.saturating_add(YEARS) {
        if let Some((entered, _)) = calendar::get(tx, &root.id, year)? {
            days = days.with(year, &entered);
        }
    }
    Ok(days)
}

/// What the rules ask about a request beside itself.
#[derive(Clone, Debug)]
pub struct Around {
    /// The way from the top down to the office that has it.
    pub line: Vec<Organization>,
    /// The working calendar, from when its clock started.
    pub days: Days,
}

impl Around {
    /// As it is now.
    ///
    /// # Errors
    /// The database failed.
    pub fn of(tx: &mut Tx<'_>, record: &Record, now_ms: i64) -> store::Result<Self> {
        // A clock that starts anew starts now; by a clock that was set back that may be earlier.
        let from_ms = record.standing.started_at_ms.min(now_ms);
        Ok(Self {
            line: organizations::ancestors(tx, &record.standing.office.id)?,
            days: days(tx, from_ms)?,
        })
    }

    /// The request among it, for the rules.
    #[must_use]
    pub fn case(&self, record: &Record, now_ms: i64) -> Case<'_> {
        Case {
            standing: record.standing.clone(),
            kind: record.facts.kind,
            may_be_public: record.facts.may_be_public,
            has_phone: record.facts.phone_sealed.is_some(),
            line: &self.line,
            days: &self.days,
            now_ms,
        }
    }
}

/// Who did something, for the history and for the log.
#[derive(Clone, Debug)]
pub struct Who {
    /// As an asker may know it; empty: the clock.
    pub shown: String,
    /// The account.
    pub login: Option<String>,
    /// For the log.
    pub actor: audit::Actor,
}

impl Who {
    /// Somebody of the staff.
    #[must_use]
    pub fn staff(staff: &Staff) -> Self {
        Self {
            shown: staff.organization.name.clone(),
            login: Some(staff.login.clone()),
            actor: audit::Actor::of(Some(staff)),
        }
    }

    /// The server by itself.
    #[must_use]
    pub const fn server() -> Self {
        Self {
            shown: String::new(),
            login: None,
            actor: audit::Actor::System,
        }
    }

    /// The asker.
    #[must_use]
    pub fn asker(actor: audit::Actor) -> Self {
        Self {
            shown: ASKER.to_owned(),
            login: None,
            actor,
        }
    }
}

/// Something that happened to a request.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// The request before it.
    pub record: &'a Record,
    /// The version that was read.
    pub seen: Seen,
    /// What is written down.
    pub said: &'a Said,
    /// Who did it.
    pub who: &'a Who,
    /// When.
    pub now_ms: i64,
}

/// Writes down what happened and how it stands from now on. Answers the request, and the number of the entry.
///
/// # Errors
/// [`ServiceError::Stale`], or the database failed.
pub fn keep(
    tx: &mut WriteTx<'_>,
    vault: &Vault,
    days: &Days,
    step: Step<'_>,
    mut standing: Standing,
) -> Result<(Record, u32)> {
    let Step {
        record,
        seen,
        said,
        who,
        now_ms,
    } = step;
    let kind = record.facts.kind;
    let entry = write_down(tx, vault, (&record.id, kind), said, who, now_ms)?;
    if matches!(said.what, Happened::Answered | Happened::Declined) {
        standing.answer_entry = entry;
    }
    let plan = machine::plan(&standing, days);
    let after = requests::write(tx, &record.id, seen, &standing, plan, now_ms)?;
    told::settle(tx, record, &after, now_ms)?;
    Ok((after, entry))
}

/// What was said to an asker, and where it stands with what is attached to it.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// Id of the request.
    pub request_id: &'a str,
    /// Number of the entry.
    pub entry: u32,
    /// What was said.
    pub said: &'a Said,
    /// Who said it.
    pub who: &'a Who,
}

/// Whoever asked the same is told the same, if it is for askers: with its pictures and its voice, so these are kept
/// before.
///
/// # Errors
/// The database failed, or there is no key to seal with.
pub fn share_with_merged(
    tx: &mut WriteTx<'_>,
    vault: &Vault,
    told: Told<'_>,
    now_ms: i64,
) -> Result<()> {
    let for_askers = [Happened::Answered, Happened::Declined, Happened::Replied];
    if for_askers.contains(&told.said.what) {
        for merged in requests::merged_into(tx, told.request_id)? {
            share(tx, vault, &merged, told, now_ms)?;
        }
    }
    Ok(())
}

/// Tells somebody whose request was merged into another what was said there, with everything attached to it.
///
/// # Errors
/// The database failed, or there is no key to seal with.
pub fn share(
    tx: &mut WriteTx<'_>,
    vault: &Vault,
    merged: &Record,
    told: Told<'_>,
    now_ms: i64,
) -> Result<()> {
    let Told { said, who, .. } = told;
    let around = Around::of(tx, merged, now_ms)?;
    let mut case = around.case(merged, now_ms);
    case.answered_with(said);
    let kind = merged.facts.kind;
    let entry = write_down(tx, vault, (&merged.id, kind), said, who, now_ms)?;
    let from = (told.request_id, told.entry);
    attachments::share(tx, vault, from, (&merged.id, entry), now_ms)?;
    if case.standing.wants_verdict {
        case.standing.answer_entry = entry;
    }
    let plan = machine::plan(&case.standing, &around.days);
    requests::write(tx, &merged.id, Seen::Any, &case.standing, plan, now_ms)?;
    Ok(())
}

/// Writes an entry of the history; the words of a confidential report are sealed. Answers its number.
///
/// # Errors
/// The database failed, or there is no key to seal with.
pub fn write_down(
    tx: &mut WriteTx<'_>,
    vault: &Vault,
    (id, kind): (&str, CategoryKind),
    said: &Said,
    who: &Who,
    now_ms: i64,
) -> Result<u32> {
    let (mut text, mut text_sealed) = (said.text.clone(), None);
    if kind == CategoryKind::Confidential && !text.is_empty() {
        let place = Place::RequestWords(id, history::next(tx, id)?);
        text_sealed = Some(vault.seal(tx, place, &text)?);
        text.clear();
    }
    let new = New {
        what: said.what,
        who: who.shown.clone(),
        login: who.login.clone(),
        text,
        text_sealed,
        is_internal: said.is_internal,
    };
    Ok(history::add(tx, id, &new, now_ms)?)
}

/// Notes in the log that somebody did something to a request. What was said is not in it.
///
/// # Errors
/// The database failed.
pub fn noted(
    tx: &mut WriteTx<'_>,
    actor: &audit::Actor,
    action: &'static str,
    record: &Record,
    now_ms: i64,
) -> Result<()> {
    let about = About::one(Thing::Request, &record.id);
    let office = Some(record.standing.office.id.as_str());
    Ok(audit::note(
        tx,
        actor,
        action,
        &about,
        office,
        Words::None,
        now_ms,
    )?)
}

/// The day that a number begins with: 20261129.
#[must_use]
pub fn number_day(date: Date) -> String {
    date.strftime("%Y%m%d").to_string()
}
