//! Planning a meeting, starting it, ending it. Starting and ending may be asked for twice, because
//! an answer was lost: the second time nothing changes, and nothing is audited.

use contract::error::FieldError;
use contract::meeting::{MeetingDraft, MeetingState, StaffMeeting};
use contract::township::ListingKind;
use store::due::{self, Claim};
use store::meetings::{self, Content, Record};
use store::versions::Seen;
use store::{SourceEntry, Store, Tx, WriteTx};

use super::{DIRECT, count, directed, note};
use crate::services::due::Outcome;
use crate::services::kit::audit::{Actor, Thing};
use crate::services::kit::error::{Result, ServiceError, or_complaints};
use crate::services::kit::publishing::{self, Gone, Kind, Source};
use crate::services::kit::rights::Staff;
use crate::services::kit::subject;
use crate::services::kit::{names, reason};
use crate::services::roll_call::codes;
use crate::services::township::listing_kind;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// A quarter of an hour may pass between filling in the form for a meeting now and sending it.
const LATE_MS: i64 = 15 * MINUTE_MS;

/// Where nothing is known of a meeting's host, because another engine carries the media: it was left
/// without ending it so long after its planned end. Where another process has its media: so long after that
/// one was last to say whether it was left.
pub const UNHEARD_FORGOTTEN_MS: i64 = 6 * HOUR_MS;

/// Longest title, in characters.
const MAX_TITLE: usize = 60;

/// Longest agenda, in characters.
const MAX_AGENDA: usize = 2_000;

/// Plans a meeting.
///
/// # Errors
/// [`ServiceError::Invalid`], [`ServiceError::Forbidden`].
pub fn create(
    store: &Store,
    staff: &Staff,
    draft: &MeetingDraft,
    now_ms: i64,
) -> Result<StaffMeeting> {
    let (source, draft) = (Source::staff(staff), draft.clone());
    let made = store.write(move |tx| {
        let (_, record) = put(tx, &source, &draft, now_ms)?;
        Ok::<_, ServiceError>(record.to_staff())
    })?;
    count("planned");
    Ok(made)
}

/// Plans a meeting of a calendar, or changes the plan of one that came from it.
///
/// # Errors
/// [`ServiceError::Invalid`], [`ServiceError::WrongState`] once it began or was cancelled here.
pub fn import(
    store: &Store,
    source: &Source,
    draft: &MeetingDraft,
    now_ms: i64,
) -> Result<store::Outcome> {
    let (source, draft) = (source.clone(), draft.clone());
    let done =
        store.write(move |tx| put(tx, &source, &draft, now_ms).map(|(outcome, _)| outcome))?;
    if done == store::Outcome::Created {
        count("planned");
    }
    Ok(done)
}

fn put(
    tx: &mut WriteTx<'_>,
    source: &Source,
    draft: &MeetingDraft,
    now_ms: i64,
) -> Result<(store::Outcome, Record)> {
    source.may(DIRECT)?;
    let before = match source.known_by() {
        Some(item) => meetings::by_source(tx, &item.key)?,
        None => None,
    };
    let planned = before.map(|before| before.content.starts_at_ms);
    let content = checked(tx, source, draft, planned, now_ms)?;
    tx.written_by(source.login());
    let Some(item) = source.known_by() else {
        let record = meetings::create(tx, &content, source.login(), now_ms)?;
        note(tx, &source.actor(), "meeting.create", &record, now_ms)?;
        return Ok((store::Outcome::Created, record));
    };
    let imported = meetings::import(tx, item, &content, source.login(), now_ms)?;
    let outcome = publishing::imported(tx, &KIND, &imported, &content.organization_id, now_ms)?;
    Ok((outcome, subject::existing(tx, &imported.id)?))
}

/// Changes the plan of a meeting that has not begun.
///
/// # Errors
/// [`ServiceError::Stale`], [`ServiceError::Invalid`], [`ServiceError::Forbidden`],
/// [`ServiceError::NotFound`], [`ServiceError::Conflict`] once it began or was cancelled.
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
        let (source, planned) = (Source::staff(&staff), before.content.starts_at_ms);
        let content = checked(tx, &source, &draft, Some(planned), now_ms)?;
        tx.written_by(&staff.login);
        let record = meetings::edit(tx, &id, seen, &content, now_ms)?;
        let actor = Actor::of(Some(&staff));
        note(tx, &actor, "meeting.update", &record, now_ms)?;
        Ok(record.to_staff())
    })
}

/// Cancels a meeting that has not begun. The reason stays with the meeting; the log, in which no purge would
/// find a name, says only that it was cancelled.
///
/// # Errors
/// [`ServiceError::Conflict`] once it began, [`ServiceError::Forbidden`],
/// [`ServiceError::NotFound`], [`ServiceError::Invalid`] without a reason.
pub fn cancel(
    store: &Store,
    staff: &Staff,
    id: &str,
    reason: &str,
    now_ms: i64,
) -> Result<StaffMeeting> {
    let reason = reason::checked("reason", reason)?;
    let work = move |tx: &mut WriteTx<'_>, id: &str, now_ms: i64| {
        meetings::cancel(tx, id, Some(&reason), now_ms)
    };
    step(
        store,
        Some(staff),
        id,
        ("meeting.cancel", "cancelled"),
        work,
        now_ms,
    )
}

/// Starts a meeting: terminals of its audience are offered it. The command line (`None`) may.
///
/// # Errors
/// [`ServiceError::Conflict`] once it is over or cancelled, [`ServiceError::Forbidden`],
/// [`ServiceError::NotFound`].
pub fn start<'a>(
    store: &Store,
    by: impl Into<Option<&'a Staff>>,
    id: &str,
    now_ms: i64,
) -> Result<StaffMeeting> {
    let (by, work) = (by.into(), meetings::start);
    step(store, by, id, ("meeting.start", "started"), work, now_ms)
}

/// Ends a meeting, and with it the roll calls that demand the code of its picture, if `with_roll_calls`.
/// The command line (`None`) may.
///
/// # Errors
/// [`ServiceError::RollCallOpen`] if one goes on and may not end, [`ServiceError::Conflict`] if the meeting
/// never began, [`ServiceError::Forbidden`], [`ServiceError::NotFound`].
pub fn end<'a>(
    store: &Store,
    by: impl Into<Option<&'a Staff>>,
    id: &str,
    with_roll_calls: bool,
    now_ms: i64,
) -> Result<StaffMeeting> {
    let (by, wanted) = (by.into().cloned(), id.to_owned());
    let (meeting, news) = store.write(move |tx| {
        directed(tx, &by, &wanted)?;
        tx.written_by(publishing::login(by.as_ref()));
        if !with_roll_calls {
            codes::may_end(tx, &wanted, now_ms)?;
        }
        let ended = ended(tx, &Actor::of(by.as_ref()), &wanted, now_ms)?;
        Ok::<_, ServiceError>(ended)
    })?;
    if news {
        count("ended");
    }
    Ok(meeting.to_staff())
}

fn ended(tx: &mut WriteTx<'_>, actor: &Actor, id: &str, now_ms: i64) -> Result<(Record, bool)> {
    let (record, news) = meetings::end(tx, id, now_ms)?;
    if news {
        note(tx, actor, "meeting.end", &record, now_ms)?;
    }
    // Also those that were left open by a meeting that had ended before.
    codes::close(tx, actor, id, now_ms)?;
    Ok((record, news))
}

/// Ends a meeting that was left without ending it, with the roll calls that demand the code of its picture.
/// `forgotten_at_ms`: when it was, or will be, left for so long; `None` where its media are not.
///
/// # Errors
/// The database failed.
pub fn end_forgotten(
    tx: &mut WriteTx<'_>,
    claim: &Claim,
    forgotten_at_ms: Option<i64>,
    now_ms: i64,
) -> Result<Outcome> {
    let id = claim.subject.as_str();
    let found = meetings::get(tx, id)?;
    if found.is_none_or(|record| record.state != MeetingState::Live) {
        return Ok(Outcome::Nothing);
    }
    // Whoever has its media puts this off as long as its host is there; who is gone puts off nothing.
    let unheard_ms = claim.at_ms + UNHEARD_FORGOTTEN_MS;
    match forgotten_at_ms {
        Some(at_ms) if at_ms > now_ms => {
            due::schedule(tx, claim.kind, id, at_ms)?;
            return Ok(Outcome::Nothing);
        }
        None if unheard_ms > now_ms => return Ok(Outcome::Elsewhere),
        _ => {}
    }
    ended(tx, &Actor::System, id, now_ms)?;
    Ok(Outcome::Done)
}

/// Counts and logs what [`end_forgotten`] did.
pub fn note_forgotten(id: &str) {
    count("ended");
    tracing::info!(meeting = id, "ended: its host left it");
}

fn step(
    store: &Store,
    by: Option<&Staff>,
    id: &str,
    (action, counted): (&'static str, &'static str),
    work: impl Fn(&mut WriteTx<'_>, &str, i64) -> store::Result<(Record, bool)> + Send + 'static,
    now_ms: i64,
) -> Result<StaffMeeting> {
    let (by, id) = (by.cloned(), id.to_owned());
    let (meeting, news) = store.write(move |tx| {
        directed(tx, &by, &id)?;
        tx.written_by(publishing::login(by.as_ref()));
        let (record, news) = work(tx, &id, now_ms)?;
        if news {
            note(tx, &Actor::of(by.as_ref()), action, &record, now_ms)?;
        }
        Ok::<_, ServiceError>((record.to_staff(), news))
    })?;
    if news {
        count(counted);
    }
    Ok(meeting)
}

/// Meetings of a calendar.
pub const KIND: Kind = Kind {
    thing: Thing::Meeting,
    creation: "meeting.create",
    change: "meeting.update",
    withdrawal: "meeting.cancel",
    sources: meetings::sources,
    gone,
    withdraw: meetings::withdraw_source,
};

/// Only what is still to come is cancelled.
fn gone(tx: &mut Tx<'_>, entry: &SourceEntry, now_ms: i64) -> store::Result<Gone> {
    let record = meetings::get(tx, &entry.id)?;
    let coming = record.filter(|record| {
        record.state == MeetingState::Scheduled && record.planned_end_ms() >= now_ms
    });
    Ok(coming.map_or(Gone::Stays, |record| Gone::TakenBack {
        title: record.content.title,
        organization_id: record.organization.id,
    }))
}

/// Whether a meeting that begins then would have begun too long ago to be planned now. Both are Unix
/// times in milliseconds.
#[must_use]
pub const fn is_past(starts_at_ms: i64, now_ms: i64) -> bool {
    starts_at_ms < now_ms - LATE_MS
}

/// Said of a meeting that is not [soon](is_soon).
pub(super) const NOT_SOON: &str = "开始时间须在现在之后、一年之内";

/// Whether a meeting that begins then may be planned now: it is not past, and within a year.
#[must_use]
pub(super) const fn is_soon(starts_at_ms: i64, now_ms: i64) -> bool {
    !is_past(starts_at_ms, now_ms) && starts_at_ms <= now_ms + 366 * DAY_MS
}

/// The draft with its codes resolved. `planned` is when it was to begin so far, which may stay
/// although it has passed.
///
/// # Errors
/// [`ServiceError::Invalid`] with every field that is wrong.
pub(super) fn checked(
    tx: &mut Tx<'_>,
    source: &Source,
    draft: &MeetingDraft,
    planned: Option<i64>,
    now_ms: i64,
) -> Result<Content> {
    let mut wrong = check(draft, planned, now_ms);
    let mut organization = |field: &str, code: &str| {
        let found = or_complaints(source.organization(tx, DIRECT, field, code))?;
        let found = found.map_err(|complaints| wrong.extend(complaints));
        Ok::<_, ServiceError>(found.ok().map(|found| found.id))
    };
    let organization_id = organization("organization_code", &draft.organization_code)?;
    let audience_id = organization("audience_code", &draft.audience_code)?;
    if draft.record && listing_kind(tx, &draft.recording_list)? != Some(ListingKind::Programmes) {
        let message = if draft.recording_list.is_empty() {
            "要录像时，请选择回放放进哪个节目栏目".to_owned()
        } else {
            format!("没有名为“{}”的节目栏目", draft.recording_list)
        };
        wrong.push(FieldError {
            field: "recording_list".to_owned(),
            message,
        });
    }
    let (true, Some(organization_id), Some(audience_id)) =
        (wrong.is_empty(), organization_id, audience_id)
    else {
        return Err(ServiceError::Invalid(wrong));
    };
    Ok(Content {
        title: names::cleaned(&draft.title),
        agenda: names::text(&draft.agenda),
        kind: draft.kind,
        organization_id,
        audience_id,
        starts_at_ms: draft.starts_at_ms,
        planned_ms: draft.planned_ms,
        record: draft.record,
        recording_list: if draft.record {
            draft.recording_list.clone()
        } else {
            String::new()
        },
    })
}

/// The title, [cleaned](names).
///
/// # Errors
/// What is wrong and what to write instead.
pub fn checked_title(title: &str) -> Result<String, String> {
    names::title(title, "标题", MAX_TITLE)
}

/// The agenda, without what nobody can see.
///
/// # Errors
/// What is wrong and what to write instead.
pub fn checked_agenda(agenda: &str) -> Result<String, String> {
    let odd = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if agenda.chars().count() > MAX_AGENDA || agenda.contains(odd) {
        return Err(format!("议程不要超过 {MAX_AGENDA} 个字"));
    }
    Ok(names::text(agenda))
}

/// When the meeting that was imported with this key is to begin, Unix milliseconds.
///
/// # Errors
/// The database failed.
pub fn planned_for(store: &Store, key: &str) -> Result<Option<i64>> {
    let found = store.read(|tx| meetings::by_source(tx, key))?;
    Ok(found.map(|record| record.content.starts_at_ms))
}

/// Everything that can be seen to be wrong with a draft without a look at the database. `planned` is when
/// it was to begin so far, if it was.
#[must_use]
pub fn check(draft: &MeetingDraft, planned: Option<i64>, now_ms: i64) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    let mut complain = |field: &str, message: String| {
        wrong.push(FieldError {
            field: field.to_owned(),
            message,
        });
    };
    if let Err(message) = checked_title(&draft.title) {
        complain("title", message);
    }
    if let Err(message) = checked_agenda(&draft.agenda) {
        complain("agenda", message);
    }
    if !(5 * MINUTE_MS..=12 * HOUR_MS).contains(&draft.planned_ms) {
        let message = "预计时长须在 5 分钟到 12 小时之间".to_owned();
        complain("planned_ms", message);
    }
    let starts_at_ms = draft.starts_at_ms;
    if !is_soon(starts_at_ms, now_ms) && planned != Some(starts_at_ms) {
        complain("starts_at_ms", NOT_SOON.to_owned());
    }
    wrong
}
