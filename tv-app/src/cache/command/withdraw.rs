//! The asker takes a request back.

use contract::API_PREFIX;
use contract::proof::Proof;
use contract::request::{RequestState, TerminalRequest};
use rusqlite::Transaction;
use serde::{Deserialize, Serialize};

use super::kind::{About, AfterCommit, Kept, Kind, Method, Policy, Priority, ProvedBy, Taken};
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

/// What is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// At a station: who.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
}

impl Kind for Withdraw {
    const NAME: &'static str = "request_withdrawal";
    const METHOD: Method = Method::Post;
    const PROOF: ProvedBy = ProvedBy::Request;

    type Request = Body;
    type Reply = Taken;

    fn key(&self) -> &str {
        &self.key
    }

    fn path(&self) -> String {
        format!("{API_PREFIX}/terminal/requests/{}/withdraw", self.id)
    }

    fn request(&self, _now: ServerTime) -> Body {
        Body {
            proof: self.proof.clone(),
        }
    }
}

impl Kept for Withdraw {
    const POLICY: Policy = Policy::Queue;
    const PRIORITY: Priority = Priority::Interactive;

    fn lane(&self) -> String {
        lane(&self.id)
    }

    fn about(&self) -> About {
        About {
            subject: self.id.clone(),
            title: self.title.clone(),
            ..About::default()
        }
    }

    fn answered(
        cache: &Cache,
        tx: &Transaction<'_>,
        about: &About,
        _reply: &Taken,
    ) -> rusqlite::Result<Option<AfterCommit>> {
        change(cache, tx, about, |one| {
            (one.wants_verdict, one.wants_addition) = (false, false);
            (one.state, one.due_at_ms) = (RequestState::Withdrawn, None);
        })
    }
}

/// What is done about one request is sent one after the other.
pub(super) fn lane(id: &str) -> String {
    format!("request:{id}")
}

/// Writes into what was asked what the server has taken.
pub(super) fn change(
    cache: &Cache,
    tx: &Transaction<'_>,
    about: &About,
    change: impl FnOnce(&mut TerminalRequest),
) -> rusqlite::Result<Option<AfterCommit>> {
    let changed = cache.change_requests(tx, |known| {
        let mut all = known.requests.iter_mut();
        if let Some(one) = all.find(|one| one.id == about.subject) {
            change(one);
        }
    })?;
    Ok(changed.map(|requests| -> AfterCommit {
        Box::new(move |cache| cache.remember_requests(requests))
    }))
}
