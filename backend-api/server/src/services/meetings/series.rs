//! Meetings that are held again and again: planned together, and from then on each one by itself. What is
//! done to one and to those that follow is done to all of them or to none.

use contract::error::FieldError;
use contract::meeting::{MeetingDraft, StaffMeeting};
use contract::meeting_series::{MeetingSeries, SeriesDraft};
use contract::repeat::{SeriesPlan, SeriesWish};
use store::meetings::{self, Content, Record};
use store::versions::Seen;
use store::{Store, Tx, WriteTx};

use super::{DIRECT, count, directed, note, plan, repeat};
use crate::services::kit::audit::Actor;
use crate::services::kit::calendar;
use crate::services::kit::error::{Result, ServiceError, or_complaints};
use crate::services::kit::publishing::Source;
use crate::services::kit::reason;
use crate::services::kit::rights::Staff;
use crate::services::kit::subject;
use crate::services::requests::kept;

/// On which days the meetings of a series would be, and which of them the working calendar calls free.
///
/// # Errors
/// [`ServiceError::Invalid`], [`ServiceError::Forbidden`].
pub fn days(store: &Store, staff: &Staff, wish: &SeriesWish, now_ms: i64) -> Result<SeriesPlan> {
    staff.may(DIRECT)?;
    store.read(|tx| planned(tx, wish, now_ms))
}

fn planned(tx: &mut Tx<'_>, wish: &SeriesWish, now_ms: i64) -> Result<SeriesPlan> {
    let starts_at_ms = wish.starts_at_ms;
    if !plan::is_soon(starts_at_ms, now_ms) {
        return Err(ServiceError::field("starts_at_ms", plan::NOT_SOON));
    }
    let days = repeat::days(calendar::today(starts_at_ms), &wish.repeat);
    let days = days.map_err(|wrong| ServiceError::Invalid(vec![wrong]))?;
    let worked = kept::days(tx, starts_at_ms)?;
    let found = repeat::plan(starts_at_ms, &days, &worked);
    let last = found.days.last();
    if last.is_some_and(|last| !plan::is_soon(last.starts_at_ms, now_ms)) {
        let field = if wish.repeat.until.is_some() {
            "repeat.until"
        } else {
            "repeat.times"
        };
        let message = "最后一次须在一年之内，请少开几次，或者把最后一天提前";
        return Err(ServiceError::field(field, message));
    }
    Ok(found)
}

/// Plans every meeting of a series; their audience sees them from then on.
///
/// # Errors
/// [`ServiceError::Invalid`], [`ServiceError::Forbidden`].
pub fn create(
    store: &Store,
    staff: &Staff,
    draft: &SeriesDraft,
    now_ms: i64,
) -> Result<MeetingSeries> {
    let (staff, draft) = (staff.clone(), draft.clone());
    let made = store.write(move |tx| {
        let source = Source::staff(&staff);
        source.may(DIRECT)?;
        let wish = SeriesWish {
            starts_at_ms: draft.meeting.starts_at_ms,
            repeat: draft.repeat.clone(),
        };
        // What is wrong with the meeting and what is wrong with its days is said at once.
        let first = or_complaints(plan::checked(tx, &source, &draft.meeting, None, now_ms))?;
        let starts =
            or_complaints(planned(tx, &wish, now_ms).and_then(|days| chosen(&days, &draft.moved)))?;
        let (first, starts) = match (first, starts) {
            (Ok(first), Ok(starts)) => (first, starts),
            (first, starts) => {
                let wrong = first.err().into_iter().chain(starts.err());
                return Err(ServiceError::Invalid(once(wrong.flatten())));
            }
        };
        let contents: Vec<Content> = starts
            .into_iter()
            .map(|starts_at_ms| Content {
                starts_at_ms,
                ..first.clone()
            })
            .collect();
        tx.written_by(source.login());
        let every = draft.repeat.every;
        let records = meetings::series::create(tx, every, &contents, source.login(), now_ms)?;
        for record in &records {
            note(tx, &source.actor(), "meeting.create", record, now_ms)?;
        }
        Ok(MeetingSeries {
            meetings: records.iter().map(Record::to_staff).collect(),
        })
    })?;
    for _ in &made.meetings {
        count("planned");
    }
    Ok(made)
}

/// What is wrong, each field once: the beginning is looked at twice.
fn once(wrong: impl Iterator<Item = FieldError>) -> Vec<FieldError> {
    let mut kept: Vec<FieldError> = Vec::new();
    for one in wrong {
        if !kept.iter().any(|other| other.field == one.field) {
            kept.push(one);
        }
    }
    kept
}

/// When each begins, with those moved that are to be.
fn chosen(plan: &SeriesPlan, moved: &[i64]) -> Result<Vec<i64>> {
    let may_move = |at_ms: &i64| {
        let day = plan.days.iter().find(|day| day.starts_at_ms == *at_ms);
        day.is_some_and(|day| day.moved_to_ms.is_some())
    };
    if !moved.iter().all(may_move) {
        let message = "要移开的日子和现在算出来的不一样，请重新看一遍各场的日子，再选";
        return Err(ServiceError::field("moved", message));
    }
    let mut starts: Vec<i64> = plan
        .days
        .iter()
        .map(|day| {
            let moves = moved.contains(&day.starts_at_ms);
            day.moved_to_ms
                .filter(|_| moves)
                .unwrap_or(day.starts_at_ms)
        })
        .collect();
    // One that is moved far may come after the next.
    starts.sort_unstable();
    Ok(starts)
}

/// Changes the plan of a meeting, and what of it was changed also of those of its series that follow and have
/// not begun. They stay on their days and take its time of the day; what was written of one of them alone
/// stays, unless the same was changed here.
///
/// # Errors
/// As [`super::edit`]; [`ServiceError::Invalid`] too if it comes to lie on another day.
pub fn edit(
    store: &Store,
    staff: &Staff,
    id: &str,
    seen: Seen,
    draft: &MeetingDraft,
    now_ms: i64,
) -> Result<StaffMeeting> {
    let (staff, draft, id) = (staff.clone(), draft.clone(), id.to_owned());
    store.write(move |tx| {
        let before = directed(tx, &staff, &id)?;
        // Whoever has read another version is told so before what they wrote is judged.
        seen.check(before.version)?;
        let source = Source::staff(&staff);
        let starts_at_ms = before.content.starts_at_ms;
        let content = plan::checked(tx, &source, &draft, Some(starts_at_ms), now_ms)?;
        if calendar::today(content.starts_at_ms) != calendar::today(starts_at_ms) {
            let message = "以后的各场各有各的日子，一起改时只能改钟点。要换日子，请选“只改这一场”";
            return Err(ServiceError::field("starts_at_ms", message));
        }
        tx.written_by(&staff.login);
        let record = meetings::edit(tx, &id, seen, &content, now_ms)?;
        let actor = Actor::of(Some(&staff));
        note(tx, &actor, "meeting.update", &record, now_ms)?;
        for other in meetings::series::following(tx, &record)? {
            directed(tx, &staff, &other.id)?;
            let changed = follow(&before.content, &content, &other.content);
            if changed != other.content {
                let other = meetings::edit(tx, &other.id, other.version, &changed, now_ms)?;
                note(tx, &actor, "meeting.update", &other, now_ms)?;
            }
        }
        Ok(record.to_staff())
    })
}

/// Another one of the series, with what was changed of one of them.
fn follow(before: &Content, after: &Content, other: &Content) -> Content {
    fn taken<T: PartialEq + Clone>(before: &T, after: &T, other: &T) -> T {
        if before == after { other } else { after }.clone()
    }
    let starts_at_ms = if before.starts_at_ms == after.starts_at_ms {
        other.starts_at_ms
    } else {
        calendar::on_day(after.starts_at_ms, calendar::today(other.starts_at_ms))
    };
    let recording = |content: &Content| (content.record, content.recording_list.clone());
    let (record, recording_list) = taken(&recording(before), &recording(after), &recording(other));
    Content {
        title: taken(&before.title, &after.title, &other.title),
        agenda: taken(&before.agenda, &after.agenda, &other.agenda),
        kind: taken(&before.kind, &after.kind, &other.kind),
        organization_id: taken(
            &before.organization_id,
            &after.organization_id,
            &other.organization_id,
        ),
        audience_id: taken(&before.audience_id, &after.audience_id, &other.audience_id),
        starts_at_ms,
        planned_ms: taken(&before.planned_ms, &after.planned_ms, &other.planned_ms),
        record,
        recording_list,
    }
}

/// Cancels a meeting and those of its series that follow and have not begun, with one reason.
///
/// # Errors
/// As [`super::cancel`].
pub fn cancel(
    store: &Store,
    staff: &Staff,
    id: &str,
    reason: &str,
    now_ms: i64,
) -> Result<StaffMeeting> {
    let reason = reason::checked("reason", reason)?;
    let (staff, id) = (staff.clone(), id.to_owned());
    let (meeting, cancelled) = store.write(move |tx: &mut WriteTx<'_>| {
        let before = directed(tx, &staff, &id)?;
        tx.written_by(&staff.login);
        let mut cancelled = 0;
        let following = meetings::series::following(tx, &before)?;
        for one in std::iter::once(&before).chain(&following) {
            directed(tx, &staff, &one.id)?;
            let (record, news) = meetings::cancel(tx, &one.id, Some(&reason), now_ms)?;
            if news {
                note(
                    tx,
                    &Actor::of(Some(&staff)),
                    "meeting.cancel",
                    &record,
                    now_ms,
                )?;
                cancelled += 1;
            }
        }
        let now: Record = subject::existing(tx, &id)?;
        Ok::<_, ServiceError>((now.to_staff(), cancelled))
    })?;
    for _ in 0..cancelled {
        count("cancelled");
    }
    Ok(meeting)
}
