//! Somebody asks for something with one key. At a home that is the household; at a station whoever proves
//! who they are.

use contract::API_PREFIX;
use contract::request::{self, RequestReceipt, TerminalRequest};
use rusqlite::Transaction;

use super::kind::{About, AfterCommit, Kept, Kind, Method, Policy, Pressed, Priority, ProvedBy};
use crate::cache::drafts;
use crate::cache::handle::Cache;
use crate::cache::time::ServerTime;

/// What somebody asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRequest {
    /// Idempotency key, made when the key was pressed.
    pub key: String,
    /// What is sent; a recording too.
    pub request: request::NewRequest,
    /// Title of the category, for the list of what was asked and for a message that comes later.
    pub title: String,
    /// Who asks, at a station; empty at a home.
    pub member_id: String,
    /// Their name; empty at a home and for a card.
    pub name: String,
}

impl Kind for NewRequest {
    const NAME: &'static str = "request";
    const METHOD: Method = Method::Post;
    const PROOF: ProvedBy = ProvedBy::Request;

    type Request = request::NewRequest;
    type Reply = RequestReceipt;

    fn key(&self) -> &str {
        &self.key
    }

    fn path(&self) -> String {
        format!("{API_PREFIX}/terminal/requests")
    }

    fn request(&self, _now: ServerTime) -> request::NewRequest {
        self.request.clone()
    }
}

impl Kept for NewRequest {
    const POLICY: Policy = Policy::Queue;
    const PRIORITY: Priority = Priority::Interactive;
    const RENEWED: bool = true;

    fn lane(&self) -> String {
        // One does not wait for another.
        format!("request:{}", self.key)
    }

    fn about(&self) -> About {
        About {
            subject: self.request.category_id.clone(),
            part: u32::from(self.request.proof.is_some()),
            member_id: self.member_id.clone(),
            name: self.name.clone(),
            title: self.title.clone(),
        }
    }

    /// What was said of it is in it, and no draft any more.
    fn before(&mut self, tx: &Transaction<'_>, _now_ms: i64) -> rusqlite::Result<()> {
        drafts::forget(tx, &drafts::subject(&self.request.category_id, None))
    }

    fn renew(request: &mut request::NewRequest, pressed: &Pressed) {
        request.age_ms = pressed.age_ms;
    }

    /// At a home it is among what was asked from now on; the server's next answer tells more of it.
    fn answered(
        cache: &Cache,
        tx: &Transaction<'_>,
        about: &About,
        reply: &RequestReceipt,
    ) -> rusqlite::Result<Option<AfterCommit>> {
        // A station keeps nothing of anybody.
        if about.part > 0 {
            return Ok(None);
        }
        let asked = TerminalRequest {
            id: reply.id.clone(),
            number: reply.number.clone(),
            category: about.title.clone(),
            category_id: about.subject.clone(),
            office: reply.office.clone(),
            asked_at_ms: cache.server_time().at_ms,
            due_at_ms: Some(reply.due_at_ms),
            ..TerminalRequest::default()
        };
        let changed = cache.change_requests(tx, |known| {
            if !known.requests.iter().any(|one| one.id == asked.id) {
                known.requests.insert(0, asked);
            }
        })?;
        Ok(changed.map(|requests| -> AfterCommit {
            Box::new(move |cache| cache.remember_requests(requests))
        }))
    }
}
