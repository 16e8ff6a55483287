//! Meetings: scheduled → live → ended, or cancelled.
//!
//! | module | holds |
//! |---|---|
//! | here | the meeting itself: making, finding, what is read of it |
//! | [`changes`] | every step of its life |
//! | [`recordings`] | a recording that could not be made |
//! | [`series`] | meetings that are held again and again |
//! | [`viewings`] | who watched, and for how long |
//!
//! Terminals of the audience are shown a meeting until [`SHOWN_AFTER_MS`] after it is over; every
//! change of what they see goes to the [feed](crate::feed) in the same transaction.

pub mod changes;
pub mod recordings;
pub mod series;
pub mod viewings;

use contract::feed::Document;
use contract::kinds::DocumentKind;
use contract::meeting::{
    HeldRecording, Meeting, MeetingKind, MeetingState, RecordingCut, RecordingState, StaffMeeting,
    recording_off_ms,
};
use contract::organization::OrganizationRef;
use contract::repeat::SeriesPlace;

use crate::codec::{containing, from_json, from_name, new_id, to_name};
use crate::driver::{Row, Tx, WriteTx, params};
use crate::due;
use crate::error::{Error, Result};
use crate::feed_entries;
use crate::feed_kind::{self, FeedKind, Shelf};
use crate::part::{Part, Promise};
use crate::source::{self, Source, SourceEntry};
use crate::tree;

pub(crate) const PART: Part = Part {
    tables: &["meeting_series", "meetings", "viewings", "viewing_members"],
    promises: &[
        Promise {
            broken: "a recording counts as published and is no programme",
            cases: "SELECT m.id FROM meetings m WHERE m.recording = 'published' AND m.programme_id IS NULL",
        },
        Promise {
            broken: "a recording waits to be published and is not there",
            cases: "SELECT m.id FROM meetings m WHERE m.recording = 'held' AND m.held IS NULL",
        },
        Promise {
            broken: "a meeting is to be hidden and no deadline is planned for it",
            cases: "SELECT m.id FROM meetings m WHERE m.shown = 1 AND m.hide_at_ms IS NOT NULL
                    AND NOT EXISTS (SELECT 1 FROM due d WHERE d.kind = 'meeting_hiding' AND d.subject = m.id)",
        },
        Promise {
            broken: "a meeting goes on and no deadline is planned for one that is forgotten",
            cases: "SELECT m.id FROM meetings m WHERE m.state = 'live'
                    AND NOT EXISTS (SELECT 1 FROM due d WHERE d.kind = 'meeting_forgotten' AND d.subject = m.id)",
        },
    ],
    ..Part::EMPTY
};

pub use changes::{
    cancel, edit, end, hide, import, link_programme, link_roll_call, set_recording,
    set_recording_length, set_shows_codes, start, withdraw_source,
};
pub use recordings::{
    cut_recording, hold_recording, keep_recording, record_again, recording_failed,
};

/// How long a meeting is shown after it ended or was cancelled, or should have been over.
pub const SHOWN_AFTER_MS: i64 = 7 * 24 * 3_600_000;

/// So long before a conference its stations look whether they can take part.
pub const CHECKED_BEFORE_MS: i64 = 30 * 60_000;

const SELECT: &str = "SELECT m.id, m.kind, m.state, m.version, m.title, m.agenda, m.organization_id, o.name, o.code, \
     m.audience_id, a.name, a.code, m.starts_at_ms, m.planned_ms, m.started_at_ms, m.ended_at_ms, m.record, \
     m.recording_list, m.recording, m.programme_id, m.roll_call_id, m.created_by, m.shown, m.recording_ms, \
     m.cancel_reason, m.updated_by, m.updated_at_ms, m.recording_failures, m.recording_trouble, m.recording_again_ms, \
     s.id, s.rhythm, m.series_number, s.meetings, m.hold_recording, m.held, m.recording_cut \
     FROM meetings m JOIN organizations o ON o.id = m.organization_id JOIN organizations a ON a.id = m.audience_id \
     LEFT JOIN meeting_series s ON s.id = m.series_id";

/// What somebody plans.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// Title.
    pub title: String,
    /// What it is about; may be empty.
    pub agenda: String,
    /// How it is held.
    pub kind: MeetingKind,
    /// Who holds it.
    pub organization_id: String,
    /// The organization whose subtree may take part.
    pub audience_id: String,
    /// When it is planned to begin.
    pub starts_at_ms: i64,
    /// How long it is planned to last.
    pub planned_ms: i64,
    /// Whether it is recorded.
    pub record: bool,
    /// The list of programmes the recording goes to.
    pub recording_list: String,
}

/// A stored meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Id.
    pub id: String,
    /// Where it stands.
    pub state: MeetingState,
    /// Counts up with every change.
    pub version: i64,
    /// What was planned.
    pub content: Content,
    /// Who holds it.
    pub organization: OrganizationRef,
    /// Code of that organization.
    pub organization_code: String,
    /// Whose subtree may take part.
    pub audience: OrganizationRef,
    /// Code of that organization.
    pub audience_code: String,
    /// When it really began.
    pub started_at_ms: Option<i64>,
    /// When it ended.
    pub ended_at_ms: Option<i64>,
    /// What became of the recording.
    pub recording: RecordingState,
    /// How long the recording is, once it is made.
    pub recording_ms: Option<i64>,
    /// How often it could not be made, since staff asked for it the last time.
    pub recording_failures: i64,
    /// Why it could not be made the last time, in plain words.
    pub recording_trouble: Option<String>,
    /// When it is tried again.
    pub recording_again_ms: Option<i64>,
    /// Whether it waits, once it is made, for staff to publish it.
    pub hold_recording: bool,
    /// What waits to be published.
    pub held: Option<HeldRecording>,
    /// Which part of what was recorded is to be made.
    pub recording_cut: Option<RecordingCut>,
    /// The programme it can be watched again as.
    pub programme_id: Option<String>,
    /// The latest roll call that was held in it.
    pub roll_call_id: Option<String>,
    /// Login name of who made it.
    pub created_by: String,
    /// Whether terminals are shown it.
    pub shown: bool,
    /// Why staff cancelled it.
    pub cancel_reason: Option<String>,
    /// Login name of who changed it last; nothing: the server by itself, or it is not known.
    pub updated_by: Option<String>,
    /// When it was changed last.
    pub updated_at_ms: i64,
    /// Its place in the series it was planned with.
    pub series: Option<SeriesPlace>,
}

impl Record {
    /// As a terminal shows it.
    #[must_use]
    pub fn to_document(&self) -> Meeting {
        Meeting {
            id: self.id.clone(),
            kind: self.content.kind,
            state: self.state,
            title: self.content.title.clone(),
            agenda: self.content.agenda.clone(),
            organization: self.organization.clone(),
            starts_at_ms: self.content.starts_at_ms,
            planned_ms: self.content.planned_ms,
            started_at_ms: self.started_at_ms,
            ended_at_ms: self.ended_at_ms,
            programme_id: self.programme_id.clone(),
        }
    }

    /// When it is over if it takes as long as planned.
    #[must_use]
    pub fn planned_end_ms(&self) -> i64 {
        self.started_at_ms
            .unwrap_or(self.content.starts_at_ms)
            .saturating_add(self.content.planned_ms)
    }

    /// By how much the recording is longer or shorter than the meeting was, if that is worth telling.
    #[must_use]
    pub fn recording_off_ms(&self) -> Option<i64> {
        recording_off_ms(self.recording_ms?, self.started_at_ms?, self.ended_at_ms?)
    }

    /// As staff see it.
    #[must_use]
    pub fn to_staff(&self) -> StaffMeeting {
        let failed = self.recording == RecordingState::Failed;
        // What was asked for is about to be made.
        let recording = match (self.recording, self.recording_cut) {
            (RecordingState::Held, Some(_)) => RecordingState::Processing,
            (state, _) => state,
        };
        let (held, trouble) = (self.held.clone(), self.recording_trouble.clone());
        StaffMeeting {
            meeting: self.to_document(),
            audience: self.audience.clone(),
            audience_code: self.audience_code.clone(),
            organization_code: self.organization_code.clone(),
            record: self.content.record,
            recording_list: self.content.recording_list.clone(),
            recording,
            recording_ms: self.recording_ms,
            recording_off_ms: self.recording_off_ms(),
            recording_trouble: trouble.filter(|_| failed || recording == RecordingState::Held),
            recording_again_ms: self.recording_again_ms.filter(|_| failed),
            hold_recording: self.hold_recording,
            held: held.filter(|_| recording == RecordingState::Held),
            roll_call_id: self.roll_call_id.clone(),
            version: self.version,
            created_by: self.created_by.clone(),
            cancel_reason: self.cancel_reason.clone(),
            updated_by: self.updated_by.clone(),
            updated_at_ms: self.updated_at_ms,
            series: self.series.clone(),
        }
    }
}

/// Which meetings to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those that concern this organization: held in its subtree, or for an audience in its
    /// subtree or above it.
    pub within: String,
    /// Only those that stand so.
    pub state: Option<MeetingState>,
    /// Only those planned to begin then or later.
    pub from_ms: Option<i64>,
    /// Only those planned to begin earlier.
    pub to_ms: Option<i64>,
    /// Only those held so.
    pub kind: Option<MeetingKind>,
    /// Only those whose title contains this, whatever the case of its letters.
    pub title: Option<String>,
}

/// The last meeting of a page, to go on after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    /// When it is planned to begin.
    pub starts_at_ms: i64,
    /// Its id.
    pub id: String,
}

/// A meeting that is going on, as it is announced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoingOn {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// How it is held.
    pub kind: MeetingKind,
}

/// Plans a meeting; its audience sees it from now on.
///
/// # Errors
/// [`Error::NotFound`] if an organization does not exist.
pub fn create(
    tx: &mut WriteTx<'_>,
    content: &Content,
    created_by: &str,
    now_ms: i64,
) -> Result<Record> {
    let id = insert(tx, content, created_by, None, None, now_ms)?;
    existing(tx, &id)
}

/// The meeting with this id.
///
/// # Errors
/// The database failed.
pub fn get(tx: &mut Tx<'_>, id: &str) -> Result<Option<Record>> {
    tx.query_opt(&format!("{SELECT} WHERE m.id = ?1"), params![id])?
        .as_ref()
        .map(record)
        .transpose()
}

/// At most `limit` meetings, those that begin last first.
///
/// # Errors
/// The database failed.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &Filter,
    after: Option<&After>,
    limit: u32,
) -> Result<Vec<Record>> {
    let state = filter.state.as_ref().map(to_name).transpose()?;
    let kind = filter.kind.as_ref().map(to_name).transpose()?;
    let title = filter.title.as_ref();
    let rows = tx.query(
        &format!(
            "{SELECT} WHERE (m.audience_id IN
                   (SELECT ancestor_id FROM organization_lines WHERE organization_id = ?1)
                 OR m.audience_id IN
                   (SELECT organization_id FROM organization_lines WHERE ancestor_id = ?1)
                 OR m.organization_id IN
                   (SELECT organization_id FROM organization_lines WHERE ancestor_id = ?1))
               AND (CAST(?2 AS TEXT) IS NULL OR m.state = ?2)
               AND (CAST(?3 AS BIGINT) IS NULL OR m.starts_at_ms >= ?3)
               AND (CAST(?4 AS BIGINT) IS NULL OR m.starts_at_ms < ?4)
               AND (CAST(?5 AS BIGINT) IS NULL OR m.starts_at_ms < ?5
                    OR (m.starts_at_ms = ?5 AND m.id < ?6))
               AND (CAST(?7 AS TEXT) IS NULL OR m.kind = ?7)
               AND (CAST(?8 AS TEXT) IS NULL OR LOWER(m.title) LIKE ?8 ESCAPE '~')
             ORDER BY m.starts_at_ms DESC, m.id DESC LIMIT ?9"
        ),
        params![
            &filter.within,
            state,
            filter.from_ms,
            filter.to_ms,
            after.map(|after| after.starts_at_ms),
            after.map_or("", |after| after.id.as_str()),
            kind,
            title.map(|title| containing(&title.to_lowercase())),
            limit
        ],
    )?;
    rows.iter().map(record).collect()
}

/// Every meeting that is going on, the one that began first first.
///
/// # Errors
/// The database failed.
pub fn live(tx: &mut Tx<'_>) -> Result<Vec<Record>> {
    let sql = format!("{SELECT} WHERE m.state = 'live' ORDER BY m.started_at_ms, m.id");
    tx.query(&sql, params![])?.iter().map(record).collect()
}

/// Meetings that are going on and that an organization is in the audience of, by id.
///
/// # Errors
/// The database failed.
pub fn live_for(tx: &mut Tx<'_>, organization_id: &str) -> Result<Vec<GoingOn>> {
    let rows = tx.query(
        "SELECT m.id, m.title, m.kind FROM organization_lines l JOIN meetings m ON m.audience_id = l.ancestor_id
         WHERE l.organization_id = ?1 AND m.state = 'live' ORDER BY m.id",
        params![organization_id],
    )?;
    rows.iter()
        .map(|row| {
            Ok(GoingOn {
                id: row.text(0)?,
                title: row.text(1)?,
                kind: from_name(row.text(2)?)?,
            })
        })
        .collect()
}

/// Whether a code can be in the picture of this meeting: it goes on, and its picture is made here.
///
/// # Errors
/// The database failed.
pub fn shows_codes(tx: &mut Tx<'_>, id: &str) -> Result<bool> {
    let row = tx.query_opt(
        "SELECT shows_codes FROM meetings WHERE id = ?1 AND state = 'live'",
        params![id],
    )?;
    row.map_or(Ok(false), |row| row.truth(0))
}

/// A meeting in whose picture the code of a roll call of this organization can be: one that goes on, that the
/// organization is in the audience of, the nearest first, and in which no other code is demanded.
///
/// # Errors
/// The database failed.
pub fn that_shows_codes_for(tx: &mut Tx<'_>, organization_id: &str) -> Result<Option<String>> {
    tx.query_opt(
        "SELECT m.id FROM organization_lines l JOIN meetings m ON m.audience_id = l.ancestor_id
         WHERE l.organization_id = ?1 AND m.state = 'live' AND m.shows_codes = 1
           AND NOT EXISTS (SELECT 1 FROM roll_calls c
               WHERE c.meeting_id = m.id AND c.state = 'open' AND c.presence_secret IS NOT NULL)
         ORDER BY l.depth, m.started_at_ms, m.id LIMIT 1",
        params![organization_id],
    )?
    .map(|row| row.text(0))
    .transpose()
}

/// Meetings whose recording is being made or worked on, the one that began first first.
///
/// # Errors
/// The database failed.
pub fn unfinished_recordings(tx: &mut Tx<'_>) -> Result<Vec<Record>> {
    let sql = format!(
        "{SELECT} WHERE m.recording IN ('recording', 'processing') ORDER BY m.started_at_ms, m.id"
    );
    tx.query(&sql, params![])?.iter().map(record).collect()
}

/// Every imported meeting, by key.
///
/// # Errors
/// The database failed.
pub fn sources(tx: &mut Tx<'_>) -> Result<Vec<SourceEntry>> {
    source::list(tx, "meetings")
}

/// The meeting that was imported with this key.
///
/// # Errors
/// The database failed.
pub fn by_source(tx: &mut Tx<'_>, key: &str) -> Result<Option<Record>> {
    tx.query_opt(&format!("{SELECT} WHERE m.source_key = ?1"), params![key])?
        .as_ref()
        .map(record)
        .transpose()
}

/// Meetings in the feed.
pub(crate) struct Kind;

impl FeedKind for Kind {
    fn kind(&self) -> DocumentKind {
        DocumentKind::Meeting
    }

    fn shelf(&self) -> Option<Shelf> {
        Some(Shelf {
            table: "meetings",
            shown: "shown = 1",
        })
    }

    fn documents(&self, tx: &mut Tx<'_>, ids: &[&str]) -> Result<Vec<Document>> {
        feed_kind::shown(tx, SELECT, "m.shown = 1", "m.id", ids, |row| {
            Ok(record(row)?.to_document().into())
        })
    }
}

fn existing(tx: &mut Tx<'_>, id: &str) -> Result<Record> {
    get(tx, id)?.ok_or(Error::NotFound("meeting"))
}

fn insert(
    tx: &mut WriteTx<'_>,
    content: &Content,
    created_by: &str,
    source: Option<&Source>,
    series: Option<(&str, u32)>,
    now_ms: i64,
) -> Result<String> {
    require_organizations(tx, content)?;
    let id = new_id(now_ms);
    tx.execute(
        "INSERT INTO meetings (id, kind, state, version, title, agenda, organization_id, audience_id, starts_at_ms,
             planned_ms, record, recording_list, recording, shown, hide_at_ms, source_key, source_hash,
             created_by, created_at_ms, updated_at_ms, updated_by, series_id, series_number)
         VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 1, ?13, ?14, ?15, ?16, ?17, ?17, ?16,
             ?18, ?19)",
        params![
            &id,
            to_name(&content.kind)?,
            to_name(&MeetingState::Scheduled)?,
            &content.title,
            &content.agenda,
            &content.organization_id,
            &content.audience_id,
            content.starts_at_ms,
            content.planned_ms,
            content.record,
            &content.recording_list,
            to_name(&RecordingState::None)?,
            hide_planned_at(content),
            source.map(|source| &source.key),
            source.map(|source| &source.hash),
            created_by,
            now_ms,
            series.map(|(id, _)| id),
            series.map(|(_, number)| i64::from(number)),
        ],
    )?;
    let hide_at_ms = hide_planned_at(content);
    due::schedule(tx, due::Kind::MeetingHiding, &id, hide_at_ms)?;
    due::set(tx, due::Kind::StationCheck, &id, check_at(content, now_ms))?;
    feed_entries::put(tx, DocumentKind::Meeting, &id, &content.audience_id, now_ms)?;
    Ok(id)
}

/// When a meeting that nobody starts is no longer shown.
fn hide_planned_at(content: &Content) -> i64 {
    content
        .starts_at_ms
        .saturating_add(content.planned_ms)
        .saturating_add(SHOWN_AFTER_MS)
}

/// When the stations of a conference look whether they can take part; `None` where nobody speaks from them, or it is
/// too late for that.
fn check_at(content: &Content, now_ms: i64) -> Option<i64> {
    let at_ms = content.starts_at_ms.saturating_sub(CHECKED_BEFORE_MS);
    (content.kind == MeetingKind::Conference && at_ms > now_ms).then_some(at_ms)
}

fn require_organizations(tx: &mut Tx<'_>, content: &Content) -> Result<()> {
    tree::require(tx, &[&content.organization_id, &content.audience_id])
}

fn record(row: &Row) -> Result<Record> {
    let (organization_id, audience_id) = (row.text(6)?, row.text(9)?);
    Ok(Record {
        id: row.text(0)?,
        state: from_name(row.text(2)?)?,
        version: row.int(3)?,
        organization: OrganizationRef {
            id: organization_id.clone(),
            name: row.text(7)?,
        },
        organization_code: row.text(8)?,
        audience: OrganizationRef {
            id: audience_id.clone(),
            name: row.text(10)?,
        },
        audience_code: row.text(11)?,
        started_at_ms: row.opt_int(14)?,
        ended_at_ms: row.opt_int(15)?,
        recording: from_name(row.text(18)?)?,
        recording_ms: row.opt_int(23)?,
        recording_failures: row.int(27)?,
        recording_trouble: row.opt_text(28)?,
        recording_again_ms: row.opt_int(29)?,
        hold_recording: row.truth(34)?,
        held: row.opt_text(35)?.as_deref().map(from_json).transpose()?,
        recording_cut: row.opt_text(36)?.as_deref().map(from_json).transpose()?,
        programme_id: row.opt_text(19)?,
        roll_call_id: row.opt_text(20)?,
        created_by: row.text(21)?,
        shown: row.truth(22)?,
        cancel_reason: row.opt_text(24)?,
        updated_by: row.opt_text(25)?,
        updated_at_ms: row.int(26)?,
        series: series_place(row)?,
        content: Content {
            title: row.text(4)?,
            agenda: row.text(5)?,
            kind: from_name(row.text(1)?)?,
            organization_id,
            audience_id,
            starts_at_ms: row.int(12)?,
            planned_ms: row.int(13)?,
            record: row.truth(16)?,
            recording_list: row.text(17)?,
        },
    })
}

fn series_place(row: &Row) -> Result<Option<SeriesPlace>> {
    let Some(id) = row.opt_text(30)? else {
        return Ok(None);
    };
    Ok(Some(SeriesPlace {
        id,
        every: from_name(row.text(31)?)?,
        number: count(row.int(32)?)?,
        of: count(row.int(33)?)?,
    }))
}

fn count(value: i64) -> Result<u32> {
    u32::try_from(value).map_err(|error| Error::Damaged(error.to_string()))
}
