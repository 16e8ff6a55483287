//! Meetings: what the feed and the events said, and what somebody here decided about them.

use std::collections::HashMap;

use contract::meeting::{Meeting, MeetingKind, MeetingState};
use rusqlite::{OptionalExtension, params};

use super::error::{CacheError, Context};
use super::feed::{Prepared, READING, put};
use super::handle::Cache;
use super::kinds::{self, DocumentKind};
use super::schema;
use super::types::{KnownTime, MeetingChoice, Reminded, WantedMeeting};

impl Cache {
    /// Every meeting this terminal knows: planned, going on, or over in the last days; by the
    /// time it is planned to begin.
    #[must_use]
    pub fn meetings(&self) -> Vec<Meeting> {
        let documents: Vec<String> = self.read("list meetings", |db| {
            db.prepare_cached(
                "SELECT json FROM document WHERE kind = ?1 ORDER BY published_at_ms, id",
            )?
            .query_map([DocumentKind::Meeting], |row| row.get(0))?
            .collect()
        });
        documents
            .iter()
            .filter_map(|json| self.parse(json, "meeting"))
            .collect()
    }

    /// One meeting.
    #[must_use]
    pub fn meeting(&self, id: &str) -> Option<Meeting> {
        let json = self.document("read a meeting", DocumentKind::Meeting, id)?;
        self.parse(&json, "meeting")
    }

    /// An event said that a meeting is live; the feed brings the rest of it later. True when that
    /// is news.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn meeting_started(
        &self,
        id: &str,
        title: &str,
        kind: MeetingKind,
    ) -> Result<bool, CacheError> {
        let now_ms = self.server_time().at_ms;
        let mut meeting = self.meeting(id).unwrap_or_else(|| Meeting {
            id: id.to_owned(),
            starts_at_ms: now_ms,
            ..Meeting::default()
        });
        if meeting.state == MeetingState::Live {
            return Ok(false);
        }
        title.clone_into(&mut meeting.title);
        meeting.kind = kind;
        meeting.state = MeetingState::Live;
        meeting.started_at_ms = Some(now_ms);
        meeting.ended_at_ms = None;
        self.keep_meeting(&meeting)?;
        Ok(true)
    }

    /// An event said that a meeting is over. True when that is news.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn meeting_ended(&self, id: &str) -> Result<bool, CacheError> {
        let Some(mut meeting) = self.meeting(id) else {
            return Ok(false);
        };
        if meeting.state == MeetingState::Ended {
            return Ok(false);
        }
        meeting.state = MeetingState::Ended;
        meeting.ended_at_ms = Some(self.server_time().at_ms);
        self.keep_meeting(&meeting)?;
        Ok(true)
    }

    fn keep_meeting(&self, meeting: &Meeting) -> Result<(), CacheError> {
        let kept = kinds::keep(DocumentKind::Meeting, meeting).during("store a meeting")?;
        let prepared = Prepared::of(kept);
        self.write("write what an event said of a meeting", |tx| {
            put(tx, &prepared)
        })?;
        self.content_changed();
        Ok(())
    }

    /// What was decided here about one meeting.
    #[must_use]
    pub fn meeting_choice(&self, id: &str) -> MeetingChoice {
        let found = self.read("read what was decided about a meeting", |db| {
            db.prepare_cached(
                "SELECT remind, reminded, declined, reminded_for_ms FROM meeting_choice WHERE id = ?1",
            )?
            .query_row([id], |row| choice(row, 0))
            .optional()
        });
        found.unwrap_or_default()
    }

    /// What was decided here about meetings; those that are missing have the default.
    #[must_use]
    pub fn meeting_choices(&self) -> HashMap<String, MeetingChoice> {
        self.read("read what was decided about meetings", |db| {
            db.prepare_cached(
                "SELECT id, remind, reminded, declined, reminded_for_ms FROM meeting_choice",
            )?
            .query_map([], |row| Ok((row.get(0)?, choice(row, 1)?)))?
            .collect()
        })
    }

    /// The meetings that somebody here wants to be reminded of, each as they know it.
    #[must_use]
    pub fn wanted_meetings(&self) -> Vec<WantedMeeting> {
        self.read("list the meetings somebody waits for", |db| {
            // In the middle of reading the feed again, what is missing may be on its next page.
            let is_whole = schema::meta(db, READING)?.is_none_or(|reading| reading.is_empty());
            db.prepare_cached(
                "SELECT c.id, coalesce(d.title, c.title), coalesce(d.organization, c.organization), c.known_ms,
                        d.id IS NULL
                 FROM meeting_choice c LEFT JOIN document d ON d.id = c.id AND d.kind = ?1
                 WHERE c.remind = 1 ORDER BY c.known_ms, c.id",
            )?
            .query_map([DocumentKind::Meeting], |row| {
                let missing: bool = row.get(4)?;
                Ok(WantedMeeting {
                    id: row.get(0)?,
                    title: row.get(1)?,
                    organization: row.get(2)?,
                    known: match row.get(3)? {
                        None => KnownTime::Nothing,
                        Some(0) => KnownTime::Off,
                        Some(at_ms) => KnownTime::At(at_ms),
                    },
                    withdrawn: missing && is_whole,
                })
            })?
            .collect()
        })
    }

    /// Wants to be reminded of a meeting, or no longer. From then on they know what is known of it
    /// now.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_reminder(&self, id: &str, wanted: bool) -> Result<(), CacheError> {
        self.choose(
            id,
            "INSERT INTO meeting_choice(id, remind, at_ms, known_ms, title, organization)
             SELECT ?1, ?2, ?3, d.published_at_ms, coalesce(d.title, ''), coalesce(d.organization, '')
             FROM (SELECT 1) LEFT JOIN document d ON d.id = ?1 AND d.kind = 2 WHERE true
             ON CONFLICT(id) DO UPDATE SET remind = excluded.remind, reminded = 0, at_ms = excluded.at_ms,
                known_ms = excluded.known_ms, title = excluded.title, organization = excluded.organization",
            i64::from(wanted),
        )
    }

    /// Remembers that they were reminded of a meeting planned for this time (Unix ms), so that a
    /// power cut does not remind them again, and that they know of that time.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_reminded(
        &self,
        id: &str,
        reminded: Reminded,
        starts_at_ms: i64,
    ) -> Result<(), CacheError> {
        let stage = match reminded {
            Reminded::Not => 0,
            Reminded::Soon => 1,
            Reminded::Now => 2,
        };
        let now = self.now_ms();
        self.write("write that somebody was reminded", |tx| {
            tx.prepare_cached(
                "INSERT INTO meeting_choice(id, reminded, at_ms, reminded_for_ms, known_ms) VALUES (?1, ?2, ?3, ?4, ?4)
                 ON CONFLICT(id) DO UPDATE SET at_ms = excluded.at_ms, known_ms = excluded.known_ms,
                    reminded_for_ms = excluded.reminded_for_ms,
                    reminded = CASE WHEN reminded_for_ms = excluded.reminded_for_ms
                               THEN max(reminded, excluded.reminded) ELSE excluded.reminded END",
            )?
            .execute(params![id, stage, now, starts_at_ms])
        })?;
        self.changed();
        Ok(())
    }

    /// Remembers what whoever wants to be reminded of a meeting has been told of its time, so that
    /// they are told once.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_known_time(&self, id: &str, known: KnownTime) -> Result<(), CacheError> {
        let known = match known {
            KnownTime::Nothing => None,
            KnownTime::At(at_ms) => Some(at_ms),
            KnownTime::Off => Some(0),
        };
        let now = self.now_ms();
        self.write("write what somebody was told of a meeting", |tx| {
            tx.prepare_cached(
                "UPDATE meeting_choice SET known_ms = ?2, at_ms = ?3,
                    title = coalesce((SELECT title FROM document d WHERE d.id = ?1 AND d.kind = 2), title)
                 WHERE id = ?1",
            )?
            .execute(params![id, known, now])
        })?;
        self.changed();
        Ok(())
    }

    /// Remembers that they declined a meeting: it is not offered again by itself.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn decline_meeting(&self, id: &str) -> Result<(), CacheError> {
        self.choose(
            id,
            "INSERT INTO meeting_choice(id, declined, at_ms) VALUES (?1, ?2, ?3)
             ON CONFLICT(id) DO UPDATE SET declined = excluded.declined, at_ms = excluded.at_ms",
            1,
        )
    }

    fn choose(&self, id: &str, sql: &str, value: i64) -> Result<(), CacheError> {
        let now = self.now_ms();
        self.write("write what was decided about a meeting", |tx| {
            tx.prepare_cached(sql)?.execute(params![id, value, now])?;
            // Meetings of last year need no memory.
            tx.prepare_cached(
                "DELETE FROM meeting_choice WHERE at_ms < ?1 AND id NOT IN (SELECT id FROM document)",
            )?
            .execute([now - KEPT_MS])
        })?;
        self.changed();
        Ok(())
    }
}

/// Decisions about meetings that are gone are kept so long, in ms.
const KEPT_MS: i64 = 90 * 86_400_000;

fn choice(row: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<MeetingChoice> {
    Ok(MeetingChoice {
        remind: row.get(at)?,
        reminded: match row.get::<_, i64>(at + 1)? {
            0 => Reminded::Not,
            1 => Reminded::Soon,
            _ => Reminded::Now,
        },
        declined: row.get(at + 2)?,
        reminded_for_ms: row.get(at + 3)?,
    })
}
