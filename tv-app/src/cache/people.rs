//! Who may sign in at this TV, and the roll calls it has to do with: the last answers of
//! `GET /api/v1/terminal/people` and `GET /api/v1/terminal/roll-calls`, so that both are there
//! from the first frame and without a network.
//!
//! What else is a document of this terminal alone is kept the same way ([`super::duty`]).
//!
//! A sign-in that the server has acknowledged is written into the roll call at once; the next
//! answer of the server may still be older than that.

use std::sync::Arc;

use contract::member::TerminalPeople;
use contract::roll_call::{AttendanceState, TerminalAttendance, TerminalRollCalls};
use parking_lot::Mutex;
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::{CacheError, Context};
use super::{Cache, outbox};

const PEOPLE: &str = "people";
const ROLL_CALLS: &str = "roll_calls";

/// How far the two clocks may be apart when an answer is compared with a sign-in, in ms.
const CLOCKS_APART_MS: i64 = 2_000;

/// Both in memory, read once and after every change, and what was acknowledged lately.
#[derive(Default)]
pub(super) struct Memory {
    people: Mutex<Option<Arc<TerminalPeople>>>,
    roll_calls: Mutex<Option<Arc<TerminalRollCalls>>>,
    answered: Mutex<Vec<Answered>>,
    /// The duty rooms and their log ([`super::duty`]).
    pub(super) duty: Mutex<Option<Arc<super::duty::Duty>>>,
}

/// A sign-in that the server acknowledged.
#[derive(Clone, Debug)]
pub(super) struct Answered {
    pub(super) roll_call_id: String,
    pub(super) round: u32,
    pub(super) member_id: String,
    pub(super) name: String,
    pub(super) state: AttendanceState,
    /// When the answer came, Unix ms of the server.
    pub(super) at_ms: i64,
}

impl Answered {
    /// Writes it into the roll call. True when that changed something.
    fn apply(&self, roll_calls: &mut TerminalRollCalls) -> bool {
        let call = roll_calls
            .roll_calls
            .iter_mut()
            .find(|call| call.id == self.roll_call_id);
        let Some(call) = call else { return false };
        let known = call
            .people
            .iter()
            .position(|person| person.member_id == self.member_id);
        let at = known.unwrap_or_else(|| {
            call.people.push(TerminalAttendance {
                member_id: self.member_id.clone(),
                name: self.name.clone(),
                ..TerminalAttendance::default()
            });
            call.people.len() - 1
        });
        let person = &mut call.people[at];
        let before = person.clone();
        person.state = self.state;
        if !person.answered.contains(&self.round) {
            person.answered.push(self.round);
            person.answered.sort_unstable();
        }
        *person != before
    }
}

impl Cache {
    /// Who may sign in here; nobody before the first synchronization.
    #[must_use]
    pub fn people(&self) -> Arc<TerminalPeople> {
        self.remembered(&self.inner.people.people, PEOPLE)
    }

    /// The roll calls this TV has to do with: open ones first, then scheduled ones, then those
    /// that are over.
    #[must_use]
    pub fn roll_calls(&self) -> Arc<TerminalRollCalls> {
        self.remembered(&self.inner.people.roll_calls, ROLL_CALLS)
    }

    /// The ETag of the people as they are here; `None` when they never came.
    #[must_use]
    pub fn people_etag(&self) -> Option<String> {
        self.etag(PEOPLE)
    }

    /// The ETag of the roll calls as they came.
    #[must_use]
    pub fn roll_calls_etag(&self) -> Option<String> {
        self.etag(ROLL_CALLS)
    }

    /// Takes an answer of the server. True when it is news.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_people(&self, people: TerminalPeople, etag: &str) -> Result<bool, CacheError> {
        let news = *self.people() != people;
        self.keep(PEOPLE, &people, etag)?;
        *self.inner.people.people.lock() = Some(Arc::new(people));
        if news {
            self.changed();
        }
        Ok(news)
    }

    /// Takes an answer of the server. True when it is news.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_roll_calls(
        &self,
        mut roll_calls: TerminalRollCalls,
        etag: &str,
    ) -> Result<bool, CacheError> {
        {
            let mut answered = self.inner.people.answered.lock();
            answered.retain(|one| roll_calls.server_time_ms <= one.at_ms + CLOCKS_APART_MS);
            for one in answered.iter() {
                one.apply(&mut roll_calls);
            }
        }
        let news = self.roll_calls().roll_calls != roll_calls.roll_calls;
        self.keep(ROLL_CALLS, &roll_calls, etag)?;
        *self.inner.people.roll_calls.lock() = Some(Arc::new(roll_calls));
        if news {
            self.changed();
        }
        Ok(news)
    }

    /// Writes an acknowledged sign-in into the roll call, inside the transaction that takes it out
    /// of the outbox. The answer is what to remember once that is committed.
    pub(super) fn write_answered(
        &self,
        tx: &Connection,
        answered: &Answered,
    ) -> rusqlite::Result<Option<TerminalRollCalls>> {
        let mut roll_calls = (*self.roll_calls()).clone();
        if !answered.apply(&mut roll_calls) {
            return Ok(None);
        }
        tx.prepare_cached("UPDATE terminal_document SET json = ?2 WHERE name = ?1")?
            .execute(params![ROLL_CALLS, outbox::encode(&roll_calls)?])?;
        Ok(Some(roll_calls))
    }

    /// The rest of [`Cache::write_answered`], after the commit.
    pub(super) fn remember_answered(
        &self,
        answered: Answered,
        roll_calls: Option<TerminalRollCalls>,
    ) {
        self.inner.people.answered.lock().push(answered);
        if let Some(roll_calls) = roll_calls {
            *self.inner.people.roll_calls.lock() = Some(Arc::new(roll_calls));
        }
    }

    /// Drops what is in memory, because what is on the disk has gone.
    pub(super) fn forget_people(&self) {
        *self.inner.people.people.lock() = None;
        *self.inner.people.roll_calls.lock() = None;
        self.inner.people.answered.lock().clear();
        *self.inner.people.duty.lock() = None;
    }

    pub(super) fn remembered<T: Default + DeserializeOwned>(
        &self,
        slot: &Mutex<Option<Arc<T>>>,
        name: &str,
    ) -> Arc<T> {
        let mut slot = slot.lock();
        if let Some(known) = slot.as_ref() {
            return Arc::clone(known);
        }
        let json: Option<String> = self.read("read the people of this terminal", |db| {
            db.prepare_cached("SELECT json FROM terminal_document WHERE name = ?1")?
                .query_row([name], |row| row.get(0))
                .optional()
        });
        let read = json.and_then(|json| {
            serde_json::from_str(&json)
                .inspect_err(|error| tracing::error!(%error, name, "cannot be read"))
                .ok()
        });
        let known = Arc::new(read.unwrap_or_default());
        *slot = Some(Arc::clone(&known));
        known
    }

    fn etag(&self, name: &str) -> Option<String> {
        self.read("read an ETag", |db| {
            db.prepare_cached("SELECT etag FROM terminal_document WHERE name = ?1 AND etag <> ''")?
                .query_row([name], |row| row.get(0))
                .optional()
        })
    }

    pub(super) fn keep<T: Serialize>(
        &self,
        name: &str,
        value: &T,
        etag: &str,
    ) -> Result<(), CacheError> {
        let json = serde_json::to_string(value).during("write the people of this terminal")?;
        self.write("write the people of this terminal", |tx| {
            tx.prepare_cached(
                "INSERT OR REPLACE INTO terminal_document(name, etag, json) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![name, etag, json])?;
            Ok(())
        })
    }
}
