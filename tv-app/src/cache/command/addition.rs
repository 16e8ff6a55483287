//! The asker adds something, when asked back or by themselves.

use contract::API_PREFIX;
use contract::request::{self, TerminalRequest};
use rusqlite::Transaction;

use super::kind::{About, AfterCommit, Kept, Kind, Method, Policy, Priority, ProvedBy};
use super::of_request;
use crate::cache::drafts;
use crate::cache::handle::Cache;
use crate::cache::time::ServerTime;

/// What somebody added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addition {
    /// Idempotency key, made when the key was pressed.
    pub key: String,
    /// The request.
    pub id: String,
    /// What is sent; a recording too.
    pub request: request::Addition,
    /// Title of its category, for a message that comes later.
    pub title: String,
}

impl Kind for Addition {
    const NAME: &'static str = "request_addition";
    const METHOD: Method = Method::Post;
    const PROOF: ProvedBy = ProvedBy::Request;

    type Request = request::Addition;
    type Reply = Box<TerminalRequest>;

    fn key(&self) -> &str {
        &self.key
    }

    fn path(&self) -> String {
        format!("{API_PREFIX}/terminal/requests/{}/additions", self.id)
    }

    fn request(&self, _now: ServerTime) -> request::Addition {
        self.request.clone()
    }
}

impl Kept for Addition {
    const POLICY: Policy = Policy::Queue;
    const PRIORITY: Priority = Priority::Interactive;

    fn lane(&self) -> String {
        of_request::lane(&self.id)
    }

    fn about(&self) -> About {
        of_request::about(&self.id, &self.title)
    }

    /// What was said is in it, and no draft any more.
    fn before(&mut self, tx: &Transaction<'_>, _now_ms: i64) -> rusqlite::Result<()> {
        drafts::forget(tx, &drafts::subject("", Some(&self.id)))
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
