//! Who sees which requests, and lists of them.

use std::fmt;

use contract::request::{CategoryKind, RequestCounts, RequestGroup};

use super::{Record, SELECT, read, small};
use crate::codec::{containing, to_name};
use crate::driver::{Tx, Value, params};
use crate::error::Result;

/// Who looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Viewer<'a> {
    /// Their organization.
    pub organization_id: &'a str,
    /// They may read what is told in confidence to exactly this organization.
    pub confides: bool,
}

/// Whom a request is shown, said once for one and for lists: the first value is the organization, the second
/// whether confidential ones are read. Those that have it, those it came from and those above see a request;
/// a confidential one is seen by exactly the office it is addressed to.
const SEEN: &str = "((r.kind <> 'confidential'
      AND (r.office_id IN (SELECT organization_id FROM organization_lines WHERE ancestor_id = ?1)
        OR r.place_id IN (SELECT organization_id FROM organization_lines WHERE ancestor_id = ?1)))
   OR (r.kind = 'confidential' AND CAST(?2 AS BIGINT) = 1 AND r.office_id = ?1))";

/// States in which nothing more is done.
const ENDED: &str = "('closed', 'declined', 'merged', 'withdrawn')";

/// What makes a request one of a group.
fn condition(group: RequestGroup) -> String {
    match group {
        RequestGroup::ToDo => {
            format!("r.state NOT IN {ENDED} AND r.state <> 'answered' AND r.wants_addition = 0")
        }
        RequestGroup::Waiting => {
            format!("(r.state = 'answered' OR (r.wants_addition = 1 AND r.state NOT IN {ENDED}))")
        }
        RequestGroup::Ended => format!("r.state IN {ENDED}"),
        RequestGroup::ToCall => format!("r.to_call = 1 AND r.state NOT IN {ENDED}"),
    }
}

/// By what a group is sorted, the smallest first. What is not due comes after what is.
fn key(group: RequestGroup) -> &'static str {
    match group {
        RequestGroup::Ended => "-COALESCE(r.ended_at_ms, 0)",
        _ => "COALESCE(r.due_at_ms, 9000000000000000 + r.received_at_ms)",
    }
}

/// Where a page begins: after this key and this id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    key: i64,
    id: String,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.key, self.id)
    }
}

impl std::str::FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> std::result::Result<Self, ()> {
        let (key, id) = text.split_once('.').ok_or(())?;
        Ok(Self {
            key: key.parse().map_err(|_| ())?,
            id: id.to_owned(),
        })
    }
}

/// Which requests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this group.
    pub group: RequestGroup,
    /// Of this kind.
    pub kind: Option<CategoryKind>,
    /// In this category.
    pub category_id: Option<String>,
    /// With this organization or one below it.
    pub office_id: Option<String>,
    /// Whose number, household, or words that were said have this in them. What is sealed is not searched.
    pub text: Option<String>,
}

/// The request with this id, if it is shown to somebody.
///
/// # Errors
/// The database failed.
pub fn seen(tx: &mut Tx<'_>, viewer: Viewer<'_>, id: &str) -> Result<Option<Record>> {
    let sql = format!("{SELECT} WHERE {SEEN} AND r.id = ?3");
    let values = params![viewer.organization_id, viewer.confides, id];
    tx.query_opt(&sql, values)?.as_ref().map(read).transpose()
}

/// At most `limit` requests of a work list, and where the next page begins.
///
/// # Errors
/// The database failed.
pub fn page(
    tx: &mut Tx<'_>,
    viewer: Viewer<'_>,
    filter: &Filter,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<(Vec<Record>, Option<Cursor>)> {
    let mut values = params![viewer.organization_id, viewer.confides].to_vec();
    let mut conditions = filtered(filter, &mut values)?;
    let key = key(filter.group);
    if let Some(Cursor { key: from, id }) = after {
        values.extend_from_slice(params![*from, id]);
        let (from, id) = (values.len() - 1, values.len());
        conditions.push_str(&format!(
            " AND ({key} > CAST(?{from} AS BIGINT) OR ({key} = CAST(?{from} AS BIGINT) AND r.id > ?{id}))"
        ));
    }
    values.push(Value::from(limit));
    let sql = format!(
        "{SELECT} WHERE {SEEN} AND {}{conditions} ORDER BY {key}, r.id LIMIT ?{}",
        condition(filter.group),
        values.len()
    );
    let rows = tx.query(&sql, &values)?;
    let found = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
    let full = found.len() >= limit as usize;
    let next = found.last().filter(|_| full).map(|last| Cursor {
        key: match filter.group {
            RequestGroup::Ended => -last.standing.ended_at_ms.unwrap_or(0),
            _ => last
                .standing
                .due_at_ms
                .unwrap_or(9_000_000_000_000_000 + last.facts.received_at_ms),
        },
        id: last.id.clone(),
    });
    Ok((found, next))
}

/// How many there are in each group, with the same filter.
///
/// # Errors
/// The database failed.
pub fn counts(
    tx: &mut Tx<'_>,
    viewer: Viewer<'_>,
    filter: &Filter,
    now_ms: i64,
) -> Result<RequestCounts> {
    let mut values = params![viewer.organization_id, viewer.confides].to_vec();
    let conditions = filtered(filter, &mut values)?;
    values.push(Value::from(now_ms));
    let [to_do, waiting, ended, to_call] = [
        RequestGroup::ToDo,
        RequestGroup::Waiting,
        RequestGroup::Ended,
        RequestGroup::ToCall,
    ]
    .map(|group| {
        let condition = condition(group);
        format!("COUNT(CASE WHEN {condition} THEN 1 END)")
    });
    let sql = format!(
        "SELECT {to_do}, COUNT(CASE WHEN r.due_at_ms <= ?{} THEN 1 END), {waiting}, {ended}, {to_call}
         FROM requests r LEFT JOIN households h ON h.id = r.household_id WHERE {SEEN}{conditions}",
        values.len()
    );
    let row = tx.query_one(&sql, &values)?;
    Ok(RequestCounts {
        to_do: small(row.int(0)?)?,
        overdue: small(row.int(1)?)?,
        waiting: small(row.int(2)?)?,
        ended: small(row.int(3)?)?,
        to_call: small(row.int(4)?)?,
    })
}

fn filtered(filter: &Filter, values: &mut Vec<Value>) -> Result<String> {
    let mut conditions = String::new();
    if let Some(category) = &filter.category_id {
        values.push(Value::from(category));
        conditions.push_str(&format!(" AND r.category_id = ?{}", values.len()));
    }
    if let Some(kind) = &filter.kind {
        values.push(Value::from(to_name(kind)?));
        conditions.push_str(&format!(" AND r.kind = ?{}", values.len()));
    }
    if let Some(office) = &filter.office_id {
        values.push(Value::from(office));
        conditions.push_str(&format!(
            " AND r.office_id IN (SELECT organization_id FROM organization_lines WHERE ancestor_id = ?{})",
            values.len()
        ));
    }
    if let Some(text) = &filter.text {
        values.push(Value::from(containing(&text.to_lowercase())));
        let n = values.len();
        conditions.push_str(&format!(
            " AND r.kind <> 'confidential' AND (r.number LIKE ?{n} ESCAPE '~' OR LOWER(h.name) LIKE ?{n} ESCAPE '~'
               OR EXISTS (SELECT 1 FROM request_history x WHERE x.request_id = r.id
                          AND LOWER(x.text) LIKE ?{n} ESCAPE '~'))"
        ));
    }
    Ok(conditions)
}

/// Others that came since then from the same household, or in the same category from the same place, and are
/// not over; the newest first. None of a confidential one.
///
/// # Errors
/// The database failed.
pub fn others_like(
    tx: &mut Tx<'_>,
    viewer: Viewer<'_>,
    of: &Record,
    since_ms: i64,
    limit: u32,
) -> Result<Vec<Record>> {
    let facts = &of.facts;
    let sql = format!(
        "{SELECT} WHERE {SEEN} AND r.kind <> 'confidential' AND r.id <> ?3 AND r.received_at_ms >= ?4
           AND r.state NOT IN {ENDED}
           AND (r.household_id = ?5 OR (r.category_id = ?6 AND r.place_id = ?7))
         ORDER BY r.id DESC LIMIT ?8"
    );
    let values = params![
        viewer.organization_id,
        viewer.confides,
        &of.id,
        since_ms,
        facts.household.as_ref().map(|it| &it.id),
        &facts.category_id,
        facts.place.as_ref().map(|it| &it.id),
        limit
    ];
    tx.query(&sql, values)?.iter().map(read).collect()
}

/// Whose requests a terminal shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Own<'a> {
    /// What was asked at the TV of this household, whoever asked.
    Household(&'a str),
    /// What was asked at this terminal while it was no household's.
    Terminal(&'a str),
    /// What this member asked anywhere, or others entered for them.
    Member(&'a str),
}

impl<'a> Own<'a> {
    /// The condition, and its value.
    const fn condition(self) -> (&'static str, &'a str) {
        match self {
            Self::Household(id) => ("r.household_id = ?1", id),
            Self::Terminal(id) => (
                "r.terminal_id = ?1 AND r.household_id IS NULL AND r.asker_id IS NULL",
                id,
            ),
            Self::Member(id) => ("r.asker_id = ?1", id),
        }
    }
}

/// What a terminal shows of its own: all that are not over, the one that is due next first, then those that
/// ended since then, the last first. Never a confidential one.
///
/// # Errors
/// The database failed.
pub fn own(tx: &mut Tx<'_>, own: Own<'_>, ended_since_ms: i64, limit: u32) -> Result<Vec<Record>> {
    let (condition, id) = own.condition();
    let sql = format!(
        "{SELECT} WHERE {condition} AND r.kind <> 'confidential'
           AND (r.ended_at_ms IS NULL OR r.ended_at_ms >= ?2 OR r.wants_verdict = 1)
         ORDER BY CASE WHEN r.ended_at_ms IS NULL THEN 0 ELSE 1 END,
                  COALESCE(r.due_at_ms, 9000000000000000), COALESCE(r.ended_at_ms, 0) DESC, r.id DESC LIMIT ?3"
    );
    let values = params![id, ended_since_ms, limit];
    tx.query(&sql, values)?.iter().map(read).collect()
}

/// The request with this id, if it is one of a terminal's own.
///
/// # Errors
/// The database failed.
pub fn one_own(tx: &mut Tx<'_>, own: Own<'_>, id: &str) -> Result<Option<Record>> {
    let (condition, owner) = own.condition();
    let sql = format!("{SELECT} WHERE {condition} AND r.kind <> 'confidential' AND r.id = ?2");
    tx.query_opt(&sql, params![owner, id])?
        .as_ref()
        .map(read)
        .transpose()
}
