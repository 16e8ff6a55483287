//! What staff are told of a request that is due: a notice for the office that must answer, once for each clock.
//! Nobody need look at it any more as soon as there is an answer, another time, or another office.

use contract::request::CategoryKind;
use contract::staff::NoticeKind;
use store::WriteTx;
use store::notices::{self, NewNotice};
use store::requests::Record;

use crate::services::kit::calendar;

/// What a notice is about, by which a console finds the page: of what was told in confidence `report:<id>`.
fn subject(record: &Record) -> String {
    let kind = match record.facts.kind {
        CategoryKind::Confidential => "report",
        CategoryKind::Suggestion => "suggestion",
        CategoryKind::Service | CategoryKind::Unknown => "request",
    };
    format!("{kind}:{}", record.id)
}

/// How a notice calls it. The number of what was told in confidence is sealed, and stands in no notice.
fn called(record: &Record) -> String {
    if record.facts.kind == CategoryKind::Confidential {
        "一件举报投诉".to_owned()
    } else {
        format!("{}（{}）", record.facts.category, record.number)
    }
}

/// The notice for ordinary requests, or the one for what was told in confidence.
fn kind(record: &Record, [request, report]: [NoticeKind; 2]) -> NoticeKind {
    if record.facts.kind == CategoryKind::Confidential {
        report
    } else {
        request
    }
}

/// Tells the office that it must answer soon.
///
/// # Errors
/// The database failed.
pub fn due_soon(tx: &mut WriteTx<'_>, record: &Record, now_ms: i64) -> store::Result<()> {
    let Some(due_ms) = record.standing.due_at_ms else {
        return Ok(());
    };
    let kinds = [NoticeKind::RequestDueSoon, NoticeKind::ReportDueSoon];
    let detail = format!(
        "{}快到时限，请在 {} 前答复",
        called(record),
        calendar::minute(due_ms)
    );
    raise(tx, record, kind(record, kinds), detail, now_ms)
}

/// Tells the office that has it now that its time is over: it came from below, or nobody stands higher.
///
/// # Errors
/// The database failed.
pub fn overdue(tx: &mut WriteTx<'_>, record: &Record, now_ms: i64) -> store::Result<()> {
    let kinds = [NoticeKind::RequestOverdue, NoticeKind::ReportOverdue];
    let detail = match record.standing.due_at_ms {
        Some(due_ms) if !record.standing.overdue => format!(
            "{}下级没有按时答复，升到这里，请在 {} 前答复",
            called(record),
            calendar::minute(due_ms)
        ),
        _ => format!("{}已经超过时限，请马上答复", called(record)),
    };
    raise(tx, record, kind(record, kinds), detail, now_ms)
}

fn raise(
    tx: &mut WriteTx<'_>,
    record: &Record,
    kind: NoticeKind,
    detail: String,
    now_ms: i64,
) -> store::Result<()> {
    let new = NewNotice {
        organization_id: record.standing.office.id.clone(),
        kind,
        subject: subject(record),
        detail,
    };
    notices::raise(tx, &new, now_ms)
}

/// What was said of a request that has changed is settled if it is due at another time now, overdue, or not at
/// all, or somebody else has it.
///
/// # Errors
/// The database failed.
pub fn settle(
    tx: &mut WriteTx<'_>,
    before: &Record,
    after: &Record,
    now_ms: i64,
) -> store::Result<()> {
    let (was, is) = (&before.standing, &after.standing);
    let same = was.due_at_ms == is.due_at_ms
        && was.overdue == is.overdue
        && was.office.id == is.office.id
        && is.state == was.state;
    if same {
        return Ok(());
    }
    notices::settle(tx, &was.office.id, &subject(before), now_ms)
}
