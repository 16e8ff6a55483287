//! 我应该能投: somebody of this TV says that they are entitled. Staff look at it; the household need
//! prove nothing for that.

use contract::API_PREFIX;
use contract::evaluation::Objection;
use contract::member::MemberRef;
use rusqlite::Transaction;

use super::kind::{About, AfterCommit, Kept, Kind, Method, Policy, Priority, ProvedBy, Taken};
use crate::cache::evaluations::{Done, What};
use crate::cache::handle::Cache;
use crate::cache::time::ServerTime;

/// What they say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewObjection {
    /// Idempotency key, made when the key was pressed.
    pub key: String,
    /// The evaluation.
    pub evaluation_id: String,
    /// Its title, for a message that comes later.
    pub title: String,
    /// Whose right it is about.
    pub member: MemberRef,
}

impl Kind for NewObjection {
    const NAME: &'static str = "objection";
    const METHOD: Method = Method::Post;
    const PROOF: ProvedBy = ProvedBy::Terminal;

    type Request = Objection;
    type Reply = Taken;

    fn key(&self) -> &str {
        &self.key
    }

    fn path(&self) -> String {
        let id = &self.evaluation_id;
        format!("{API_PREFIX}/terminal/evaluations/{id}/objections")
    }

    fn request(&self, _now: ServerTime) -> Objection {
        Objection {
            member_id: self.member.id.clone(),
        }
    }
}

impl Kept for NewObjection {
    const POLICY: Policy = Policy::Queue;
    const PRIORITY: Priority = Priority::Interactive;

    fn lane(&self) -> String {
        format!("objection:{}:{}", self.evaluation_id, self.member.id)
    }

    fn about(&self) -> About {
        About {
            subject: self.evaluation_id.clone(),
            part: 0,
            member_id: self.member.id.clone(),
            name: self.member.name.clone(),
            title: self.title.clone(),
        }
    }

    fn answered(
        cache: &Cache,
        tx: &Transaction<'_>,
        about: &About,
        _reply: &Taken,
    ) -> rusqlite::Result<Option<AfterCommit>> {
        let done = Done {
            evaluation_id: about.subject.clone(),
            member_id: about.member_id.clone(),
            what: What::Objected,
            at_ms: cache.server_time().at_ms,
        };
        let known = cache.write_done(tx, &done)?;
        Ok(Some(Box::new(move |cache| {
            cache.remember_done(done, known);
        })))
    }
}

impl Cache {
    /// Whose objections to an evaluation the server has not answered.
    #[must_use]
    pub fn waiting_objections(&self, evaluation_id: &str) -> Vec<String> {
        let here = format!("state < 2 AND kind = '{}'", NewObjection::NAME);
        let waiting = self.waiting(&here).into_iter();
        waiting
            .filter(|one| one.about.subject == evaluation_id)
            .map(|one| one.about.member_id)
            .collect()
    }
}
