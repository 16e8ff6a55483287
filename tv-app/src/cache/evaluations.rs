//! Evaluations, and how the people of this TV stand with them: the documents of the feed, and the last
//! answer of `GET /api/v1/terminal/evaluations`, so that both are there without a network.
//!
//! That somebody took part is written into that answer as soon as the server has said so; the next
//! answer may still be older than that.

use std::sync::Arc;

use contract::evaluation::{Entitlement, Evaluation, TerminalEvaluations};
use parking_lot::Mutex;
use rusqlite::Connection;

use super::documents::{self, TerminalDocument};
use super::error::CacheError;
use super::handle::Cache;
use super::kinds::DocumentKind;

impl TerminalDocument for TerminalEvaluations {
    const NAME: &'static str = "evaluations";
}

/// How far the two clocks may be apart when an answer is compared with what was done here, in ms.
const CLOCKS_APART_MS: i64 = 2_000;

/// What the server took lately.
#[derive(Default)]
struct Memory(Mutex<Vec<Done>>);

/// What somebody did about an evaluation, and the server has taken.
#[derive(Clone, Debug)]
pub(super) struct Done {
    pub(super) evaluation_id: String,
    pub(super) member_id: String,
    pub(super) what: What,
    /// When the server said so, Unix ms of the server.
    pub(super) at_ms: i64,
}

/// What that was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// They took part.
    TookPart,
    /// They objected.
    Objected,
}

impl Done {
    /// Writes it into the answer. True when that changed something.
    fn apply(&self, known: &mut TerminalEvaluations) -> bool {
        let mine = known.evaluations.iter_mut();
        let mine = mine.filter(|one| one.id == self.evaluation_id);
        let mut people = mine.flat_map(|one| &mut one.people);
        let Some(person) = people.find(|person| person.member.id == self.member_id) else {
            return false;
        };
        let flag = match self.what {
            What::TookPart => &mut person.took_part,
            What::Objected => &mut person.objected,
        };
        !std::mem::replace(flag, true)
    }
}

impl Cache {
    /// Every evaluation this terminal knows, those that close first first.
    #[must_use]
    pub fn evaluations(&self) -> Vec<Evaluation> {
        let documents: Vec<String> = self.read("list the evaluations", |db| {
            db.prepare_cached(
                "SELECT json FROM document WHERE kind = ?1 ORDER BY published_at_ms, id",
            )?
            .query_map([DocumentKind::Evaluation], |row| row.get(0))?
            .collect()
        });
        documents
            .iter()
            .filter_map(|json| self.parse(json, "evaluation"))
            .collect()
    }

    /// The evaluation with this id.
    #[must_use]
    pub fn evaluation(&self, id: &str) -> Option<Evaluation> {
        let json = self.document("read an evaluation", DocumentKind::Evaluation, id)?;
        self.parse(&json, "evaluation")
    }

    /// How the people of this TV stand with the evaluations that are announced or open.
    #[must_use]
    pub fn terminal_evaluations(&self) -> Arc<TerminalEvaluations> {
        self.remembered()
    }

    /// How the people of this TV stand with one of them; nobody while that is not known.
    #[must_use]
    pub fn entitlements(&self, evaluation_id: &str) -> Vec<Entitlement> {
        let known = self.terminal_evaluations();
        let mut known = known.evaluations.iter();
        let found = known.find(|one| one.id == evaluation_id);
        found.map(|one| one.people.clone()).unwrap_or_default()
    }

    /// The ETag of how people stand, as it came; `None` when it never did.
    #[must_use]
    pub fn evaluations_etag(&self) -> Option<String> {
        self.etag_of::<TerminalEvaluations>()
    }

    /// Takes an answer of the server. True when it is news.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_terminal_evaluations(
        &self,
        mut told: TerminalEvaluations,
        etag: &str,
    ) -> Result<bool, CacheError> {
        {
            let memory = self.slot::<Memory>();
            let mut done = memory.0.lock();
            done.retain(|one| told.server_time_ms <= one.at_ms + CLOCKS_APART_MS);
            for one in done.iter() {
                one.apply(&mut told);
            }
        }
        let news = self.terminal_evaluations().evaluations != told.evaluations;
        self.keep(told, etag)?;
        if news {
            self.changed();
        }
        Ok(news)
    }

    /// Writes down what the server has taken, inside the transaction that takes the command out of the
    /// outbox. The answer is what to remember once that is committed.
    pub(super) fn write_done(
        &self,
        tx: &Connection,
        done: &Done,
    ) -> rusqlite::Result<Option<TerminalEvaluations>> {
        let mut known = (*self.terminal_evaluations()).clone();
        if !done.apply(&mut known) {
            return Ok(None);
        }
        documents::rewrite(tx, &known)?;
        Ok(Some(known))
    }

    /// The rest of [`Cache::write_done`], after the commit.
    pub(super) fn remember_done(&self, done: Done, known: Option<TerminalEvaluations>) {
        self.slot::<Memory>().0.lock().push(done);
        if let Some(known) = known {
            self.remember(known);
        }
    }

    /// Drops what is in memory, because what is on the disk has gone.
    pub(super) fn forget_evaluations(&self) {
        self.slot::<Memory>().0.lock().clear();
    }
}
