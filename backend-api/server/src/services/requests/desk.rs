//! Work lists and one request with its whole history, for staff.

use std::sync::Arc;

use contract::member::{MemberRef, Reason};
use contract::organization::{Organization, OrganizationRef};
use contract::request::{
    CategoryKind, Happened, HistoryEntry, Request, RequestGroup, RequestLine, RequestPage,
    RevealedPhone,
};
use store::requests::history;
use store::requests::lists::{self, Cursor, Filter};
use store::requests::{self, Record};
use store::{Store, Tx, attachments, categories, organizations};

use super::at_tv;
use super::kept::{self, Around, Who};
use super::ladder::Line;
use super::machine::Said;
use crate::services::kit::audit;
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::rights::{Action, Staff};
use crate::services::kit::{names, reason, subject};
use crate::services::members::reveals;
use crate::services::vault::{Place, Vault};

/// Others are said to be similar that came within so long.
const SIMILAR_MS: i64 = 30 * 24 * 3_600_000;

/// Of these so many are looked at, and so many are shown.
const SIMILAR: (u32, usize) = (200, 5);

/// Two texts are much the same from this share of common pairs of characters on, in hundredths.
const ALIKE: usize = 50;

/// Which requests are listed.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Of this group.
    pub group: RequestGroup,
    /// Of this kind.
    pub kind: Option<CategoryKind>,
    /// In the category with this id.
    pub category: Option<String>,
    /// With the organization with this code, or one below it.
    pub office: Option<String>,
    /// With this in number, household or words.
    pub text: Option<String>,
    /// Where the page begins.
    pub cursor: Option<String>,
    /// At most so many.
    pub limit: u32,
}

/// A page of a work list, and how many there are of each group.
///
/// # Errors
/// [`ServiceError::Forbidden`], [`ServiceError::Invalid`]; or the database failed.
pub fn page(
    store: &Store,
    vault: &Vault,
    staff: &Staff,
    wanted: &Wanted,
    now_ms: i64,
) -> Result<RequestPage> {
    staff.may(Action::Read)?;
    let cursor = match &wanted.cursor {
        Some(text) => Some(text.parse::<Cursor>().map_err(|()| {
            ServiceError::BadRequest("cursor 不是上一页给出的，请从第一页开始".to_owned())
        })?),
        None => None,
    };
    let text = wanted.text.as_deref().map(names::cleaned);
    store.read(|tx| {
        let office_id = match &wanted.office {
            Some(code) => {
                let found = subject::organization(tx, staff, Action::Read, "office", code)?;
                Some(found.id)
            }
            None => None,
        };
        let filter = Filter {
            group: wanted.group,
            kind: wanted.kind,
            category_id: wanted.category.clone(),
            office_id,
            text: text.clone().filter(|it| !it.is_empty()),
        };
        let viewer = kept::viewer(staff);
        let (found, next) = lists::page(tx, viewer, &filter, cursor.as_ref(), wanted.limit)?;
        let items = found.iter().map(|record| line(vault, record));
        Ok(RequestPage {
            items: items.collect::<Result<_>>()?,
            next_cursor: next.map(|it| it.to_string()),
            counts: lists::counts(tx, viewer, &filter, now_ms)?,
        })
    })
}

/// A request as a list has it.
pub(super) fn line(vault: &Vault, record: &Record) -> Result<RequestLine> {
    let (facts, standing) = (&record.facts, &record.standing);
    let number = match &record.number_sealed {
        Some(sealed) => vault.unseal(Place::RequestNumber(&record.id), sealed)?,
        None => record.number.clone(),
    };
    Ok(RequestLine {
        id: record.id.clone(),
        number,
        category: facts.category.clone(),
        kind: facts.kind,
        summary: facts.summary.clone(),
        household: facts
            .household
            .as_ref()
            .map(|it| it.name.clone())
            .unwrap_or_default(),
        asker: facts.asker.as_ref().map(masked).unwrap_or_default(),
        office: standing.office.clone(),
        level: standing.level,
        state: standing.state,
        received_at_ms: facts.received_at_ms,
        due_at_ms: standing.due_at_ms,
        escalations: standing.escalations,
        responded: standing.responded_at_ms.is_some(),
    })
}

/// A name with all but its first character hidden: 孟**.
fn masked(member: &MemberRef) -> String {
    let mut characters = member.name.chars();
    let first = characters.next().map(String::from).unwrap_or_default();
    let hidden = characters.count().clamp(1, 3);
    format!("{first}{}", "*".repeat(hidden))
}

/// A request with its whole history. That one was read that was told in confidence is noted in the log first.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`]; or the database failed.
pub fn get(store: &Store, vault: &Vault, staff: &Staff, id: &str, now_ms: i64) -> Result<Request> {
    let record = store.read(|tx| kept::seen(tx, staff, id))?;
    if record.facts.kind == CategoryKind::Confidential {
        let (by, id) = (staff.clone(), id.to_owned());
        store.write(move |tx| {
            let record = kept::seen(tx, &by, &id)?;
            kept::noted(
                tx,
                &audit::Actor::of(Some(&by)),
                "request.read",
                &record,
                now_ms,
            )
        })?;
    }
    store.read(|tx| {
        let record = kept::seen(tx, staff, id)?;
        whole(tx, vault, staff, &record, now_ms)
    })
}

/// A request with everything that staff see of it.
///
/// # Errors
/// The database failed, or what is sealed cannot be opened.
pub fn whole(
    tx: &mut Tx<'_>,
    vault: &Vault,
    staff: &Staff,
    record: &Record,
    now_ms: i64,
) -> Result<Request> {
    let (facts, standing) = (&record.facts, &record.standing);
    let viewer = kept::viewer(staff);
    let actor = match kept::acting(tx, staff, record) {
        Ok(actor) => Some(actor),
        Err(ServiceError::Forbidden(_)) => None,
        Err(other) => return Err(other),
    };
    let around = Around::of(tx, record, now_ms)?;
    let case = around.case(record, now_ms);
    let mut may = actor.map(|actor| case.may(actor)).unwrap_or_default();
    if staff.may(Action::Publish).is_err() {
        may.retain(|it| it != "publish");
    }
    let may_pass_to = match actor {
        Some(_) if may.iter().any(|it| it == "pass_on") => targets(tx, &around, record)?,
        _ => Vec::new(),
    };
    let merged = requests::merged_into(tx, &record.id)?;
    let merged = merged.iter().map(|it| line(vault, it));
    let category = categories::get(tx, &facts.category_id)?;
    Ok(Request {
        line: line(vault, record)?,
        version: record.version,
        household: facts.household.clone(),
        asker: facts.asker.clone(),
        entered_by: facts.entered_by.clone(),
        phone_masked: facts.phone_hint.clone(),
        source: facts.source,
        asked_at_ms: facts.asked_at_ms,
        due_because: at_tv::because(tx, record, now_ms)?,
        history: history(tx, vault, record)?,
        merged: merged.collect::<Result<_>>()?,
        // Whoever does not see it is not told of it.
        merged_into: match &standing.merged_into_id {
            Some(id) => lists::seen(tx, viewer, id)?.map(|it| it.id),
            None => None,
        },
        similar: similar(tx, vault, staff, record, now_ms)?,
        canned_replies: category
            .map(|it| it.content.canned_replies)
            .unwrap_or_default(),
        may_pass_to,
        extension_asked_hours: standing.extension_asked_hours,
        verdict: standing.verdict,
        satisfaction: standing.satisfaction,
        may,
    })
}

/// A request that whoever acted does not see any more.
pub(super) fn left(vault: &Vault, record: &Record) -> Result<Request> {
    Ok(Request {
        line: line(vault, record)?,
        version: record.version,
        ..Request::default()
    })
}

/// Where a request may be passed on to.
fn targets(tx: &mut Tx<'_>, around: &Around, record: &Record) -> Result<Vec<OrganizationRef>> {
    let found = places(tx, around, record)?.into_iter();
    Ok(found
        .map(|it| OrganizationRef {
            id: it.id,
            name: it.name,
        })
        .collect())
}

/// The same with their kinds and codes.
pub(super) fn places(
    tx: &mut Tx<'_>,
    around: &Around,
    record: &Record,
) -> Result<Vec<Organization>> {
    let line = Line(&around.line);
    let Some(hub) = line.hub() else {
        return Ok(Vec::new());
    };
    let mut below = organizations::subtree(tx, &hub.id)?;
    below.retain(|it| it.parent_id.as_deref() == Some(hub.id.as_str()));
    Ok(line.may_pass_to(record.standing.least_level, &below))
}

fn history(tx: &mut Tx<'_>, vault: &Vault, record: &Record) -> Result<Vec<HistoryEntry>> {
    let mut attachments = attachments::of_request(tx, &record.id)?;
    let entries = history::of(tx, &record.id)?.into_iter().map(|entry| {
        let text = match &entry.said.text_sealed {
            Some(sealed) => vault.unseal(Place::RequestWords(&record.id, entry.number), sealed)?,
            None => entry.said.text,
        };
        let who = match entry.said.login {
            Some(login) => format!("{}（{login}）", entry.said.who),
            None => entry.said.who,
        };
        Ok(HistoryEntry {
            number: entry.number,
            at_ms: entry.at_ms,
            what: entry.said.what,
            who,
            text,
            attachments: attachments.remove(&entry.number).unwrap_or_default(),
            is_internal: entry.said.is_internal,
        })
    });
    entries.collect()
}

/// Others that may be the same.
fn similar(
    tx: &mut Tx<'_>,
    vault: &Vault,
    staff: &Staff,
    record: &Record,
    now_ms: i64,
) -> Result<Vec<RequestLine>> {
    if record.facts.kind == CategoryKind::Confidential {
        return Ok(Vec::new());
    }
    let (looked_at, shown) = SIMILAR;
    let since_ms = now_ms - SIMILAR_MS;
    let others = lists::others_like(tx, kept::viewer(staff), record, since_ms, looked_at)?;
    let own = pairs(&record.facts.summary);
    others
        .iter()
        .filter(|other| are_alike(&own, &pairs(&other.facts.summary)))
        .take(shown)
        .map(|other| line(vault, other))
        .collect()
}

/// The pairs of neighbouring characters of a text, sorted.
fn pairs(text: &str) -> Vec<(char, char)> {
    let characters: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    let mut pairs: Vec<_> = characters.windows(2).map(|it| (it[0], it[1])).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// Whether two texts have many pairs in common (the Dice coefficient).
fn are_alike(one: &[(char, char)], other: &[(char, char)]) -> bool {
    let common = one.iter().filter(|it| other.binary_search(it).is_ok());
    let all = one.len() + other.len();
    all > 0 && common.count() * 2 * 100 >= ALIKE * all
}

/// The number to telephone in clear. Who looked is in the log and in the history, where only staff see it and why;
/// an account sees at most `per_day` numbers in a day.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`], [`ServiceError::Invalid`],
/// [`ServiceError::RevealsUsedUp`].
pub fn reveal(
    store: &Store,
    vault: &Arc<Vault>,
    staff: &Staff,
    id: &str,
    why: &Reason,
    per_day: u32,
    now_ms: i64,
) -> Result<RevealedPhone> {
    let why = reason::checked("reason", &why.reason)?;
    let (by, request_id, on) = (staff.clone(), id.to_owned(), Arc::clone(vault));
    // In the log before anybody has seen anything.
    let sealed = store.write(move |tx| {
        let record = kept::seen(tx, &by, &request_id)?;
        kept::acting(tx, &by, &record)?;
        let sealed = record.facts.phone_sealed.clone();
        let sealed = sealed.ok_or(ServiceError::NotFound("电话号码"))?;
        reveals::count(tx, &by, per_day, now_ms)?;
        let who = Who::staff(&by);
        let said = Said {
            what: Happened::Noted,
            text: format!("查看完整电话：{why}"),
            is_internal: true,
        };
        // Nobody who reads the request meanwhile is told that it is another one.
        let named = (record.id.as_str(), record.facts.kind);
        kept::write_down(tx, &on, named, &said, &who, now_ms)?;
        kept::noted(tx, &who.actor, "request.reveal", &record, now_ms)?;
        Ok::<_, ServiceError>(sealed)
    })?;
    Ok(RevealedPhone {
        number: vault.unseal(Place::RequestPhone(id), &sealed)?,
    })
}
