//! Importing the calendar of meetings.

use contract::meeting::MeetingState;
use store::{Outcome, Source, SourceEntry, meetings};

use super::list::List;
use super::{FORMAT, Import, hash_of};
use crate::import::ImportError;
use crate::import::complaint::Complaints;
use crate::import::meetings::{FILE, PREFIX, Row, parse};
use crate::services::kit::audit;

/// Who planned an imported meeting.
const CREATED_BY: &str = "import";

const MEETINGS: List<Row> = List {
    file: FILE,
    prefix: PREFIX,
    parse,
    name: |row| (&row.key, &row.title),
};

impl Import<'_> {
    pub(super) fn meetings(&mut self) -> Result<(), ImportError> {
        let sources = self.context.store.read(meetings::sources)?;
        let gone = self.list(&MEETINGS, sources, Self::meeting)?;
        self.cancel_meetings(gone)
    }

    fn meeting(
        &mut self,
        row: Row,
        known: Option<&SourceEntry>,
        complaints: &mut Complaints<'_>,
    ) -> Result<Option<Outcome>, ImportError> {
        let now = self.now_ms();
        let Some(content) = self.directory.meeting(&row, complaints) else {
            return Ok(None);
        };
        let numbers = format!(
            "{:?} {} {} {}",
            content.kind, content.starts_at_ms, content.planned_ms, content.record
        );
        let hash = hash_of(&[
            FORMAT.as_bytes(),
            content.title.as_bytes(),
            content.agenda.as_bytes(),
            content.organization_id.as_bytes(),
            content.audience_id.as_bytes(),
            content.recording_list.as_bytes(),
            numbers.as_bytes(),
        ]);
        let over = content.starts_at_ms.saturating_add(content.planned_ms) < now;
        let same = known.is_some_and(|known| known.hash.as_ref() == Some(&hash));
        // A list that is kept all year is no calendar of meetings that nobody held.
        if same || (known.is_none() && over) {
            return Ok(Some(Outcome::Unchanged));
        }
        if self.dry_run {
            let new = known.is_none();
            return Ok(Some(if new {
                Outcome::Created
            } else {
                Outcome::Updated
            }));
        }
        let source = Source { key: row.key, hash };
        let written = self.context.store.write(move |tx| {
            let imported = meetings::import(tx, &source, &content, CREATED_BY, now)?;
            audit::imported(tx, "meeting", &imported, &content.organization_id, now)?;
            Ok::<_, store::Error>(imported.outcome)
        });
        match written {
            Ok(outcome) => Ok(Some(outcome)),
            Err(store::Error::WrongState(state)) => {
                let why = if state == MeetingState::Cancelled.into() {
                    "已经在系统里取消"
                } else {
                    "已经开始或结束"
                };
                complaints.line(
                    row.line,
                    format!("这场会议{why}，不能再改，请把这一行改回去"),
                );
                Ok(None)
            }
            Err(other) => Err(other.into()),
        }
    }

    /// Cancels meetings that are not in the list any more and are still to come.
    fn cancel_meetings(&mut self, gone: Vec<String>) -> Result<(), ImportError> {
        let (dry_run, now) = (self.dry_run, self.now_ms());
        let mut cancelled = Vec::new();
        for key in gone {
            let found = self
                .context
                .store
                .read(|tx| meetings::by_source(tx, &key))?;
            let Some(meeting) = found.filter(|meeting| {
                let content = &meeting.content;
                meeting.state == MeetingState::Scheduled
                    && content.starts_at_ms.saturating_add(content.planned_ms) >= now
            }) else {
                continue;
            };
            if !dry_run {
                let organization = meeting.organization.id.clone();
                let subject = format!("meeting:{}", meeting.id);
                self.context.store.write(move |tx| {
                    if meetings::withdraw_source(tx, &key, now)? {
                        let organization = Some(organization.as_str());
                        audit::system(tx, "meeting.cancel", &subject, organization, now)?;
                    }
                    Ok::<_, store::Error>(())
                })?;
            }
            cancelled.push(format!("{FILE}：{}", meeting.content.title));
        }
        cancelled.sort();
        self.report.withdrawn.extend(cancelled);
        Ok(())
    }
}
