//! The asker takes a request back.

use contract::API_PREFIX;
use contract::proof::Proof;
use contract::request::{TerminalRequest, Withdrawal};
use rusqlite::Transaction;

use super::kind::{About, AfterCommit, Kept, Kind, Method, Policy, Priority, ProvedBy};
use super::of_request;
use crate::cache::handle::Cache;
use crate::cache::time::ServerTime;

/// What somebody took back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdraw {
    /// Idempotency key, made when the key was pressed.
    pub key: String,
    /// The request.
    pub id: String,
    /// At a station: who, and how they prove it.
    pub proof: Option<Proof>,
    /// Title of its category, for a message that comes later.
    pub title: String,
}

impl Kind for Withdraw {
    const NAME: &'static str = "request_withdrawal";
    const METHOD: Method = Method::Post;
    const PROOF: ProvedBy = ProvedBy::Request;

    type Request = Withdrawal;
    type Reply = Box<TerminalRequest>;

    fn key(&self) -> &str {
        &self.key
    }

    fn path(&self) -> String {
        format!("{API_PREFIX}/terminal/requests/{}/withdraw", self.id)
    }

    fn request(&self, _now: ServerTime) -> Withdrawal {
        Withdrawal {
            proof: self.proof.clone(),
        }
    }
}

impl Kept for Withdraw {
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
