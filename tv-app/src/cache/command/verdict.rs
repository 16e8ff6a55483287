//! The asker says whether it is solved: only that ends a request.

use contract::API_PREFIX;
use contract::request::{self, TerminalRequest};
use rusqlite::Transaction;

use super::kind::{About, AfterCommit, Kept, Kind, Method, Policy, Priority, ProvedBy};
use super::of_request;
use crate::cache::handle::Cache;
use crate::cache::time::ServerTime;

/// What somebody said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Idempotency key, made when the key was pressed.
    pub key: String,
    /// The request.
    pub id: String,
    /// What is sent.
    pub request: request::Verdict,
    /// Title of its category, for a message that comes later.
    pub title: String,
}

impl Kind for Verdict {
    const NAME: &'static str = "request_verdict";
    const METHOD: Method = Method::Post;
    const PROOF: ProvedBy = ProvedBy::Request;

    type Request = request::Verdict;
    type Reply = Box<TerminalRequest>;

    fn key(&self) -> &str {
        &self.key
    }

    fn path(&self) -> String {
        format!("{API_PREFIX}/terminal/requests/{}/verdict", self.id)
    }

    fn request(&self, _now: ServerTime) -> request::Verdict {
        self.request.clone()
    }
}

impl Kept for Verdict {
    const POLICY: Policy = Policy::Queue;
    const PRIORITY: Priority = Priority::Interactive;

    fn lane(&self) -> String {
        of_request::lane(&self.id)
    }

    fn about(&self) -> About {
        of_request::about(&self.id, &self.title)
    }

    fn answered(
        cache: &Cache,
        tx: &Transaction<'_>,
        _about: &About,
        reply: &Self::Reply,
    ) -> rusqlite::Result<Option<AfterCommit>> {
        of_request::stands(cache, tx, reply)
    }
}
