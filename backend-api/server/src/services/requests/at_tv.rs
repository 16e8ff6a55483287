//! What a TV shows of what was asked at it.

use std::sync::Arc;

use contract::request::{HistoryEntry, PhoneOffer, TerminalRequest, TerminalRequests};
use contract::terminal::{Terminal, TerminalKind};
use store::requests::Record;
use store::requests::history;
use store::requests::lists::{self, Own};
use store::{Store, Tx, attachments, households, members};

use super::kept::{self, Around};
use super::machine;
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::limits::Limits;
use crate::services::people::session::{self, Stand};
use crate::services::people::terminal;

/// Ended ones are shown for so long.
const ENDED_MS: i64 = 90 * 24 * 3_600_000;

/// Most that is shown.
const MOST: u32 = 100;

/// What the people of a TV asked. At a station it is what the member of this session did. Blocks.
///
/// # Errors
/// [`ServiceError::Forbidden`] at a station without a good session, [`ServiceError::TooMany`],
/// [`ServiceError::Unauthenticated`] for a terminal that is gone.
pub fn all(
    store: &Store,
    limits: &Arc<Limits>,
    stand: Stand<'_>,
    token: Option<&str>,
    now_ms: i64,
) -> Result<TerminalRequests> {
    let kind = store.read(|tx| Ok::<_, ServiceError>(terminal(tx, stand.terminal_id)?.kind))?;
    if kind != TerminalKind::Station {
        return store.read(|tx| {
            let terminal = terminal(tx, stand.terminal_id)?;
            at_home(tx, &terminal, now_ms)
        });
    }
    let token = token.ok_or(ServiceError::Forbidden("请先选择姓名并输入 PIN"))?;
    let guess = store.read(|tx| session::guess(tx, stand))?;
    let found = store.read(|tx| {
        limits.check(tx, &guess, now_ms)?;
        let member = session::member(tx, stand.terminal_id, token, now_ms)?;
        of(tx, Own::Member(&member.id), Vec::new(), now_ms)
    });
    if matches!(found, Err(ServiceError::Forbidden(_))) {
        let limits = Arc::clone(limits);
        store.write(move |tx| limits.failed(tx, &guess, now_ms).map(|_| ()))?;
    }
    found
}

fn at_home(tx: &mut Tx<'_>, terminal: &Terminal, now_ms: i64) -> Result<TerminalRequests> {
    if terminal.kind == TerminalKind::Signage {
        return Ok(TerminalRequests {
            server_time_ms: now_ms,
            ..TerminalRequests::default()
        });
    }
    let Some(household) = households::of_terminal(tx, &terminal.id)? else {
        return of(tx, Own::Terminal(&terminal.id), Vec::new(), now_ms);
    };
    let home = households::get(tx, &household.id)?;
    let mut people = home.map(|it| it.members).unwrap_or_default();
    people.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    let mut phones = Vec::new();
    for member in people {
        if let Some(masked) = members::get(tx, &member.id)?.and_then(|it| it.phone_hint) {
            phones.push(PhoneOffer { member, masked });
        }
    }
    of(tx, Own::Household(&household.id), phones, now_ms)
}

fn of(
    tx: &mut Tx<'_>,
    own: Own<'_>,
    phones: Vec<PhoneOffer>,
    now_ms: i64,
) -> Result<TerminalRequests> {
    let found = lists::own(tx, own, now_ms - ENDED_MS, MOST)?;
    let shown = found.iter().map(|record| shown(tx, record, now_ms));
    let requests = shown.collect::<Result<_>>()?;
    Ok(TerminalRequests {
        server_time_ms: now_ms,
        requests,
        phones,
    })
}

/// A request as its asker sees it. Not for confidential reports, whose words are sealed.
///
/// # Errors
/// The database failed.
pub fn shown(tx: &mut Tx<'_>, record: &Record, now_ms: i64) -> Result<TerminalRequest> {
    let standing = &record.standing;
    let mut attachments = attachments::of_request(tx, &record.id)?;
    let history = history::of(tx, &record.id)?
        .into_iter()
        .filter(|entry| !entry.said.is_internal)
        .map(|entry| HistoryEntry {
            number: entry.number,
            at_ms: entry.at_ms,
            what: entry.said.what,
            who: entry.said.who,
            text: entry.said.text,
            attachments: attachments.remove(&entry.number).unwrap_or_default(),
            is_internal: false,
        });
    Ok(TerminalRequest {
        id: record.id.clone(),
        number: record.number.clone(),
        category: record.facts.category.clone(),
        category_id: record.facts.category_id.clone(),
        kind: record.facts.kind,
        summary: record.facts.summary.clone(),
        office: standing.office.clone(),
        state: standing.state,
        asked_at_ms: record
            .facts
            .asked_at_ms
            .unwrap_or(record.facts.received_at_ms),
        due_at_ms: standing.due_at_ms,
        due_because: because(tx, record, now_ms)?,
        wants_verdict: standing.wants_verdict,
        wants_addition: standing.wants_addition,
        history: history.collect(),
    })
}

/// Why the deadline is when it is; nothing if none is.
///
/// # Errors
/// The database failed.
pub fn because(tx: &mut Tx<'_>, record: &Record, now_ms: i64) -> Result<Vec<String>> {
    let standing = &record.standing;
    if standing.due_at_ms.is_none() {
        return Ok(Vec::new());
    }
    let around = Around::of(tx, record, now_ms)?;
    let mut lines = Vec::new();
    if standing.reopenings > 0 {
        lines.push(format!(
            "本人说没有解决 {} 次，每次重新计时",
            standing.reopenings
        ));
    }
    if standing.escalations > 0 {
        lines.push(format!(
            "超过时限 {} 次，每升一级重新计时",
            standing.escalations
        ));
    }
    if standing.extra_hours > 0 {
        lines.push(format!("上一级同意延长 {} 小时", standing.extra_hours));
    }
    lines.extend(machine::running(standing).because(&around.days));
    Ok(lines)
}

/// Whether an attachment of a request is for its asker: one of an entry that they see.
///
/// # Errors
/// The database failed.
pub fn is_for_asker(tx: &mut Tx<'_>, request_id: &str, entry: u32) -> Result<bool> {
    let history = history::of(tx, request_id)?;
    let mut entries = history.iter();
    Ok(entries.any(|it| it.number == entry && !it.said.is_internal))
}

/// The request with this id, if it is one of this terminal's own; at a station that of the member of this
/// session.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`] without a session; or the database failed.
pub fn own(
    tx: &mut Tx<'_>,
    stand: Stand<'_>,
    token: Option<&str>,
    id: &str,
    now_ms: i64,
) -> Result<Record> {
    let terminal = terminal(tx, stand.terminal_id)?;
    let found = match terminal.kind {
        TerminalKind::Signage => None,
        TerminalKind::Household => match households::of_terminal(tx, &terminal.id)? {
            Some(household) => lists::one_own(tx, Own::Household(&household.id), id)?,
            None => lists::one_own(tx, Own::Terminal(&terminal.id), id)?,
        },
        TerminalKind::Station => {
            let token = token.ok_or(ServiceError::Forbidden("请先选择姓名并输入 PIN"))?;
            let member = session::member(tx, &terminal.id, token, now_ms)?;
            lists::one_own(tx, Own::Member(&member.id), id)?
        }
    };
    found.ok_or(kept::MISSING)
}
