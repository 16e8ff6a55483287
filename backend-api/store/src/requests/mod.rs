//! Service requests, suggestions and confidential reports.
//!
//! | module | holds |
//! |---|---|
//! | here | the request: making one, finding one, writing how it stands |
//! | [`history`] | what happened to it |
//! | [`lists`] | who sees which, work lists, what a terminal shows |
//! | [`figures`] | what statistics are made of |
//! | [`calendar`] | the working calendar |
//! | [`sealing`] | what is sealed, for a new key |
//!
//! The rules (what may happen when) are the services': here is kept what they decided. Every write tells the
//! terminals concerned and plans what is due.

pub mod calendar;
pub mod figures;
pub mod history;
pub mod lists;
pub mod sealing;

use std::fmt;

use contract::member::{HouseholdRef, MemberRef};
use contract::organization::OrganizationRef;
use contract::request::{CategoryKind, ClockKind, Level, RequestSource, RequestState, Solved};

use crate::codec::{from_json, from_name, to_json, to_name};
use crate::driver::{Row, Tx, WriteTx, params};
use crate::due::{self, Kind};
use crate::error::{Error, Result};
use crate::journal::{self, Audience, Topic};
use crate::part::{Part, Promise};
use crate::versions::Seen;

pub(crate) const PART: Part = Part {
    tables: &["request_numbers", "work_days", "work_years"],
    scrubbed: &["request_history", "requests"],
    sealed: &[
        "requests WHERE phone_sealed IS NOT NULL OR number_sealed IS NOT NULL",
        "request_history WHERE text_sealed IS NOT NULL",
    ],
    promises: &[
        Promise {
            broken: "a confidential report says where it comes from",
            cases: "SELECT id FROM requests WHERE kind = 'confidential'
                 AND (place_id IS NOT NULL OR terminal_id IS NOT NULL OR household_id IS NOT NULL
                      OR asker_id IS NOT NULL OR entered_by_id IS NOT NULL OR summary <> '')",
        },
        Promise {
            broken: "a confidential report has words in clear",
            cases: "SELECT h.request_id FROM request_history h JOIN requests r ON r.id = h.request_id
                 WHERE r.kind = 'confidential' AND h.text <> ''",
        },
        Promise {
            broken: "a number of a day was left out or given twice",
            cases: "SELECT n.day FROM request_numbers n WHERE n.last <> (SELECT COUNT(*) FROM requests r
                 WHERE r.numbered_by = n.organization_id AND r.number LIKE n.day || '-%')",
        },
        Promise {
            broken: "a request that is over is due",
            cases: "SELECT id FROM requests WHERE due_at_ms IS NOT NULL
                 AND state IN ('answered', 'closed', 'declined', 'merged', 'withdrawn')",
        },
    ],
};

/// The columns of [`read`], and the tables they are from.
const SELECT: &str = "SELECT r.id, r.version, r.number, r.number_sealed, r.kind, r.category_id, r.category, r.source, \
     r.place_id, p.name, r.terminal_id, r.household_id, h.name, r.asker_id, a.name, r.entered_by_id, e.name, \
     r.phone_sealed, r.phone_hint, r.may_be_public, r.asked_at_ms, r.received_at_ms, r.summary, \
     r.state, r.office_id, o.name, r.level, r.least_level, r.trail, r.clock, r.hours, r.extra_hours, \
     r.started_at_ms, r.due_at_ms, r.warned, r.overdue, r.escalations, r.reopenings, r.extension_asked_hours, \
     r.first_due_at_ms, r.responded_at_ms, r.wants_verdict, r.wants_addition, r.to_call, r.answer_entry, \
     r.verdict, r.satisfaction, r.merged_into_id, r.bulletin_id, r.ended_at_ms, r.remind_at_ms \
     FROM requests r JOIN organizations o ON o.id = r.office_id \
     LEFT JOIN organizations p ON p.id = r.place_id LEFT JOIN households h ON h.id = r.household_id \
     LEFT JOIN members a ON a.id = r.asker_id LEFT JOIN members e ON e.id = r.entered_by_id";

/// What a request is and stays.
#[derive(Clone, PartialEq, Eq)]
pub struct Facts {
    /// What it is for.
    pub kind: CategoryKind,
    /// Its category.
    pub category_id: String,
    /// Title of the category when it was asked.
    pub category: String,
    /// By what it came.
    pub source: RequestSource,
    /// Where it came from; nothing of a confidential one.
    pub place: Option<OrganizationRef>,
    /// The terminal.
    pub terminal_id: Option<String>,
    /// The household whose TV it was.
    pub household: Option<HouseholdRef>,
    /// Who asked, if anybody was named.
    pub asker: Option<MemberRef>,
    /// Who entered it for them.
    pub entered_by: Option<MemberRef>,
    /// The number to telephone, sealed.
    pub phone_sealed: Option<String>,
    /// The same with its middle hidden.
    pub phone_hint: Option<String>,
    /// A suggestion may be answered in public.
    pub may_be_public: bool,
    /// When the key was pressed, as far as it is known.
    pub asked_at_ms: Option<i64>,
    /// When it came.
    pub received_at_ms: i64,
    /// What it says in a line; empty for a confidential one.
    pub summary: String,
}

// What somebody asked is nobody else's business.
impl fmt::Debug for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Facts")
            .field("kind", &self.kind)
            .field("category_id", &self.category_id)
            .field("source", &self.source)
            .field("received_at_ms", &self.received_at_ms)
            .finish_non_exhaustive()
    }
}

/// How a request stands: what changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its state.
    pub state: RequestState,
    /// Who has it.
    pub office: OrganizationRef,
    /// How high that stands.
    pub level: Level,
    /// It cannot be passed lower.
    pub least_level: Level,
    /// Ids of those who passed it on, the last one last.
    pub trail: Vec<String>,
    /// By which clock a response is due.
    pub clock: ClockKind,
    /// So many hours after it started.
    pub hours: u32,
    /// And so many more that were given.
    pub extra_hours: u32,
    /// When the clock started.
    pub started_at_ms: i64,
    /// Until when somebody must answer; `None`: nothing is due.
    pub due_at_ms: Option<i64>,
    /// It was said that it is due soon, since the clock started.
    pub warned: bool,
    /// It was overdue where nobody stands higher.
    pub overdue: bool,
    /// How often it was overdue.
    pub escalations: u32,
    /// How often the asker said that it is not solved.
    pub reopenings: u32,
    /// So many more hours were asked for, and nobody has decided.
    pub extension_asked_hours: Option<u32>,
    /// The first deadline there was.
    pub first_due_at_ms: i64,
    /// The first response there was.
    pub responded_at_ms: Option<i64>,
    /// The asker is asked whether it is solved.
    pub wants_verdict: bool,
    /// The asker is asked something.
    pub wants_addition: bool,
    /// Somebody is to be telephoned and was not reached.
    pub to_call: bool,
    /// Number of the entry that the asker is to judge; 0: none.
    pub answer_entry: u32,
    /// What the asker said last.
    pub verdict: Option<Solved>,
    /// How satisfied they said they are, 1 to 5.
    pub satisfaction: Option<u8>,
    /// The one it was merged into.
    pub merged_into_id: Option<String>,
    /// The bulletin that shows it and its answer.
    pub bulletin_id: Option<String>,
    /// When it was over.
    pub ended_at_ms: Option<i64>,
    /// When the asker is to be reminded to say whether it is solved.
    pub remind_at_ms: Option<i64>,
}

/// When the server does something by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Says that it is due soon.
    pub soon_at_ms: Option<i64>,
    /// It is overdue.
    pub overdue_at_ms: Option<i64>,
}

/// A request as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Id.
    pub id: String,
    /// Counts up with every change.
    pub version: i64,
    /// The number people say; of a confidential one nothing that anybody knows.
    pub number: String,
    /// The number of a confidential one, sealed.
    pub number_sealed: Option<String>,
    /// What it is and stays.
    pub facts: Facts,
    /// How it stands.
    pub standing: Standing,
}

/// How a request is numbered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Numbering {
    /// The next of a day (`20261129`) of this organization.
    Next {
        /// Whose days are counted.
        organization_id: String,
        /// The day.
        day: String,
    },
    /// It brings its own, sealed; the organization is the one that may read it.
    Own {
        /// Whose it is.
        organization_id: String,
        /// The number.
        sealed: String,
    },
}

/// An id for a request to be made: what is sealed is sealed for one request, so the id comes first.
#[must_use]
pub fn new_id(now_ms: i64) -> String {
    crate::codec::new_id(now_ms)
}

/// Makes a request under an id of [`new_id`].
///
/// # Errors
/// [`Error::NotFound`] without an organization.
pub fn create(
    tx: &mut WriteTx<'_>,
    id: &str,
    numbering: &Numbering,
    facts: &Facts,
    standing: &Standing,
    plan: Plan,
    now_ms: i64,
) -> Result<Record> {
    let (numbered_by, number, sealed) = match numbering {
        Numbering::Next {
            organization_id,
            day,
        } => (
            organization_id,
            next_number(tx, organization_id, day)?,
            None,
        ),
        // Unlike any number of a day, and unique as the id is.
        Numbering::Own {
            organization_id,
            sealed,
        } => (organization_id, id.to_owned(), Some(sealed)),
    };
    tx.execute(
        "INSERT INTO requests (id, version, numbered_by, number, number_sealed, kind, category_id, category, source,
             place_id, terminal_id, household_id, asker_id, entered_by_id, phone_sealed, phone_hint, may_be_public,
             asked_at_ms, received_at_ms, summary, state, office_id, level, least_level, trail, clock, hours,
             extra_hours, started_at_ms, due_at_ms, warned, overdue, escalations, reopenings,
             extension_asked_hours, first_due_at_ms, responded_at_ms, wants_verdict, wants_addition, to_call,
             answer_entry, verdict, satisfaction, merged_into_id, bulletin_id, ended_at_ms, updated_at_ms)
         VALUES (?1, 0, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,
             'received', ?20, 0, 0, '[]', 'wall', 0, 0, 0, NULL, 0, 0, 0, 0, NULL, ?21, NULL, 0, 0, 0, 0, NULL,
             NULL, NULL, NULL, NULL, ?22)",
        params![
            id,
            numbered_by,
            number,
            sealed,
            to_name(&facts.kind)?,
            &facts.category_id,
            &facts.category,
            to_name(&facts.source)?,
            facts.place.as_ref().map(|it| &it.id),
            facts.terminal_id.as_deref(),
            facts.household.as_ref().map(|it| &it.id),
            facts.asker.as_ref().map(|it| &it.id),
            facts.entered_by.as_ref().map(|it| &it.id),
            facts.phone_sealed.as_deref(),
            facts.phone_hint.as_deref(),
            facts.may_be_public,
            facts.asked_at_ms,
            facts.received_at_ms,
            &facts.summary,
            &standing.office.id,
            standing.first_due_at_ms,
            now_ms
        ],
    )?;
    write(tx, id, Seen::Any, standing, plan, now_ms)
}

/// Writes how a request stands from now on, and plans what is due.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`].
pub fn write(
    tx: &mut WriteTx<'_>,
    id: &str,
    seen: Seen,
    standing: &Standing,
    plan: Plan,
    now_ms: i64,
) -> Result<Record> {
    let before = get(tx, id)?.ok_or(Error::NotFound("request"))?;
    seen.check(before.version)?;
    tx.execute(
        "UPDATE requests SET version = version + 1, state = ?2, office_id = ?3, level = ?4, least_level = ?5,
             trail = ?6, clock = ?7, hours = ?8, extra_hours = ?9, started_at_ms = ?10, due_at_ms = ?11,
             warned = ?12, overdue = ?13, escalations = ?14, reopenings = ?15, extension_asked_hours = ?16,
             responded_at_ms = ?17, wants_verdict = ?18, wants_addition = ?19, to_call = ?20, answer_entry = ?21,
             verdict = ?22, satisfaction = ?23, merged_into_id = ?24, bulletin_id = ?25, ended_at_ms = ?26,
             updated_at_ms = ?27, remind_at_ms = ?28
         WHERE id = ?1",
        params![
            id,
            to_name(&standing.state)?,
            &standing.office.id,
            level_number(standing.level),
            level_number(standing.least_level),
            to_json(&standing.trail)?,
            to_name(&standing.clock)?,
            standing.hours,
            standing.extra_hours,
            standing.started_at_ms,
            standing.due_at_ms,
            standing.warned,
            standing.overdue,
            standing.escalations,
            standing.reopenings,
            standing.extension_asked_hours,
            standing.responded_at_ms,
            standing.wants_verdict,
            standing.wants_addition,
            standing.to_call,
            standing.answer_entry,
            standing.verdict.as_ref().map(to_name).transpose()?,
            standing.satisfaction.map(u32::from),
            standing.merged_into_id.as_deref(),
            standing.bulletin_id.as_deref(),
            standing.ended_at_ms,
            now_ms,
            standing.remind_at_ms
        ],
    )?;
    due::set(tx, Kind::RequestSoon, id, plan.soon_at_ms)?;
    due::set(tx, Kind::RequestOverdue, id, plan.overdue_at_ms)?;
    due::set(tx, Kind::RequestReminder, id, standing.remind_at_ms)?;
    let after = get(tx, id)?.ok_or(Error::NotFound("request"))?;
    told(tx, &after)?;
    Ok(after)
}

/// The request with this id, whoever asks.
///
/// # Errors
/// The database failed.
pub fn get(tx: &mut Tx<'_>, id: &str) -> Result<Option<Record>> {
    tx.query_opt(&format!("{SELECT} WHERE r.id = ?1"), params![id])?
        .as_ref()
        .map(read)
        .transpose()
}

/// Those that were merged into this one, the oldest first.
///
/// # Errors
/// The database failed.
pub fn merged_into(tx: &mut Tx<'_>, id: &str) -> Result<Vec<Record>> {
    let sql = format!("{SELECT} WHERE r.merged_into_id = ?1 ORDER BY r.id");
    tx.query(&sql, params![id])?.iter().map(read).collect()
}

/// Tells the TV of the household, and the one it was asked at. Of a confidential one nobody is told.
fn told(tx: &mut WriteTx<'_>, record: &Record) -> Result<()> {
    let facts = &record.facts;
    let mut concerned: Vec<String> = facts.terminal_id.iter().cloned().collect();
    if let Some(household) = &facts.household {
        let row = tx.query_opt(
            "SELECT terminal_id FROM households WHERE id = ?1 AND terminal_id IS NOT NULL",
            params![&household.id],
        )?;
        concerned.extend(row.map(|row| row.text(0)).transpose()?);
    }
    for terminal_id in concerned {
        journal::touch(tx, Topic::Requests, Audience::Terminal(&terminal_id));
    }
    Ok(())
}

fn next_number(tx: &mut WriteTx<'_>, organization_id: &str, day: &str) -> Result<String> {
    let row = tx.query_one(
        "INSERT INTO request_numbers (organization_id, day, last) VALUES (?1, ?2, 1)
         ON CONFLICT (organization_id, day) DO UPDATE SET last = request_numbers.last + 1 RETURNING last",
        params![organization_id, day],
    )?;
    Ok(format!("{day}-{:03}", row.int(0)?))
}

/// How a level stands in a column.
pub(crate) const fn level_number(level: Level) -> u32 {
    match level {
        Level::Village => 0,
        Level::Township => 1,
        Level::County => 2,
        Level::Prefecture => 3,
    }
}

fn level(number: i64) -> Result<Level> {
    Ok(match number {
        0 => Level::Village,
        1 => Level::Township,
        2 => Level::County,
        3 => Level::Prefecture,
        _ => return Err(Error::Damaged(format!("level {number}"))),
    })
}

pub(crate) fn small<T: TryFrom<i64>>(number: i64) -> Result<T> {
    T::try_from(number).map_err(|_| Error::Damaged("a number out of bounds".into()))
}

fn read(row: &Row) -> Result<Record> {
    let organization = |id: usize| -> Result<Option<OrganizationRef>> {
        Ok(match (row.opt_text(id)?, row.opt_text(id + 1)?) {
            (Some(id), Some(name)) => Some(OrganizationRef { id, name }),
            _ => None,
        })
    };
    let member = |id: usize| -> Result<Option<MemberRef>> {
        Ok(match (row.opt_text(id)?, row.opt_text(id + 1)?) {
            (Some(id), Some(name)) => Some(MemberRef { id, name }),
            _ => None,
        })
    };
    let household = row.opt_text(11)?.map(|id| {
        let name = row.opt_text(12)?.unwrap_or_default();
        Ok::<_, Error>(HouseholdRef { id, name })
    });
    Ok(Record {
        id: row.text(0)?,
        version: row.int(1)?,
        number: row.text(2)?,
        number_sealed: row.opt_text(3)?,
        facts: Facts {
            kind: from_name(row.text(4)?)?,
            category_id: row.text(5)?,
            category: row.text(6)?,
            source: from_name(row.text(7)?)?,
            place: organization(8)?,
            terminal_id: row.opt_text(10)?,
            household: household.transpose()?,
            asker: member(13)?,
            entered_by: member(15)?,
            phone_sealed: row.opt_text(17)?,
            phone_hint: row.opt_text(18)?,
            may_be_public: row.truth(19)?,
            asked_at_ms: row.opt_int(20)?,
            received_at_ms: row.int(21)?,
            summary: row.text(22)?,
        },
        standing: standing(row)?,
    })
}

fn standing(row: &Row) -> Result<Standing> {
    Ok(Standing {
        state: from_name(row.text(23)?)?,
        office: OrganizationRef {
            id: row.text(24)?,
            name: row.text(25)?,
        },
        level: level(row.int(26)?)?,
        least_level: level(row.int(27)?)?,
        trail: from_json(&row.text(28)?)?,
        clock: from_name(row.text(29)?)?,
        hours: small(row.int(30)?)?,
        extra_hours: small(row.int(31)?)?,
        started_at_ms: row.int(32)?,
        due_at_ms: row.opt_int(33)?,
        warned: row.truth(34)?,
        overdue: row.truth(35)?,
        escalations: small(row.int(36)?)?,
        reopenings: small(row.int(37)?)?,
        extension_asked_hours: row.opt_int(38)?.map(small).transpose()?,
        first_due_at_ms: row.int(39)?,
        responded_at_ms: row.opt_int(40)?,
        wants_verdict: row.truth(41)?,
        wants_addition: row.truth(42)?,
        to_call: row.truth(43)?,
        answer_entry: small(row.int(44)?)?,
        verdict: row.opt_text(45)?.map(from_name).transpose()?,
        satisfaction: row.opt_int(46)?.map(small).transpose()?,
        merged_into_id: row.opt_text(47)?,
        bulletin_id: row.opt_text(48)?,
        ended_at_ms: row.opt_int(49)?,
        remind_at_ms: row.opt_int(50)?,
    })
}
