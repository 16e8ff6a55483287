//! Who may sign in at this TV, and the roll calls it has to do with: the last answers of
//! `GET /api/v1/terminal/people` and `GET /api/v1/terminal/roll-calls`, so that both are there
//! from the first frame and without a network.
//!
//! A sign-in that the server has acknowledged is written into the roll call at once; the next
//! answer of the server may still be older than that.

use std::sync::Arc;

use contract::member::TerminalPeople;
use contract::roll_call::{AttendanceState, TerminalAttendance, TerminalRollCalls};
use parking_lot::Mutex;
use rusqlite::Connection;

use super::documents::{self, TerminalDocument};
use super::error::CacheError;
use super::handle::Cache;

impl TerminalDocument for TerminalPeople {
    const NAME: &'static str = "people";
}

impl TerminalDocument for TerminalRollCalls {
    const NAME: &'static str = "roll_calls";
}

/// How far the two clocks may be apart when an answer is compared with a sign-in, in ms.
const CLOCKS_APART_MS: i64 = 2_000;

/// What was acknowledged lately.
#[derive(Default)]
struct Memory(Mutex<Vec<Answered>>);

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
        self.remembered()
    }

    /// The roll calls this TV has to do with: open ones first, then scheduled ones, then those
    /// that are over.
    #[must_use]
    pub fn roll_calls(&self) -> Arc<TerminalRollCalls> {
        self.remembered()
    }

    /// The ETag of the people as they are here; `None` when they never came.
    #[must_use]
    pub fn people_etag(&self) -> Option<String> {
        self.etag_of::<TerminalPeople>()
    }

    /// The ETag of the roll calls as they came.
    #[must_use]
    pub fn roll_calls_etag(&self) -> Option<String> {
        self.etag_of::<TerminalRollCalls>()
    }

    /// Takes an answer of the server. True when it is news.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_people(&self, people: TerminalPeople, etag: &str) -> Result<bool, CacheError> {
        let news = *self.people() != people;
        self.keep(people, etag)?;
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
            let memory = self.slot::<Memory>();
            let mut answered = memory.0.lock();
            answered.retain(|one| roll_calls.server_time_ms <= one.at_ms + CLOCKS_APART_MS);
            for one in answered.iter() {
                one.apply(&mut roll_calls);
            }
        }
        let news = self.roll_calls().roll_calls != roll_calls.roll_calls;
        self.keep(roll_calls, etag)?;
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
        documents::rewrite(tx, &roll_calls)?;
        Ok(Some(roll_calls))
    }

    /// The rest of [`Cache::write_answered`], after the commit.
    pub(super) fn remember_answered(
        &self,
        answered: Answered,
        roll_calls: Option<TerminalRollCalls>,
    ) {
        self.slot::<Memory>().0.lock().push(answered);
        if let Some(roll_calls) = roll_calls {
            self.remember(roll_calls);
        }
    }

    /// Drops what is in memory, because what is on the disk has gone.
    pub(super) fn forget_people(&self) {
        self.forget_documents();
        self.slot::<Memory>().0.lock().clear();
    }
}
